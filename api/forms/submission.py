"""What a page's form sent: limited while it is read, parsed strictly, every text kept so that it can be shown again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from api.http.form_room import keep_until_answered
from domain.evidence import LIMIT

TEXT_LIMIT = 64 * 1024
"""Bytes of text a form may send: as many as a body of the API."""

FILES_LIMIT = LIMIT + 512 * 1024
"""Bytes of a form with files: the largest file, the texts, and what the form adds around them."""

FIELDS, FILES = 400, 20
"""At most; a browser sends a part for each field for a file, also for an empty one."""

NAME = 100
"""Characters of a file's name that go back with the form, so that its sender recognises it; it is kept nowhere."""

SPOOL = PIECE = 64 * 1024
"""Bytes of a file in memory: those that go to the disk together, and those that are read together."""


class UnfitForm(Exception):
    """Raised when a request holds no form we accept; `code` names the sentence under `[problem]`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Given:
    """One file of a form: its name as sent, and its bytes, on the disk until the request is answered."""

    name: str
    file: UploadFile

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes piece by piece, as they would come over the wire."""
        await self.file.seek(0)
        while piece := await self.file.read(PIECE):
            yield piece


@dataclass(frozen=True)
class FormSubmission:
    """The fields of a form as sent, and its files by field."""

    values: Mapping[str, Sequence[str]]
    files: Mapping[str, Given]

    def one(self, name: str) -> str:
        """Return the text of a field without surrounding blanks; empty if the field was left empty."""
        texts = self.values.get(name, ())
        return texts[0].strip() if texts else ""

    def all(self, name: str) -> list[str]:
        """Return every value of a field that may have more than one."""
        return [text.strip() for text in self.values.get(name, ())]

    def with_files(self, digests: Mapping[int, tuple[str, str]]) -> FormSubmission:
        """Return a copy in which stored files are named by their digests; `digests` and names as sent are by row."""
        named = {f"evidence-{row}-digest": [digest] for row, (digest, _) in digests.items()}
        named |= {f"evidence-{row}-name": [name[-NAME:]] for row, (_, name) in digests.items()}
        stored = {f"evidence-{row}-file" for row in digests}
        left = {name: given for name, given in self.files.items() if name not in stored}
        return FormSubmission({**self.values, **named}, left)

    def without(self, name: str) -> FormSubmission:
        """Return a copy in which one field was left empty."""
        return FormSubmission({one: texts for one, texts in self.values.items() if one != name}, self.files)

    def holding(self, mark: str) -> list[str]:
        """Return the fields whose text contains `mark`."""
        return [name for name, texts in self.values.items() if any(mark in text for text in texts)]


NOTHING = FormSubmission({}, {})


class _Reader(MultiPartParser):
    """A reader of forms with files: only the beginning of each file is in memory, and no more text than fits."""

    spool_max_size = SPOOL
    _text = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Count the texts of all fields together."""
        if self._current_part.file is None:
            self._text += end - start
            if self._text > TEXT_LIMIT:
                raise UnfitForm(413, "too_large")
        super().on_part_data(data, start, end)


async def sent_in(request: Request) -> FormSubmission:
    """Return the form of a request; its files stay on the disk until the request is answered.

    Raises:
        UnfitForm: it is another media type (415), too large (413), or cannot be parsed (400).

    """
    form = await _parsed(request)
    keep_until_answered(request, form)
    values: dict[str, list[str]] = {}
    files: dict[str, Given] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
        elif value.filename or value.size:
            files[name] = Given(value.filename or "", value)
    if sum(len(text.encode()) for texts in values.values() for text in texts) > TEXT_LIMIT:
        raise UnfitForm(413, "too_large")
    return FormSubmission(values, files)


async def _parsed(request: Request) -> FormData:
    limit = _limit(request)
    declared = request.headers.get("content-length", "0")
    if len(declared) > 9 or (declared.isdecimal() and int(declared) > limit):
        raise UnfitForm(413, "too_large")
    pieces, bounds = _pieces(request, limit), {"max_fields": FIELDS, "max_part_size": TEXT_LIMIT}
    try:
        if limit == FILES_LIMIT:
            return await _Reader(request.headers, pieces, max_files=FILES, **bounds).parse()
        return await FormParser(request.headers, pieces, **bounds).parse()
    except MultiPartException:  # Starlette found parts that make no form, or too many of them
        raise UnfitForm(400, "invalid_request") from None
    except ClientDisconnect:
        raise UnfitForm(400, "invalid_request") from None  # nobody is left to read it


async def _pieces(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for piece in request.stream():
        taken += len(piece)
        if taken > limit:
            raise UnfitForm(413, "too_large")
        yield piece


def _limit(request: Request) -> int:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnfitForm(415, "packed_body")
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    if "charset" in parameters.lower() and "utf-8" not in parameters.lower():
        raise UnfitForm(415, "unsupported_encoding")
    match media.strip().lower():
        case "application/x-www-form-urlencoded":
            return 3 * TEXT_LIMIT  # a Chinese character is nine bytes there and three in the text, which is what counts
        case "multipart/form-data":
            return FILES_LIMIT
    raise UnfitForm(415, "unsupported_form")
