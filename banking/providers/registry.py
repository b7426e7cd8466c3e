"""The vendors that are set up, by name."""

from functools import lru_cache

from banking.providers.base import BankError, Vendor
from banking.providers.plaid import PlaidFeed, PlaidSettings, PlaidWebhooks

_settings: dict[str, PlaidSettings] = {}


def configure(plaid: PlaidSettings) -> None:
    """Say once, at start-up, how each vendor is reached."""
    _settings["plaid"] = plaid
    vendor.cache_clear()


@lru_cache
def vendor(name: str) -> Vendor:
    """The vendor of that name; raise BankError("config") when it is not set up."""
    if name not in _settings or not _settings[name].client_id:
        raise BankError("config", "This bank connection is not set up on this server.", code="NOT_CONFIGURED")
    feed = PlaidFeed(_settings[name])
    return Vendor(name=name, feed=feed, webhooks=PlaidWebhooks(feed))


def enabled() -> list[str]:
    """The names of the vendors a person may link now."""
    return [name for name, settings in _settings.items() if settings.client_id and settings.secret]
