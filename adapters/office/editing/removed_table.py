"""One table taken out of a file people write: its lines go with the comments that are its own, all others stay.

To tomlkit, all that stands before the next table is part of one, also the comment that heads the next.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import dropwhile

import tomlkit
from tomlkit import TOMLDocument


def without_table(document: TOMLDocument, key: str, place: int) -> str:
    """Return a file's text without the table at a place of the list `key`.

    A table's own are the comment right above it, unless the file begins with that, and the one right below its last
    line, unless that stands right above the next table.
    """
    text = tomlkit.dumps(document)
    lines = text.split("\n")
    header, end = _lines_of(text, key, place)
    begin = _up(lines, header)
    end = _end(lines, header, end)
    before, after = lines[: begin or header], lines[end:]
    if not before or not before[-1].strip():
        after = list(dropwhile(lambda line: not line.strip(), after))
        after = after or ([] if before else [""])
    return "\n".join([*before, *after])


def _lines_of(text: str, key: str, place: int) -> tuple[int, int]:
    """Return the numbers of a table's header and of the first line behind all that tomlkit counts to it."""
    mark = secrets.token_hex(8)
    marked = tomlkit.parse(text)
    entry = marked[key][place]
    entry.comment(mark)
    header = next(n for n, line in enumerate(tomlkit.dumps(marked).split("\n")) if mark in line)
    return header, header + 1 + entry.as_string().count("\n")


def _up(lines: Sequence[str], at: int) -> int:
    """Return where the comment begins that ends right above a line."""
    while at and _is_comment(lines[at - 1]):
        at -= 1
    return at


def _end(lines: Sequence[str], header: int, end: int) -> int:
    """Return the number of the first line behind a table that is not its own."""
    last = end
    while last > header + 1 and (_is_comment(lines[last - 1]) or not lines[last - 1].strip()):
        last -= 1
    below = last
    while below < end and _is_comment(lines[below]):
        below += 1
    parted = below == len(lines) or not lines[below].strip()
    return below if parted else last


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")
