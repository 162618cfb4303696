"""The link in a letter: minted for one person and one task, the same in every attempt, and no other's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from adapters.credentials.signed_tokens import SignedTokens
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.tasks.task import Task, task_of
from domain.tasks.task_links import BadToken, Links, TaskLink, expiry
from domain.terms import Addressee
from domain.vocabulary import ClockName, Seat
from tests.activities.factories import (
    AT,
    CASE,
    LINKS,
    Box,
    Memory,
    Roster,
    notice,
    notices_of,
    notify,
    person,
    seat,
    short,
    wave,
)

pytestmark = pytest.mark.people

LI = person("li", mail="li@wjw.mc.example", wecom="wjw-li")
ZHAO = person("zhao", unit="wxb", mail="zhao@wxb.mc.example")


async def sent(*notices: Notice, to: Addressee | None = None) -> list[TaskLink]:
    """What the links in the letters say."""
    box, register = Box(), Memory()
    roster = Roster({seat("wjw"): (LI,)}) if to is None else Roster({to: (ZHAO,)}, instead=to)
    await notify(notices_of(register, roster, mail=box), wave(*notices))
    links = short(register)
    return [await links.read(token) for letter in box.taken for token in re.findall(r"/t/(\S+)", letter.text)]


async def test_a_link_names_case_visit_person_seat_task_channel_and_end() -> None:
    (link,) = await sent(notice(message=Message.REQUEST))

    assert link == TaskLink(
        case_id=CASE,
        visit=1,
        person="li",
        task=Task.VERIFY,
        unit="wjw",
        seat=Seat.DUTY,
        channel="mail",
        expires=int((AT + timedelta(hours=72)).timestamp()),
    )


async def test_a_rung_lets_its_clock_be_acknowledged_and_a_request_does_not() -> None:
    (asked,) = await sent(notice(message=Message.REQUEST))
    (reminded,) = await sent(notice(message=Message.ESCALATION, suffix="r4"))

    assert (reminded.clock, reminded.owner, reminded.task) == (ClockName.ANSWER, "wjw", Task.VERIFY)
    assert {"acknowledge", "phone_log"} <= set(reminded.kinds)
    assert not {"acknowledge", "phone_log"} & set(asked.kinds)
    assert {"note", "escalate"} <= set(asked.kinds) & set(reminded.kinds)


async def test_who_is_reached_in_place_of_another_gets_a_link_of_the_own_seat() -> None:
    (link,) = await sent(notice(), to=seat("wxb"))

    assert (link.person, link.unit, link.seat) == ("zhao", "wxb", Seat.DUTY)


async def test_a_retry_sends_the_same_link() -> None:
    first = await sent(notice())

    assert await sent(notice()) == first


@pytest.mark.parametrize(
    ("message", "clock", "task"),
    [
        (Message.RING, ClockName.TRIAGE, Task.TRIAGE),
        (Message.TRANSFER, ClockName.ACCEPT, Task.VERIFY),
        (Message.DRAFT_REQUEST, ClockName.DRAFT, Task.DRAFT),
        (Message.REVIEW_REQUEST, ClockName.APPROVAL, Task.REVIEW),
        (Message.REMINDER, ClockName.APPROVAL, Task.REVIEW),
        (Message.INFORM, ClockName.ACCEPT, Task.VERIFY),
        (Message.BREACH, ClockName.PUBLISH, Task.LOOK),
        (Message.CONFLICT, None, Task.COORDINATE),
        (Message.LATE_FINDING, None, Task.COORDINATE),
        (Message.SESSION, ClockName.SESSION, Task.SESSION),
        (Message.MINUTES, None, Task.SESSION),
        (Message.ACTION, None, Task.SESSION),
        (Message.SIGN_REQUEST, ClockName.APPROVAL, Task.REVIEW),
        (Message.CONFIRM_REQUEST, ClockName.INTERIM, Task.CONFIRM),
        (Message.REMINDER, ClockName.INTERIM, Task.COORDINATE),
        (Message.PASSED_ON, None, Task.LOOK),
        (Message.NUDGE, ClockName.ANSWER, Task.VERIFY),
        (Message.SUPERVISE, ClockName.DRAFT, Task.DRAFT),
        (Message.DUE_MOVED, ClockName.TRIAGE, Task.TRIAGE),
    ],
)
def test_what_a_notice_asks_for_is_the_task_of_its_link(message: Message, clock: ClockName | None, task: Task) -> None:
    said = notice(message=message).model_copy(update={"clock": clock})

    assert task_of(said) is task


@pytest.mark.parametrize(
    ("message", "owner", "task"),
    [
        (Message.BREACH, "wjw", Task.VERIFY),  # a late answer is still welcome
        (Message.ESCALATION, "swj", Task.COORDINATE),
        (Message.CALL, "swj", Task.LOOK),
    ],
)
async def test_a_rung_of_a_request_that_was_taken_back_allows_nobody_to_accept_its_clock(
    message: Message, owner: str, task: Task
) -> None:
    values: dict[str, str | int] = {"n": 3, "kind": "breach", "expired": "lead"}
    (link,) = await sent(notice(message=message).model_copy(update={"owner": owner, "values": values}))

    assert (link.task, link.clock, link.owner) == (task, None, None)
    assert not {"acknowledge", "phone_log"} & set(link.kinds)


def test_a_link_lives_three_days_or_a_day_longer_than_what_it_asks_for() -> None:
    assert expiry(AT, None) == expiry(AT, AT + timedelta(hours=1)) == int((AT + timedelta(hours=72)).timestamp())
    assert expiry(AT, AT + timedelta(days=9)) == int((AT + timedelta(days=10)).timestamp())


async def test_an_edited_link_one_of_another_key_and_one_of_another_purpose_are_refused() -> None:
    (link,) = await sent(notice())
    token = LINKS.path(link).removeprefix("/t/")
    other = LINKS.path(link.model_copy(update={"case_id": "another23a"})).removeprefix("/t/")
    spliced = other.rpartition(".")[0] + "." + token.rpartition(".")[2]
    strange = Links(SignedTokens([b"x" * 32]), "").path(link).removeprefix("/t/")
    session = LINKS.tokens.sign("session", list(link.model_dump(mode="json").values()))

    for bad in (spliced, strange, session, token[:-5], "", "…", "a.b"):
        with pytest.raises(BadToken):
            LINKS.read(bad)


async def test_links_of_an_earlier_key_are_still_read_until_the_key_goes() -> None:
    (link,) = await sent(notice())
    token = LINKS.path(link).removeprefix("/t/")
    turned = Links(SignedTokens([b"k" * 32, b"n" * 32]), "")

    assert turned.read(token) == link
    assert turned.path(link) != LINKS.path(link)
    with pytest.raises(BadToken):
        Links(SignedTokens([b"n" * 32]), "").read(token)


def test_a_token_fits_a_text_message() -> None:
    link = TaskLink(
        case_id=CASE,
        visit=12,
        person="a-person-with-a-long-name",
        task=Task.COORDINATE,
        unit="a_long_unit_code",
        seat=Seat.DUTY_LEADER,
        channel="wecom",
        clock=ClockName.RESPONSE,
        owner="a_long_unit_code",
        expires=1_800_000_000,
    )

    assert len(LINKS.url(link)) < 300
