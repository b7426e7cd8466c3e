"""Many clients at once."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

CLIENTS = 32
WARM_UP, LASTS = 1.0, 4.0


def per_second(address: str, paths: Sequence[str], headers: Mapping[str, str]) -> float:
    """Answers per second while CLIENTS ask for the paths in turn, each as soon as it has its answer."""
    return asyncio.run(_counted(address, [_request(address, path, headers) for path in paths]))


def _request(address: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {urlsplit(address).netloc}", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def _counted(address: str, requests: Sequence[bytes]) -> float:
    begin = time.perf_counter() + WARM_UP
    counts = await asyncio.gather(*(_client(address, requests, at, begin) for at in range(CLIENTS)))
    return sum(counts) / LASTS


async def _client(address: str, requests: Sequence[bytes], at: int, begin: float) -> int:
    """How many answers come in the time that counts."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    counted = 0
    while (now := time.perf_counter()) < begin + LASTS:
        writer.write(requests[at % len(requests)])
        await _answer(reader)
        at += 1
        counted += now >= begin
    writer.close()
    return counted


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"unexpected answer: {head[:200]!r}")
    await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
