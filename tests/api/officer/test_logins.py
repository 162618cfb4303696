"""Logins: a session is the register's, its holder sees it and ends it, and no copy of its cookie outlives it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from api.officer.attempts import REMEMBERED, Attempts
from tests.api.conftest import Office
from tests.api.officer.test_inbox import logged_in, visitor
from tests.api.scriptless_browser import Paper

pytestmark = pytest.mark.people

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


async def opens(office: Office, cookie: str) -> bool:
    """Whether a cookie alone, in another browser, opens the inbox."""
    async with visitor(office) as other:
        answer = await other.get("/desk/inbox", headers={"Cookie": f"piyao={cookie}"})
    return answer.status_code == 200


async def test_after_logout_a_copy_of_the_cookie_opens_nothing(office: Office) -> None:
    async with visitor(office) as http:
        await logged_in(http, office.key("wxb", "duty"))
        cookie = http.cookies["piyao"]
        before = await opens(office, cookie)
        await http.post("/desk/logout", data=Paper.of(await http.get("/desk/inbox")).forms["-"])

    assert (before, await opens(office, cookie)) == (True, False)


async def test_logging_in_again_gives_another_cookie_and_ends_the_first(office: Office) -> None:
    async with visitor(office) as http:
        await logged_in(http, office.key("wxb", "duty"))
        first = http.cookies["piyao"]
        await logged_in(http, office.key("wxb", "duty"))
        second = http.cookies["piyao"]

    assert first != second
    assert (await opens(office, first), await opens(office, second)) == (False, True)


def ends(page: httpx2.Response) -> list[dict[str, str]]:
    """The forms that end a login, in the order they are shown."""
    forms = re.findall(r'name="csrf" value="([^"]+)">\s*<input type="hidden" name="login" value="([^"]+)"', page.text)
    return [{"csrf": csrf, "login": login} for csrf, login in forms]


async def test_whoever_is_logged_in_sees_every_login_of_theirs_and_ends_any(office: Office) -> None:
    key = office.key("swj", "head")
    async with visitor(office) as desk, visitor(office) as phone:
        phone.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 15) Mobile"
        await logged_in(desk, key)
        await logged_in(phone, key)
        page = await desk.get("/desk/logins")
        (strange, own) = ends(page)
        ended = await desk.post("/desk/logins/end", data=strange)
        after = await desk.get("/desk/logins")
        there = await phone.get("/desk/inbox")
        await desk.post("/desk/logins/end", data=own)
        here = await desk.get("/desk/inbox")

    assert (page.text.count("手机"), page.text.count("电脑"), page.text.count("本次登录）")) == (1, 1, 1)
    assert (ended.status_code, ended.headers["location"]) == (303, "/desk/logins")
    assert len(ends(after)) == 1
    assert (there.status_code, here.status_code) == (303, 303)


async def test_nobody_ends_a_login_of_somebody_else(office: Office) -> None:
    async with visitor(office) as mine, visitor(office) as theirs:
        await logged_in(mine, office.key("swj", "duty"))
        await logged_in(theirs, office.key("hbj", "duty"))
        (form,), (other,) = ends(await mine.get("/desk/logins")), ends(await theirs.get("/desk/logins"))
        for sent in ({**form, "login": other["login"]}, {**other, "csrf": form["csrf"]}, other):
            await mine.post("/desk/logins/end", data=sent)
        still = await theirs.get("/desk/inbox")

    assert still.status_code == 200


async def test_an_administrator_ends_all_logins_of_a_person(office: Office) -> None:
    async with visitor(office) as http:
        await logged_in(http, office.key("gaj", "duty"))
        ended = await office.world.desk.logins.end(office.world.officer("gaj", "duty").id)
        after = await http.get("/desk/inbox")

    assert (ended, after.status_code) == (1, 303)


async def test_the_register_keeps_no_cookie_and_forgets_what_has_ended(office: Office) -> None:
    world, person = office.world, office.world.officer("jyw", "duty")
    token = await world.desk.logins.begin(person, "key", NOW, mobile=False)
    (stored,) = await world.register.sessions(person.id)
    await world.desk.logins.begin(person, "key", NOW + timedelta(minutes=30), mobile=False)

    assert token not in stored.model_dump_json()
    assert len(await world.register.sessions(person.id)) == 1
    await world.desk.logins.end(person.id)


def test_what_is_remembered_of_wrong_keys_is_bounded_and_the_latest_stay() -> None:
    attempts = Attempts()
    for _ in range(5):
        attempts.wrong("the-first", "10.0.0.1", NOW)
    for n in range(REMEMBERED):
        attempts.wrong(f"{n:08d}", "10.0.0.2", NOW)

    assert len(attempts._failed) == REMEMBERED
    assert not attempts.wait("the-first", "10.0.0.1", NOW)
    assert attempts.wrong("another", "10.0.0.2", NOW)


@pytest.mark.parametrize(("tries", "minutes"), [(4, 0), (5, 1), (6, 2), (7, 4), (11, 60), (400, 60)])
def test_the_wait_grows_with_each_wrong_key_up_to_an_hour(tries: int, minutes: int) -> None:
    attempts = Attempts()
    for _ in range(tries):
        attempts.wrong("somebody-s", "10.0.0.1", NOW)

    assert attempts.wait("somebody-x", "10.0.0.1", NOW) == timedelta(minutes=minutes)
    assert not attempts.wait("somebody-x", "10.0.0.2", NOW)
    assert not attempts.wait("nobody-s-x", "10.0.0.1", NOW)


def test_after_a_day_without_a_wrong_key_the_count_begins_anew() -> None:
    attempts = Attempts()
    for _ in range(9):
        attempts.wrong("somebody-s", "10.0.0.1", NOW)
    attempts.wrong("somebody-s", "10.0.0.1", NOW + timedelta(days=1))

    assert not attempts.wait("somebody-s", "10.0.0.1", NOW + timedelta(days=1))
