"""Bytes to text, with the evidence for the encoding. What is no text is refused with a reason."""

import re
import unicodedata
from collections.abc import Iterator

from banking.importing.facts import Guess, Refusal

LARGEST = 25 * 1024 * 1024
MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"BZh", "zip"),
    (b"7z\xbc\xaf", "zip"),
    (b"Rar!", "zip"),
    (b"\xfd7zXZ", "zip"),
    (b"(\xb5/\xfd", "zip"),
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "excel"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"SQLite format 3", "binary"),
    (b"\x7fELF", "binary"),
)
MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9._-]{1,40})["']|^CHARSET:\s*([A-Za-z0-9-]{1,20})""", re.M)
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "cp850", "mac-roman", "cp932", "gb18030")
OLD = ("cp1252", "cp1250", "cp1251", "cp850", "mac-roman", "cp932", "gb18030")
CONTROLS = re.compile("[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")


def text_of(content: bytes, *, chosen: str = "", largest: int = LARGEST) -> tuple[str, Guess]:
    """The text without a mark, and the encoding with its evidence; raise Refusal."""
    _must_be_text(content, largest)
    text, guess = _decoded(content, chosen)
    text = text.removeprefix("\ufeff").rstrip("\x1a")
    if "\x00" in text:
        raise Refusal("nul")
    if len(CONTROLS.findall(text[:100_000])) > max(8, len(text[:100_000]) // 100):
        raise Refusal("binary")
    if not text.strip():
        raise Refusal("empty")
    return CONTROLS.sub(" ", text), guess


def _must_be_text(content: bytes, largest: int) -> None:
    if len(content) > largest:
        raise Refusal("too_large", megabytes=largest // 1024 // 1024)
    if not content.strip():
        raise Refusal("empty")
    for magic, code in MAGIC:
        if content.startswith(magic):
            raise Refusal("excel" if code == "zip" and b"xl/" in content[:4_000] else code)


def _decoded(content: bytes, chosen: str) -> tuple[str, Guess]:
    for mark, encoding in MARKS:
        if content.startswith(mark) and not chosen:
            return _strictly(content[len(mark) :], encoding), Guess("encoding", encoding, "encoding_mark")
    if chosen:
        if chosen not in ENCODINGS:
            raise Refusal("encoding", encoding=chosen)
        return _strictly(content, chosen), Guess("encoding", chosen, "chosen")
    if wide := _wide(content[:4_000]):
        return _strictly(content, wide), Guess("encoding", wide, "encoding_wide")
    if b"\x00" in content:
        raise Refusal("nul")
    if content.isascii():
        return content.decode("ascii"), Guess("encoding", "utf-8", "encoding_plain")
    try:
        return content.decode("utf-8"), Guess("encoding", "utf-8", "encoding_fits")
    except UnicodeDecodeError:
        return _old(content)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Refusal("encoding", encoding=encoding) from error


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0) / (len(head) / 2), head[1::2].count(0) / (len(head) / 2)
    return "utf-16-le" if odd > 0.4 > even else "utf-16-be" if even > 0.4 > odd else ""


def _old(content: bytes) -> tuple[str, Guess]:
    """One of the encodings from before Unicode: the one that is declared, or in which its words look like words."""
    if found := DECLARED.search(content[:2_000]):
        name = (found[1] or b"cp" + found[2]).decode().lower().replace("cpiso", "iso").replace("cpcp", "cp")
        if name not in {"utf-8", "utf8", "cpnone"}:
            try:
                return content.decode(name), Guess("encoding", name, "encoding_declared")
            except (UnicodeDecodeError, LookupError):
                pass
    lines = [line for line in content.splitlines() if not line.isascii()][:300]
    sample = b"\n".join(lines)[:20_000]
    scored = sorted((_oddities(sample, name) + place * 0.4, place, name) for place, name in enumerate(OLD))
    for _score, _place, name in scored:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        example = next((word for word in _words(text) if not word.isascii()), "")
        return text, Guess("encoding", name, "encoding_words", {"example": example[:30]})
    return content.decode("latin-1"), Guess("encoding", "latin-1", "encoding_last")


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in re.finditer(r"[^\W\d]{2,}", text))


def _oddities(sample: bytes, encoding: str) -> float:
    """How strange the text looks in this encoding."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 1_000_000
    odd = 0.0
    for place, sign in enumerate(text):
        if sign.isascii():
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        inside = before.isalpha() and after.isalpha()
        kind = unicodedata.category(sign)
        if kind in {"Cc", "Cn", "Co"}:
            odd += 5
        elif kind == "Sc":
            odd += 0 if encoding == "cp1252" else 0.1
        elif kind[0] != "L":
            odd += 3 if inside or (before.isalpha() and kind[0] != "P" and kind != "Sc") else 0.2
        else:
            odd += _unlikely(before, sign, after)
    return odd


def _unlikely(before: str, sign: str, after: str) -> float:
    if before.isalpha() and before.islower() and sign.isupper():
        return 3
    if after.isdigit() or (before.isdigit() and not after.isalpha()):
        return 1
    scripts = {unicodedata.name(each, "?").split()[0] for each in (before, sign, after) if each.isalpha()}
    if len(scripts) > 1 and not scripts <= {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}:
        return 2
    if scripts & {"HALFWIDTH", "BOX"}:
        return 2
    if "LATIN" in scripts and not before.isascii() and before.isalpha():
        return 1.2
    return 0.3 if "CJK" in scripts and len(scripts) == 1 else 0
