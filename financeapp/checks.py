"""What `manage.py check --deploy` finds half configured. Each message says how to mend it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from accounts.attempts import parsed

PLAID_HOSTS = {"production": "production.plaid.com", "sandbox": "sandbox.plaid.com"}


@register(Tags.security, deploy=True)
def production_settings(**_: Any) -> list[CheckMessage]:  # Django's signature
    return [
        *secrets_are_strong(),
        *site_is_secure(),
        *pages_are_reached(),
        *services_are_there(),
        *bank_is_real(),
        *rates_are_fetched_safely(),
        *mail_arrives(),
        *google_is_whole(),
        *texts_are_whole(),
    ]


@register()
def rates_are_understood(**_: Any) -> list[CheckMessage]:  # Django's signature
    """Also without --deploy: with one that is not, every request to the API would fail."""
    return [
        Error(
            f"The rate THROTTLE_{name.upper()} is not understood.", hint="Say it like 100/15m.", id="pocketpilot.E016"
        )
        for name, rate in settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"].items()  # type: ignore[attr-defined]  # a dict of dicts
        if not _is_rate(str(rate))
    ]


def _is_rate(rate: str) -> bool:
    try:
        return parsed(rate) > (0, 0)
    except ValueError:
        return False


def secrets_are_strong() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        yield Error("SECRET_KEY is short.", hint="Use 50 random characters or more.", id="pocketpilot.E001")
    if any(len(key.encode()) < 32 for key in settings.JWT_SIGNING_KEYS) or not settings.JWT_SIGNING_KEYS:
        yield Error("A key in JWT_SIGNING_KEYS is short.", hint="At least 32 random characters.", id="pocketpilot.E002")
    if settings.SECRET_KEY in settings.JWT_SIGNING_KEYS:
        yield Error("JWT_SIGNING_KEYS repeats SECRET_KEY.", hint="Use a key of its own.", id="pocketpilot.E003")
    if not settings.ENCRYPTION_KEYS or any(not _is_key(entry) for entry in settings.ENCRYPTION_KEYS):
        yield Error(
            "ENCRYPTION_KEYS is not a list of `id:64 hex digits`.",
            hint="python -c 'import secrets; print(\"k1:\" + secrets.token_hex(32))'",
            id="pocketpilot.E004",
        )


def _is_key(entry: str) -> bool:
    try:
        return len(bytes.fromhex(entry.partition(":")[2])) == 32
    except ValueError:
        return False


def site_is_secure() -> Iterator[CheckMessage]:
    if not settings.SECURE:
        yield Error(
            "SITE_URL is not https.", hint="Put TLS in front and name the https address.", id="pocketpilot.E005"
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS allows every host.", hint="Name yours.", id="pocketpilot.E006")
    if not (settings.TRUSTED_PROXIES or settings.SECURE_SSL_REDIRECT):
        yield Warning(
            "TRUSTED_PROXIES is 0: behind a proxy every person shares one rate limit.",
            hint="Set it to the number of proxies in front that add X-Forwarded-For.",
            id="pocketpilot.W001",
        )


def pages_are_reached() -> Iterator[CheckMessage]:
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        yield Error(
            "TRUSTED_PROXIES is 0, so no request counts as https and every page redirects to itself.",
            hint="TLS ends in a proxy: set TRUSTED_PROXIES to the number of those that add X-Forwarded-For.",
            id="pocketpilot.E015",
        )


def services_are_there() -> Iterator[CheckMessage]:
    if not settings.DATABASE_URL:
        yield Error(
            "DATABASE_URL is not set: SQLite is for one machine.", hint="Use PostgreSQL.", id="pocketpilot.E007"
        )
    if not settings.REDIS_URL:
        yield Error(
            "REDIS_URL is not set: rate limits and live updates would hold for one process only.",
            hint="Use Redis 7 or newer.",
            id="pocketpilot.E008",
        )
    if not settings.METRICS_TOKEN:
        yield Warning(
            "METRICS_TOKEN is not set: /metrics answers anybody in the private network.",
            hint="Set a random one and give it to Prometheus.",
            id="pocketpilot.W002",
        )


def bank_is_real() -> Iterator[CheckMessage]:
    place = urlsplit(settings.PLAID_HOST)
    if settings.PLAID_ENV == "local" or settings.PLAID_IS_SANDBOX_BANK:
        yield Warning(
            "Banks are the sandbox bank's pretend ones.", hint="Set PLAID_ENV=production.", id="pocketpilot.W003"
        )
        return
    if place.scheme != "https":
        yield Error("PLAID_HOST is not https.", hint="Leave it unset.", id="pocketpilot.E009")
    wanted = PLAID_HOSTS.get(settings.PLAID_ENV)
    if wanted and place.hostname != wanted:
        yield Error(
            f"PLAID_ENV={settings.PLAID_ENV} but PLAID_HOST is not {wanted}.",
            hint="Leave PLAID_HOST unset.",
            id="pocketpilot.E010",
        )
    if not (settings.PLAID_CLIENT_ID and settings.PLAID_SECRET):
        yield Error(
            "PLAID_CLIENT_ID or PLAID_SECRET is missing: nobody can link a bank.",
            hint="Both stand in Plaid's dashboard under Keys.",
            id="pocketpilot.E011",
        )
    if urlsplit(settings.PLAID_WEBHOOK_URL).scheme != "https":
        yield Error("PLAID_WEBHOOK_URL is not https.", hint="Leave it unset.", id="pocketpilot.E012")


def rates_are_fetched_safely() -> Iterator[CheckMessage]:
    if settings.RATES_URL and urlsplit(settings.RATES_URL).scheme != "https":
        yield Error(
            "RATES_URL is not https: anybody between could set the exchange rates.",
            hint="Set the address of the European Central Bank that .env.example names, or none.",
            id="pocketpilot.E015",
        )


def mail_arrives() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND.startswith("accounts.outbox"):
        yield Error(
            "Mail is only written to files: nobody can verify an address.",
            hint="Set SENDGRID_API_KEY or EMAIL_URL.",
            id="pocketpilot.E013",
        )


def google_is_whole() -> Iterator[CheckMessage]:
    if bool(settings.GOOGLE_CLIENT_ID) != bool(settings.GOOGLE_CLIENT_SECRET):
        yield Error(
            "Only one of GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET is set.",
            hint="Set both or neither.",
            id="pocketpilot.E014",
        )


def texts_are_whole() -> Iterator[CheckMessage]:
    given = [bool(each) for each in (settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM)]
    if any(given) and not all(given):
        yield Error(
            "Only some of TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM are set.",
            hint="Set all three or none.",
            id="pocketpilot.E017",
        )
