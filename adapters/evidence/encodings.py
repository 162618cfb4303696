"""The encoding of a text, found from its content: UTF-8, UTF-16 by its byte order mark, else GB 18030 (GBK)."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

import filetype  # type: ignore[import-untyped]  # it ships no types

HEAD = 8192
"""How many bytes decide which encoding a text is in."""

PIECE = 1024 * 1024
"""Bytes decoded at a time."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

STRANGE = ("Cc", "Cn", "Co", "Cs")
"""Categories of characters that nobody types: what decodes to one is no text in GB 18030, but bytes of another kind."""


class NoText(Exception):
    """Raised when bytes are no text, or no longer."""


def readable(head: bytes, *, final: bool) -> str | None:
    """Return a text's beginning, which may end within a character; None if it is no text we can read."""
    try:
        return _decoded(_decoder_of(head), head, final=final)
    except NoText:
        return None


def decoded(file: BinaryIO) -> Iterator[str]:
    """Yield a whole text piece by piece, without its byte order mark.

    Raises:
        NoText: it holds what is no character.

    """
    file.seek(0)
    decoder = _decoder_of(file.read(HEAD))
    file.seek(0)
    for piece in iter(lambda: file.read(PIECE), b""):
        yield _decoded(decoder, piece, final=False)
    yield _decoded(decoder, b"", final=True)


def _decoder_of(head: bytes) -> codecs.IncrementalDecoder:
    """Return a decoder for what begins with `head`.

    Raises:
        NoText: it begins as no text we can read.

    """
    if head.startswith(UTF_16):
        return codecs.getincrementaldecoder("utf-16")()
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _chinese(head)
    return codecs.getincrementaldecoder("utf-8-sig")()


def _chinese(head: bytes) -> codecs.IncrementalDecoder:
    """Return a decoder of GB 18030, if `head` is such a text: it decodes much that is none."""
    if filetype.guess_mime(head) is not None:
        raise NoText
    text = _decoded(codecs.getincrementaldecoder("gb18030")(), head, final=False)
    if any(unicodedata.category(mark) in STRANGE for mark in text if not mark.isspace()):
        raise NoText
    return codecs.getincrementaldecoder("gb18030")()


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool) -> str:
    try:
        text = decoder.decode(piece, final)
    except UnicodeDecodeError:
        raise NoText from None
    if CONTROL.search(text):
        raise NoText
    return text
