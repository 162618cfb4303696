"""Passkeys: who may make one, what it opens, and every answer that proves nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from adapters.credentials.passkeys import WebPasskeys
from adapters.office.sample_keys import sample_key
from api.app import create_app
from domain.access.passkeys import MOST
from domain.tasks.task import Task
from domain.vocabulary import Level
from tests.api.officer.test_inbox import logged_in
from tests.api.scriptless_browser import Paper, link
from tests.office_env import World, open_world
from tests.soft_authenticator import SEEN, SoftAuthenticator
from tests.workflows import case_steps

pytestmark = pytest.mark.people


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def named(server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A house that people reach by a name."""
    folder = tmp_path_factory.mktemp("named")
    async with open_world(server, folder, cache=200, public_url="http://localhost") as world:
        await world.report("网传动物园的老虎跑出来了请居民不要出门")
        yield world


def visitor(world: World) -> httpx2.AsyncClient:
    wire = httpx2.ASGITransport(app=create_app(world.desk))
    return httpx2.AsyncClient(transport=wire, base_url="http://localhost")


def csrf_of(page: httpx2.Response) -> str:
    return re.findall(r'data-csrf="([^"]*)"', page.text)[0]


async def asked(http: httpx2.AsyncClient, path: str, csrf: str = "") -> dict[str, Any]:
    answer = await http.post(f"{path}/options", data={"csrf": csrf})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def registered(world: World, device: SoftAuthenticator, unit: str, seat: str) -> httpx2.Response:
    """Log in by the personal key and add a passkey."""
    async with visitor(world) as http:
        await logged_in(http, sample_key(world.officer(unit, seat).id))
        csrf = csrf_of(await http.get("/desk/logins"))
        question = await asked(http, "/desk/passkeys", csrf)
        sent = {"csrf": csrf, "ticket": question["ticket"], "answer": device.made(question["options"])}
        return await http.post("/desk/passkeys", data=sent)


async def entered(http: httpx2.AsyncClient, device: SoftAuthenticator) -> httpx2.Response:
    """Log in by a passkey."""
    csrf = csrf_of(await http.get("/desk/login"))
    question = await asked(http, "/desk/login/passkey", csrf)
    sent = {"csrf": csrf, "ticket": question["ticket"], "answer": device.proved(question["options"])}
    return await http.post("/desk/login/passkey", data=sent)


async def test_a_passkey_made_by_the_personal_key_opens_the_inbox_but_makes_no_other(named: World) -> None:
    device = SoftAuthenticator()
    made = await registered(named, device, "swj", "duty")
    async with visitor(named) as http:
        answer = await entered(http, device)
        inbox, page = await http.get("/desk/inbox"), await http.get("/desk/logins")
        csrf = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
        another = await http.post("/desk/passkeys/options", data={"csrf": csrf})

    assert (made.json(), answer.json()) == ({"go": "/desk/logins"}, {"go": "/desk/inbox"})
    assert named.officer("swj", "duty").name in inbox.text
    assert "通行密钥（本次登录）" in page.text
    assert (another.status_code, "先用本人密钥登录" in another.json()["says"]) == (403, True)


async def test_an_answer_counts_once_and_for_what_was_asked(named: World) -> None:
    device = SoftAuthenticator()
    await registered(named, device, "hbj", "duty")
    async with visitor(named) as http:
        csrf = csrf_of(await http.get("/desk/login"))
        question = await asked(http, "/desk/login/passkey", csrf)
        other = await asked(http, "/desk/login/passkey", csrf)
        answer = device.proved(question["options"])
        wrong = {"csrf": csrf, "ticket": other["ticket"], "answer": answer}
        right = {"csrf": csrf, "ticket": question["ticket"], "answer": answer}
        statuses = [
            (await http.post("/desk/login/passkey", data=sent)).status_code for sent in (wrong, right, right, wrong)
        ]

    assert statuses == [403, 200, 403, 403]


def elsewhere(device: SoftAuthenticator) -> None:
    device.origin = "http://localhost.evil.example"


def of_another_host(device: SoftAuthenticator) -> None:
    device.host = "evil.example"


def without_its_holder(device: SoftAuthenticator) -> None:
    device.flags = SEEN


def copied(device: SoftAuthenticator) -> None:
    device.count = -1


def by_another_key(device: SoftAuthenticator) -> None:
    device._key = SoftAuthenticator()._key


def never_registered(device: SoftAuthenticator) -> None:
    device.id = b"x" * 16


@pytest.mark.parametrize(
    "lie", [elsewhere, of_another_host, without_its_holder, copied, by_another_key, never_registered]
)
async def test_an_answer_that_proves_nothing_opens_nothing(named: World, lie: Any) -> None:
    device = SoftAuthenticator()
    device.count = 5
    await registered(named, device, "wjw", "duty")
    async with visitor(named) as http:
        first = await entered(http, device)
    lie(device)
    async with visitor(named) as http:
        answer = await entered(http, device)
        inbox = await http.get("/desk/inbox")

    assert (first.status_code, answer.status_code, inbox.status_code) == (200, 403, 303)
    assert "没有通过" in answer.json()["says"]
    for passkey in await named.register.passkeys(named.officer("wjw", "duty").id):
        await named.register.drop_passkey(passkey.person, passkey.credential_id)


