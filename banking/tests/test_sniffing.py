"""What a file is says what is in it."""

from contextlib import suppress

import pytest

from banking import sniffing
from banking.models import AttachmentKind
from banking.tests.factories import PNG

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000201011100ffd9")
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0" + bytes([0x2F, 1, 0, 0, 0, 0]) + b"\0" * 8
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x10meta" + b"\0" * 16
VAST = PNG[:16] + (40_000).to_bytes(4, "big") * 2 + PNG[24:]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, AttachmentKind.PNG),
        (JPEG, AttachmentKind.JPEG),
        (WEBP, AttachmentKind.WEBP),
        (HEIC, AttachmentKind.HEIC),
        (PDF, AttachmentKind.PDF),
        (b"\n" + PDF, AttachmentKind.PDF),
        (PNG + bytes(1_000), AttachmentKind.PNG),
    ],
)
def test_what_a_file_is_says_its_content(content, kind):
    assert sniffing.kind_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"<html>",
        b"MZ\x90",
        b" %PDF-1.7",
        bytes(1_024) + PDF,
        b"\xff\xd8" + b"\xff" * 100_000,
        PNG[:20],
        JPEG[:8],
        PDF[:9],
        WEBP[:12],
        HEIC[:12],
    ],
)
def test_other_and_broken_files_are_none(content):
    with pytest.raises(sniffing.NotAReceipt):
        sniffing.kind_of(content)


def test_no_beginning_of_a_file_breaks_the_check():
    for whole in (PNG, JPEG, WEBP, HEIC, PDF):
        for end in range(len(whole) + 1):
            with suppress(sniffing.NotAReceipt):
                assert sniffing.kind_of(whole[:end]) == sniffing.kind_of(whole)
