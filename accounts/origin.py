"""Where a request came from: what is kept about it in the audit log and the list of devices."""

import ipaddress
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.plain import tidied


@dataclass(frozen=True, slots=True)
class Origin:
    """An address (trusted proxies accounted for) and a browser's or client's own name for itself."""

    address: str | None = None
    user_agent: str = ""


NOWHERE = Origin()


def of(request: HttpRequest) -> Origin:
    """Where this request came from."""
    return Origin(address=_address(request), user_agent=tidied(request.headers.get("User-Agent", ""), length=200))


def network_of(request: HttpRequest) -> str:
    """What attempts are counted by: the address TRUSTED_PROXIES hops back, of IPv6 its /64 network."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        address = hops[-settings.TRUSTED_PROXIES]
    return network(address)


def network(address: str) -> str:
    """The address, or of IPv6 its /64 network: of those a device changes its own every day."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(get_adapter(request).get_client_ip(request)))
    except (ValueError, PermissionDenied):  # a Unix socket has no address
        return None
