"""Nothing typed is lost: what happens to a form when the register, a file, a code or the page itself fails it."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.register.store import SqlRegister
from api.app import create_app
from api.forms.catalogue import FORMS
from api.forms.model import PARTS, ROWS, Form
from api.forms.resubmission import typed
from api.forms.submission import FormSubmission
from api.http.server import LINGER, LimitedProtocol
from desk import CaseDesk
from domain.errors import Unfit
from domain.tasks.task import Task
from domain.vocabulary import Level
from tests.api.conftest import Office
from tests.api.http.test_server import connected, one_answer, status_of
from tests.api.scriptless_browser import FOUND, Paper, asked, drawn, events_of, filled_in, link, send
from tests.workflows import case_steps

pytestmark = pytest.mark.people

TEXT = "经查 <b>正常</b>。\n\n  第二段 & 完"
SECRET = "135791"
PIECE = 1024 * 1024


# --- a part does not answer -----------------------------------------------------------------------------------------


class Mount:
    """A place the register's folder is reached by, until it is taken away."""

    def __init__(self, place: Path, data: Path) -> None:
        self.place, self.data = place, data

    def come(self) -> None:
        self.place.symlink_to(self.data)

    def go(self) -> None:
        self.place.unlink()


@asynccontextmanager
async def unmounted(office: Office, mount: Mount) -> AsyncIterator[Office]:
    """The same pages over the same register, behind a mount that has gone away."""
    world = office.world
    mount.come()
    register = await SqlRegister.open(f"sqlite:///{mount.place}/register.db", timedelta(seconds=0.3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "register", register)
        apart = Office(world, create_app(world.desk_over(world.client), hosts=("piyao.test",)))
    mount.go()
    async with apart.http:
        yield apart
    await register.close()


async def test_while_the_register_is_away_a_form_comes_back_whole_and_is_sent_again_by_one_button(
    office: Office, tmp_path: Path
) -> None:
    case = await asked(office, "网传动物园熊猫患病隔离闭园")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(
        await office.http.get(path), "finding", **FOUND | {"explanation": TEXT, "evidence-0-url": "", "key": "k" * 30}
    )
    picture, mount = drawn(), Mount(tmp_path / "mount", office.world.settings.data)
    digest = hashlib.sha256(picture).hexdigest()

    async with unmounted(office, mount) as apart:
        read = await apart.http.get(path)
        away = await apart.http.post(path, data=typed, files={"evidence-0-file": ("水.png", picture, "x/y")})
        kept = Paper.of(away).forms["finding"]
        still = await apart.http.post(path, data=kept)
        mount.come()
        answers = [await apart.http.post(path, data=Paper.of(still).forms["finding"]) for _ in range(2)]

    assert (read.status_code, read.headers["retry-after"], "暂时打不开" in read.text) == (503, "5", True)
    for page in (away, still):
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert len(page.content) < 60_000
        assert page.text.count("<button") == 1
        assert not re.search(r"<script|\son\w+=|https?://(?!swj)", page.text)
        assert path.removeprefix("/t/") not in page.text
    expected = {name: [value] for name, value in typed.items() if name in FOUND and value}
    assert {name: kept[name] for name in expected} == expected
    assert (kept["key"], kept["evidence-0-digest"]) == (["k" * 30], [digest])
    assert [answer.status_code for answer in answers] == [303, 303]
    (event,) = await office.world.events(case, "finding_received")
    assert (event["explanation"], event["evidence"][0]["digest"]) == (TEXT, digest)


async def test_while_the_register_cannot_be_written_the_page_keeps_form_key_and_stored_file(office: Office) -> None:
    case = await asked(office, "网传图书馆地下室积水古籍全毁")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "finding", **FOUND | {"evidence-0-url": ""})
    picture = drawn()

    with closing(sqlite3.connect(office.world.settings.data / "register.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = await office.http.post(path, data=typed, files={"evidence-0-file": ("a.png", picture, "x/y")})
    kept = Paper.of(answer).forms["finding"]

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "暂时办理不了" in answer.text
    assert kept["key"] == typed["key"]
    assert kept["evidence-0-digest"] == [hashlib.sha256(picture).hexdigest()]
    assert (await office.http.post(path, data=kept)).status_code == 303
    assert len(await office.world.events(case, "finding_received")) == 1


async def test_a_file_that_could_not_be_stored_is_asked_for_again_and_the_rest_is_kept(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await asked(office, "网传公园喷泉水里有蓝藻毒素")
    path = link(office.world, case, Task.VERIFY, "swj", "liaison_a")
    typed = filled_in(await office.http.get(path), "finding", **FOUND | {"evidence-0-url": ""})
    nowhere = tmp_path / "full"
    nowhere.write_text("no folder")
    before = await events_of(office, case)

    with monkeypatch.context() as patch:
        patch.setattr(office.world.desk.files._files._files, "folder", nowhere)
        answer = await office.http.post(path, data=typed, files={"evidence-0-file": ("a.png", drawn(), "x/y")})
    kept = Paper.of(answer).forms["finding"]

    assert (answer.status_code, await events_of(office, case)) == (503, before)
    assert re.search(r'id="f\d-evidence-0-file"[^>]*aria-invalid="true"', answer.text)
    assert "请重新选择" in answer.text
    assert kept["explanation"] == [FOUND["explanation"]]
    again = await office.http.post(path, data=kept, files={"evidence-0-file": ("a.png", drawn(), "x/y")})
    assert again.status_code == 303


# --- too large ------------------------------------------------------------------------------------------------------


def head(path: str, length: int) -> bytes:
    """How a form with a file begins."""
    first = f"POST {path} HTTP/1.1\r\nHost: piyao.test\r\nContent-Length: {length}\r\n"
    return f"{first}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()


async def sent(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send as a browser does, which reads what is answered once it has sent everything it has."""
    async with connected(port) as (reader, writer):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 20)


async def test_a_form_over_the_limit_is_heard_out_and_told_the_limit_however_slowly_it_comes(
    office: Office, published: str, port: int
) -> None:
    path = link(office.world, published, Task.LOOK, "wxb", "duty")

    said = await sent(port, head(path, 40 * PIECE), *[bytes(PIECE)] * 40, pause=1.8 * LINGER / 40)

    assert status_of(said) == 413
    assert one_answer(said)
    assert "文件连同文字至多20MB。请用浏览器的“返回”" in said.decode()


async def test_a_form_that_comes_too_slowly_is_answered_by_a_page(
    office: Office, published: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedProtocol, "deadline", 0.2)
    monkeypatch.setattr(LimitedProtocol, "upload_deadline", 0.4)
    path = link(office.world, published, Task.LOOK, "wxb", "duty")

    begun = b'--x\r\nContent-Disposition: form-data; name="text"; filename="a"\r\n\r\n'

    said = await sent(port, head(path, 2 * PIECE), begun + bytes(PIECE))

    assert status_of(said) == 408
    assert one_answer(said)
    assert b"content-type: text/html; charset=utf-8" in said
    assert "提交用时过长" in said.decode()
    assert path.removeprefix("/t/") not in said.decode()


# --- refused --------------------------------------------------------------------------------------------------------


async def test_a_wrong_code_is_refused_with_all_but_the_code_still_there(office: Office) -> None:
    world, case = office.world, await office.reported("网传水库大坝决口全城撤离")
    await case_steps.triaged(world, case, Level.RED, co_units=())
    await case_steps.found(world, case, "swj")
    digest = await case_steps.drafted(world, case)
    await world.decide(case, case_steps.approval(digest), "swj", "deputy")
    path = link(world, case, Task.REVIEW, "wxb", "deputy")
    await world.code(case, "wxb", "deputy")

    answer = await send(office, path, "sign_with_code", outcome="approve", remarks=TEXT, code=SECRET)
    kept = Paper.of(answer).forms["sign_with_code"]

    assert answer.status_code == 403
    assert (kept["outcome"], kept["remarks"]) == (["approve"], [TEXT])
    assert (kept["code"], SECRET in answer.text) == ([""], False)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_all_that_was_typed_can_be_copied_but_no_secret(office: Office, form: Form) -> None:
    wide = [one for one in form.fields if one.widget in PARTS]
    rows = {
        f"{one.name}-{row}-{part}": [f"{part} {row}"]
        for one in wide
        for row in range(ROWS[one.widget])
        for part in PARTS[one.widget]
    }
    plain = [one for one in form.fields if one not in wide and not one.beside]
    texts = {one.name: [one.codes[-1] if one.codes else f"甲 {one.name}"] for one in plain}
    asked_for = {**texts, **rows}
    secrets = {"key": ["k" * 30], "code": [SECRET], "token": [SECRET], "csrf": [SECRET], "form": [form.name]}

    lines = typed(office.world.office, FormSubmission({**asked_for, **secrets}, {}))

    shown = {text for _, text in lines}
    assert len(lines) == len(asked_for)
    assert not shown & {SECRET, "k" * 30}
    assert {text for _, text in lines if text.startswith("甲")} == {
        held[0] for held in texts.values() if held[0].startswith("甲")
    }


async def test_a_bug_in_a_page_is_answered_by_a_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link(office.world, "any", Task.LOOK, "wxb", "duty")
    unknown_method = await office.http.delete(path)

    async def broken(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    async def unforeseen(*_: object) -> None:
        raise Unfit("no_verdict_yet")

    assert (unknown_method.status_code, "<h1>" in unknown_method.text) == (405, True)
    for fault, status in ((broken, 500), (unforeseen, 422)):
        monkeypatch.setattr(CaseDesk, "task_view", fault)
        answer = await office.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "【演示】" in answer.text
        assert SECRET not in answer.text
