"""The type of a file, found from its content alone: neither its name nor its declared type is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

import filetype  # type: ignore[import-untyped]  # it ships no types

from adapters.evidence import encodings
from domain.errors import NotAllowed, Unfit
from domain.evidence import ALLOWED

HEAD = 8192
"""How many bytes the first look reads."""

TAIL = 22 + 65535
"""The bytes at the end that may hold a zip's end record, with the longest comment."""

PIECE = 1024 * 1024
"""Bytes read at a time."""
OVERLAP = 32
"""Bytes looked at twice, so that no mark is missed where two pieces meet."""

BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"M4V ": "video/mp4", b"qt  ": "video/quicktime"}
BRANDS |= dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), "image/heic")
"""Major brands that filetype names by their compatible brands, or in its own way."""

NAMES = {"audio/x-wav": "audio/wav"}

UNKNOWN = "application/octet-stream"

SIGNED = (b"%PDF-", b"GIF87a", b"GIF89a")
"""Signatures that are readable text: a file that begins with one counts as that type."""

CODED_TEXTS = ((rb"{\rtf", "application/rtf"), (b"%!", "application/postscript"), (b"#!", "text/x-script"))

MARKUP = re.compile(
    r"<(?:(?P<svg>svg)|(?P<xml>\?xml)|(?:!doctype|html|head|body|script|iframe|\?php))(?![a-z0-9])", re.IGNORECASE
)
BEGINS_AS_MARKUP = re.compile(r"[\ufeff\s]*<[a-z!?]", re.IGNORECASE)

FOREIGN = re.compile(
    rb"(?P<html><(?:script|html|iframe)[\s/>]|<!doctype\s)|(?P<php><\?php\s)|(?P<rar>Rar!\x1a\x07)"
    rb"|(?P<zip7>7z\xbc\xaf\x27\x1c)",
    re.IGNORECASE,
)
"""Marks that no picture, sound or film holds by chance: at least six bytes, so random data does not match."""

FOREIGN_TYPES = {
    "html": "text/html", "php": "text/x-php", "rar": "application/vnd.rar", "zip7": "application/x-7z-compressed",
}  # fmt: skip

SCRIPTED_HEAD = re.compile(rb"GIF8[79]a(?:/\*|=)|\xff\xd8\xff[\xc0-\xff]/\*")
"""Pictures whose first bytes are also the beginning of a JavaScript comment or assignment."""


def media_type_of(head: bytes) -> str:
    """Return the media type by the first `HEAD` bytes; for a file that has passed `judge`, that is certain."""
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return BRANDS[head[8:12]]
    if not head.startswith(SIGNED) and (text := encodings.readable(head, final=len(head) < HEAD)) is not None:
        return _type_of_text(text)
    guess = filetype.guess_mime(head)
    return NAMES.get(guess, guess) or UNKNOWN


def judge(file: BinaryIO) -> str:
    """Return the media type of a whole file, if it may be stored; pictures are still to be opened.

    Raises:
        NotAllowed: its type is not accepted, or it is of two types at once.
        Unfit: it is empty.

    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Unfit("empty_file")
    found = media_type_of(head)
    if found not in ALLOWED:
        _refuse(found)
    _refuse_two_heads(head, found)
    if found == "text/plain":
        _judge_text(file)
    else:
        _judge_whole(file, found)
    return found


def _refuse_two_heads(head: bytes, found: str) -> None:
    """Refuse a second type in the head.

    PDF readers look for their signature in the first KiB, and a browser may run a picture's first bytes as a script.
    """
    place = head.find(b"%PDF-", 0, 1024 + 5)
    if place > 0 or (found == "application/pdf" and place < 0):
        _refuse(found, "application/pdf")
    if SCRIPTED_HEAD.match(head):
        _refuse(found, "text/javascript")


def _judge_whole(file: BinaryIO, found: str) -> None:
    """Refuse a second file inside; in a PDF only before and after its pages, as these may hold any text."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    if b"PK\x05\x06" in tail:
        _refuse(found, "application/zip")
    file.seek(0)
    if found == "application/pdf":
        _, _, after = tail.rpartition(b"%%EOF")
        parts = iter((file.read(1024), after))
    else:
        parts = _overlapping(file)
    for part in parts:
        if (foreign := FOREIGN.search(part)) and foreign.lastgroup:
            _refuse(found, FOREIGN_TYPES[foreign.lastgroup])


def _overlapping(file: BinaryIO) -> Iterator[bytes]:
    overlap = b""
    while piece := file.read(PIECE):
        yield overlap + piece
        overlap = piece[-OVERLAP:]


def _judge_text(file: BinaryIO) -> None:
    """Refuse a text with an unreadable character, or with markup anywhere in it."""
    window = ""
    try:
        for text in encodings.decoded(file):
            window = window[-OVERLAP:] + text
            _refuse_markup(window)
    except encodings.NoText:
        _refuse(UNKNOWN)


def write_in_utf8(source: Path, target: BinaryIO) -> None:
    """Write a text that was accepted in UTF-8 and without a byte order mark."""
    with source.open("rb") as file:
        for text in encodings.decoded(file):
            target.write(text.encode())


def _refuse_markup(text: str) -> None:
    if found := MARKUP.search(text):
        _refuse(_type_of_markup(found))


def _type_of_text(text: str) -> str:
    begins = text.lstrip("\ufeff").encode()
    for signature, media_type in CODED_TEXTS:
        if begins.startswith(signature):
            return media_type
    if found := MARKUP.search(text):
        return _type_of_markup(found)
    return "text/html" if BEGINS_AS_MARKUP.match(text) else "text/plain"


def _type_of_markup(found: re.Match[str]) -> str:
    if found["svg"]:
        return "image/svg+xml"
    return "application/xml" if found["xml"] else "text/html"


def _refuse(*found: str) -> NoReturn:
    raise NotAllowed("type_not_allowed", found=" + ".join(dict.fromkeys(found)), allowed=", ".join(ALLOWED))
