"""Requests to addresses that a browser named: to the public network alone, and to nowhere that they lead on to."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS, SECONDS = 5, 15
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""An IPv4 address inside, which a gateway takes out again."""


class Forbidden(Exception):
    """The address may not be asked; the text says why."""


class NotReached(Exception):
    """Nothing was sent."""


class Unanswered(Exception):
    """What was sent may have been taken."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart, with the number that its name stood for when it was looked at."""

    host: str
    port: int
    number: str
    path: str
    secure: bool


def place_of(address: str, *, loopback: bool = False) -> Place:
    """Look the name up once; raise Forbidden unless it is https and stands for public addresses only.

    With `loopback` only addresses of this machine are allowed, also without https.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Forbidden("This is no address.") from error
    if not host or parts.username or parts.password or parts.fragment:
        raise Forbidden("This is no address.")
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise Forbidden("The address must begin with https.")
    port = port or (443 if parts.scheme == "https" else 80)
    numbers = _numbers(host, port)
    if not all(_is_loopback(each) if loopback else is_public(each) for each in numbers):
        raise Forbidden("The address does not lie in the public network.")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return Place(host, port, numbers[0], path, parts.scheme == "https")


def _numbers(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden("There is no such host.") from error
    return [str(each[4][0]) for each in found]


def is_public(number: str) -> bool:
    """Whether it is an address of the public network, also when it is wrapped into another one."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address.sixtofour or address.teredo or address in TRANSLATED:
            return False
    return address.is_global and not address.is_multicast


def _is_loopback(number: str) -> bool:
    return ipaddress.ip_address(number.partition("%")[0]).is_loopback


def post(place: Place, *, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer, of which no more is read. Connects to the number that was looked at, follows nothing.

    Raise NotReached or Unanswered. However slowly the other side talks, it is over after SECONDS.
    """
    try:
        line = socket.create_connection((place.number, place.port), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise NotReached(type(error).__name__) from error
    with line, _ended_in_time(line):
        return _status(
            place, _secured(line, place), body, {**headers, "Host": _authority(place), "Connection": "close"}
        )


@contextmanager
def _ended_in_time(line: socket.socket) -> Iterator[None]:
    """A time-out of a socket begins anew with each byte; this one does not."""
    same = line.dup()
    end = threading.Timer(SECONDS, _shut, [same])
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()
        end.join()
        same.close()


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it may be over already
        line.shutdown(socket.SHUT_RDWR)


def _secured(line: socket.socket, place: Place) -> socket.socket:
    line.settimeout(SECONDS)
    if not place.secure:
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=place.host)
    except OSError as error:
        raise NotReached(type(error).__name__) from error


def _status(place: Place, line: socket.socket, body: bytes, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = line
    try:
        connection.request("POST", place.path, body=body, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(type(error).__name__) from error
    finally:
        connection.close()


def _authority(place: Place) -> str:
    name = f"[{place.host}]" if ":" in place.host else place.host
    return name if place.port == (443 if place.secure else 80) else f"{name}:{place.port}"
