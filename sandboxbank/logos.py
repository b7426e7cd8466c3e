"""Logos drawn in code: a coloured tile with a white sign, as a small PNG."""

import base64
import struct
import zlib
from collections.abc import Callable
from functools import cache

SIZE = 152
Sign = Callable[[float, float], bool]

SIGNS: dict[str, Sign] = {
    "disc": lambda x, y: x * x + y * y < 0.3,
    "ring": lambda x, y: 0.16 < x * x + y * y < 0.36,
    "bars": lambda x, y: abs(x) < 0.6 and abs(y) < 0.6 and int((x + 1) * 5) % 2 == 0,
    "roof": lambda x, y: -0.55 < y < 0.5 and abs(x) < (y + 0.55 if y < 0 else 0.4),
    "diamond": lambda x, y: 0.25 < abs(x) + abs(y) < 0.68,
    "wave": lambda x, y: abs(x) < 0.65 and abs(abs(y) - 0.25 - 0.5 * (x * x)) < 0.1,
    "steps": lambda x, y: abs(x) < 0.6 and y < 0.6 and y > 0.6 - 0.3 * (1 + int((x + 0.6) / 0.3)),
}


@cache
def png(colour: str, sign: str) -> bytes:
    """The logo as PNG; `colour` as #rrggbb, `sign` one of SIGNS."""
    inside = SIGNS[sign]
    rows = b"".join(b"\0" + _packed([inside(_scaled(x), _scaled(y)) for x in range(SIZE)]) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 1, 3, 0, 0, 0)
    palette = bytes.fromhex(colour[1:]) + b"\xff\xff\xff"
    parts = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def base64_png(colour: str, sign: str) -> str:
    """The logo as the protocol carries it."""
    return base64.b64encode(png(colour, sign)).decode()


def _scaled(place: int) -> float:
    return (2 * place + 1) / SIZE - 1


def _packed(bits: list[bool]) -> bytes:
    return bytes(sum(bit << (7 - index) for index, bit in enumerate(bits[at : at + 8])) for at in range(0, SIZE, 8))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
