"""Where a request came from: what is kept about it in the audit log and the list of devices."""

import ipaddress
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
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


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(get_adapter(request).get_client_ip(request)))
    except (ValueError, PermissionDenied):  # a Unix socket has no address
        return None
