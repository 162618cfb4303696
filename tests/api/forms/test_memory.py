"""What forms take up: their files are on the disk, their texts are few, and there is room for so much at once."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from api.forms.submission import UnfitForm, sent_in
from api.http import form_room
from api.http.form_room import FormRoom
from tests.api.conftest import Office

MIB = 1024**2
PIECE = bytes(range(256)) * 256
FORM = b'--x\r\nContent-Disposition: form-data; name="form"\r\n\r\nfinding\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="evidence-0-file"; filename="a.png"\r\n\r\n'
END = b"\r\n--x--\r\n"


async def hashing(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that takes a form and answers with the digest of its file."""
    try:
        sent = await sent_in(Request(scope, receive))
    except UnfitForm as unfit:
        await Response(status_code=unfit.status)(scope, receive, send)
        return
    found = hashlib.sha256()
    for given in sent.files.values():
        async for piece in given.pieces():
            found.update(piece)
    await PlainTextResponse(found.hexdigest())(scope, receive, send)


async def post(app: Any, pieces: AsyncIterator[bytes], path: str = "/t/token", length: int | None = None) -> Any:
    """Send a form over ASGI, piece by piece, without keeping it here."""
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    headers += [(b"content-length", b"%d" % length)] if length is not None else []
    answered: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        piece = await anext(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b"", "app": None}
    await app(scope, receive, send)
    return answered[0]["status"], b"".join(one.get("body", b"") for one in answered[1:]).decode()


async def form_of(count: int, gate: asyncio.Event | None = None) -> AsyncIterator[bytes]:
    """A form with a file of `count` pieces; it waits before its end if there is a gate."""
    yield FORM + FILE
    for _ in range(count):
        await asyncio.sleep(0)
        yield PIECE
    if gate is not None:
        await gate.wait()
    yield END


async def test_twelve_forms_with_large_files_at_once_hardly_take_up_memory() -> None:
    room, count = FormRoom(hashing), 19 * MIB // len(PIECE)
    await post(room, form_of(1))  # what is loaded once
    tracemalloc.start()
    try:
        answers = await asyncio.gather(*(post(room, form_of(count)) for _ in range(12)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    digest = hashlib.sha256(PIECE * count).hexdigest()
    assert answers == [(200, digest)] * 12
    assert peak < 12 * MIB


async def test_a_form_of_many_texts_is_refused_before_they_fill_the_memory() -> None:
    async def texts() -> AsyncIterator[bytes]:
        for n in range(150):
            yield b'--x\r\nContent-Disposition: form-data; name="t%d"\r\n\r\n' % n + b"a" * 60_000 + b"\r\n"
        raise AssertionError("it was read to its end")

    assert (await post(FormRoom(hashing), texts()))[0] == 413


async def test_a_form_for_which_there_is_no_room_is_refused_until_there_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(form_room.ROOMS, "/t/", 30 * MIB)
    room, gate = FormRoom(hashing), asyncio.Event()
    first = asyncio.create_task(post(room, form_of(1, gate), length=20 * MIB))
    await asyncio.sleep(0.05)

    with monkeypatch.context() as patch:
        patch.setattr(form_room, "answer", lambda body, _, headers: Response(body.code, body.status, headers=headers))
        large = await post(room, form_of(1), length=20 * MIB)
        unsaid = await post(room, form_of(1))
    small = await post(room, form_of(1), length=100_000)
    login = await post(room, form_of(1), path="/desk/login", length=100_000)
    gate.set()
    await first

    assert (large, unsaid) == ((503, "busy"), (503, "busy"))
    assert (small[0], login[0]) == (200, 200)
    assert (await post(room, form_of(1), length=20 * MIB))[0] == 200
    assert room.taken == {"/t/": 0, "/desk": 0}


async def test_whoever_finds_no_room_reads_a_sentence_and_when_to_come_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(form_room.ROOMS, "/t/", 0)

    page = await office.http.post("/t/any", data={"form": "note"})

    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "请过几秒用浏览器的“返回”回到上一页再提交一次" in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]


async def test_files_are_closed_when_the_request_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Any] = []

    async def remembering(scope: Scope, receive: Receive, send: Send) -> None:
        sent = await sent_in(Request(scope, receive))
        kept.extend(given.file for given in sent.files.values())
        raise RuntimeError("a bug after the form was read")

    with pytest.raises(RuntimeError):
        await post(FormRoom(remembering), form_of(40))

    assert [one.file.closed for one in kept] == [True]