@pytest.mark.parametrize("text", ["", "{}", "null", "[1]", '{"id": 5}', "x" * 5000])
async def test_what_is_no_answer_is_refused(named: World, text: str) -> None:
    async with visitor(named) as http:
        csrf = csrf_of(await http.get("/desk/login"))
        question = await asked(http, "/desk/login/passkey", csrf)
        sent = {"csrf": csrf, "ticket": question["ticket"], "answer": text}
        answer = await http.post("/desk/login/passkey", data=sent)

    assert answer.status_code == 403


@pytest.mark.parametrize("change", ["leaves", "key"])
async def test_a_passkey_ends_with_the_service_and_with_the_personal_key(
    named: World, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    device = SoftAuthenticator()
    await registered(named, device, "jyw", "duty")
    person = named.officer("jyw", "duty")
    past = named.office.day(named.desk.now()).replace(year=2020)
    changes = {"until": past} if change == "leaves" else {"key_digest": hashlib.sha256(b"new").hexdigest()}
    people = tuple(one.model_copy(update=changes if one.id == person.id else {}) for one in named.office.people)
    monkeypatch.setattr(named.desk, "office", named.office.model_copy(update={"people": people}))
    async with visitor(named) as http:
        answer = await entered(http, device)

    assert answer.status_code == 403


async def test_a_form_of_another_browser_asks_for_nothing(named: World) -> None:
    async with visitor(named) as mine, visitor(named) as theirs:
        await mine.get("/desk/login")
        strange = csrf_of(await theirs.get("/desk/login"))
        paths = ("/desk/login/passkey/options", "/desk/login/passkey", "/desk/passkeys/options", "/desk/passkeys")
        statuses = [(await mine.post(path, data={"csrf": strange})).status_code for path in paths]

    assert statuses == [403] * 4


async def test_a_passkey_stands_in_for_the_code_of_its_own_holder_and_of_nobody_else(named: World) -> None:
    case = (await named.report("网传水厂爆炸有毒气体泄漏全城请撤离")).case_id
    await case_steps.triaged(named, case, Level.RED, co_units=())
    await case_steps.found(named, case, "swj")
    digest = await case_steps.drafted(named, case)
    await named.decide(case, case_steps.approval(digest), "swj", "deputy")
    own, other = SoftAuthenticator(), SoftAuthenticator()
    await registered(named, own, "wxb", "deputy")
    await registered(named, other, "wxb", "head")
    path = link(named, case, Task.REVIEW, "wxb", "deputy") + "/passkey"
    codes = []
    async with visitor(named) as http:
        page = await http.get(path.removesuffix("/passkey"))
        for device in (other, own):
            question = await asked(http, path)
            sent = {"ticket": question["ticket"], "answer": device.proved(question["options"])}
            codes.append(await http.post(path, data=sent))
        closed = await http.post(link(named, case, Task.VERIFY, "swj", "liaison_a") + "/passkey/options", data={})
        none = await http.post(link(named, case, Task.REVIEW, "swj", "deputy") + "/passkey/options", data={})

    assert "用通行密钥代替验证码" in page.text
    assert [one.status_code for one in codes] == [403, 200]
    assert (closed.status_code, none.status_code) == (403, 422)
    answer = await named.decide(case, case_steps.signature(digest), "wxb", "deputy", code=codes[1].json()["code"])
    assert answer.summary.publication == "approved"


async def test_a_holder_removes_a_passkey_and_has_no_more_than_a_few(named: World) -> None:
    device = SoftAuthenticator()
    statuses = [(await registered(named, SoftAuthenticator(), "gaj", "duty")).status_code for _ in range(MOST - 1)]
    last, beyond = (
        await registered(named, device, "gaj", "duty"),
        await registered(named, SoftAuthenticator(), "gaj", "duty"),
    )
    async with visitor(named) as http:
        await entered(http, device)
        page = await http.get("/desk/logins")
        form = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]}
        await http.post(
            "/desk/passkeys/remove",
            data={**form, "passkey": re.findall(r'name="passkey" value="([^"]+)"', page.text)[-1]},
        )
        again = await entered(http, device)

    assert statuses == [200] * (MOST - 1)
    assert (last.status_code, beyond.status_code, again.status_code) == (200, 422, 403)


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("https://piyao.mc.example", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("https://10.1.2.3", False),
        ("http://piyao.mc.example", False),
    ],
)
def test_passkeys_are_offered_only_where_browsers_have_them(address: str, offered: bool) -> None:
    assert WebPasskeys(address, "辟谣").offered is offered


async def test_where_they_are_not_offered_no_page_speaks_of_them(server: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_world(server, tmp_path, cache=200) as world:
        await world.report("网传动物园的狮子也跑出来了请不要出门")
        async with visitor(world) as http:
            login = await http.get("/desk/login")
            await logged_in(http, sample_key(world.officer("swj", "duty").id))
            logins = await http.get("/desk/logins")

    assert "通行密钥" not in login.text + logins.text
    assert Paper.of(login).forms
