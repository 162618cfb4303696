"""What a file is, told from its content alone: neither its name nor the type it was declared as is asked."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import filetype  # type: ignore[import-untyped]  # it ships no types

from domain.errors import NotAllowed, Unfit
from domain.evidence import ALLOWED

HEAD = 8192
"""Bytes the first look sees."""

TAIL = 22 + 65535
"""Bytes at the end in which a zip's end record stands, with the longest comment."""

PIECE = 1024 * 1024
OVERLAP = 32
"""Bytes looked at twice, so that no mark is missed where two pieces meet."""

BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"M4V ": "video/mp4", b"qt  ": "video/quicktime"}
"""Major brands filetype calls by their compatible brands, or by names of its own."""

NAMES = {"audio/x-wav": "audio/wav"}

UNKNOWN = "application/octet-stream"

SIGNED = (b"%PDF-", b"GIF87a", b"GIF89a")
"""Signatures that are readable text: what begins so is held to be what it says."""

CODED_TEXTS = ((rb"{\rtf", "application/rtf"), (b"%!", "application/postscript"), (b"#!", "text/x-script"))

CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

MARKUP = re.compile(
    r"<(?:(?P<svg>svg)|(?P<xml>\?xml)|(?:!doctype|html|head|body|script|iframe|\?php))(?![a-z0-9])", re.IGNORECASE
)
BEGINS_AS_MARKUP = re.compile(r"[\ufeff\s]*<[a-z!?]", re.IGNORECASE)

FOREIGN = re.compile(
    rb"(?P<html><(?:script|html|iframe)[\s/>]|<!doctype\s)|(?P<php><\?php\s)|(?P<rar>Rar!\x1a\x07)"
    rb"|(?P<zip7>7z\xbc\xaf\x27\x1c)",
    re.IGNORECASE,
)
"""What no picture, sound or film holds by chance: at least six bytes, so random data does not look like it."""

FOREIGN_TYPES = {
    "html": "text/html", "php": "text/x-php", "rar": "application/vnd.rar", "zip7": "application/x-7z-compressed",
}  # fmt: skip

SCRIPTED_HEAD = re.compile(rb"GIF8[79]a(?:/\*|=)|\xff\xd8\xff[\xc0-\xff]/\*")
"""Pictures whose first figures are the beginning of a JavaScript comment or assignment."""


def media_type_of(head: bytes) -> str:
    """Tell the media type from the first `HEAD` bytes; of a file that was taken in, this is the whole truth."""
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return BRANDS[head[8:12]]
    if not head.startswith(SIGNED) and (text := _readable(head, final=len(head) < HEAD)) is not None:
        return _type_of_text(text)
    guess = filetype.guess_mime(head)
    return NAMES.get(guess, guess) or UNKNOWN


def judge(file: BinaryIO) -> str:
    """Return the media type of a whole file that may be taken; pictures are yet to be opened.

    Raises:
        NotAllowed: its type is not taken, or it is two things at once.
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
    """Readers of PDF look for its signature in the first KiB, readers of scripts take a picture's figures for code."""
    place = head.find(b"%PDF-", 0, 1024 + 5)
    if place > 0 or (found == "application/pdf" and place < 0):
        _refuse(found, "application/pdf")
    if SCRIPTED_HEAD.match(head):
        _refuse(found, "text/javascript")


def _judge_whole(file: BinaryIO, found: str) -> None:
    """Look for a second file inside: in a PDF, whose pages may speak of anything, only before and after its pages."""
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
    kept = b""
    while piece := file.read(PIECE):
        yield kept + piece
        kept = piece[-OVERLAP:]


def _judge_text(file: BinaryIO) -> None:
    """Hold every character of a text to be readable, and no place in it to be markup."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    kept = ""
    for piece in iter(lambda: file.read(PIECE), b""):
        kept = kept[-OVERLAP:] + _decoded(decoder, piece, final=False)
        _refuse_markup(kept)
    _decoded(decoder, b"", final=True)


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool) -> str:
    try:
        text = decoder.decode(piece, final)
    except UnicodeDecodeError:
        _refuse(UNKNOWN)
    if CONTROL.search(text):
        _refuse(UNKNOWN)
    return text


def _refuse_markup(text: str) -> None:
    if found := MARKUP.search(text):
        _refuse(_type_of_markup(found))


def _readable(head: bytes, *, final: bool) -> str | None:
    """Return a text's beginning, which may end within a character; None for what is no text in UTF-8."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final)
    except UnicodeDecodeError:
        return None
    return None if CONTROL.search(text) else text


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
