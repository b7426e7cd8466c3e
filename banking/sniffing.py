"""What a file is, by what is in it: its name and what a browser says count for nothing.

Nothing is decoded here, so that no file can be a bomb; only the heads of the formats are read.
"""

import struct
from collections.abc import Callable

from banking.models import AttachmentKind

MOST_PIXELS = 100_000_000
MOST_SEGMENTS = 2_000
HEAD, TAIL = 1_024, 4_096
"""Where readers look for the beginning of a PDF, and for the end of it or of an image."""
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
Size = tuple[int, int]


class NotAReceipt(Exception):
    """No image and no PDF, or one that is damaged; the text says which."""


class TooVast(Exception):
    """An image of more than MOST_PIXELS."""


def kind_of(content: bytes) -> AttachmentKind:
    """Raise NotAReceipt or TooVast."""
    for kind, fits, size_of in _FORMATS:
        if fits(content):
            try:
                width, height = size_of(content)
            except (struct.error, IndexError, ValueError) as error:
                raise NotAReceipt("damaged") from error
            if not 0 < width * height <= MOST_PIXELS:
                raise TooVast
            return kind
    raise NotAReceipt("unknown")


def _png(content: bytes) -> Size:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-TAIL:]:
        raise ValueError
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> Size:
    """From the frame header; each segment before it says how long it is."""
    at = 2
    for _segment in range(MOST_SEGMENTS):
        if content[at] != 0xFF:
            raise ValueError
        marker = content[at + 1]
        if marker == 0xFF:  # a byte to fill
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        at += 2 + max(length, 2)
    raise ValueError


def _webp(content: bytes) -> Size:
    form, head = content[12:16], content[20:30]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if form == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError


def _heic(content: bytes) -> Size:
    """Where its size stands differs by writer; browsers that show it bound it by themselves."""
    if b"meta" not in content[:4096]:
        raise ValueError
    return 1, 1


def _pdf(content: bytes) -> Size:
    if b"%%EOF" not in content[-TAIL:]:
        raise ValueError
    return 1, 1


_FORMATS: tuple[tuple[AttachmentKind, Callable[[bytes], bool], Callable[[bytes], Size]], ...] = (
    (AttachmentKind.PNG, lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (AttachmentKind.JPEG, lambda content: content.startswith(b"\xff\xd8\xff"), _jpeg),
    (AttachmentKind.WEBP, lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP", _webp),
    (AttachmentKind.HEIC, lambda content: content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS, _heic),
    (AttachmentKind.PDF, lambda content: b"%PDF-" in content[:HEAD], _pdf),
)
