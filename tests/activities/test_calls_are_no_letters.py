"""A call by phone is somebody's task: that it is listed reaches nobody, and every letter beside it is still owed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.case.payloads import Wave, WaveSent
from domain.errors import RefusedForGood, Unavailable
from domain.terms import Refusal
from domain.vocabulary import Level
from tests.activities.factories import Box, Memory, Roster, notice, notices_of, notify, person, seat, wave
from tests.activities.test_other_ways import told, what_is_left

DUTY, OFFICE = seat("wjw"), seat("wxb")
LI = person("li", sms="+86-000-0002-01", phone="+86-000-0002-01", wecom="wjw-li", mail="li@wjw.mc.example")
ZHAO = person("zhao", unit="wxb", sms="+86-000-0001-01", phone="+86-000-0001-01")
DOWN, NEVER = Unavailable("连接不上"), RefusedForGood("400 no such number")
MINUTE = timedelta(minutes=1)


def ring(*by: str) -> Wave:
    red = wave(notice(by=by or ("phone", "sms")))
    return red.model_copy(update={"view": red.view.model_copy(update={"level": Level.RED})})


async def test_who_is_to_be_called_and_is_refused_the_letter_gets_it_by_another_channel() -> None:
    sms, phone, wecom, mail = Box({"li": NEVER}), Box(), Box(), Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), sms=sms, phone=phone, wecom=wecom, mail=mail)

    first = await notify(notices, ring())

    assert first.refused == (Refusal(to=DUTY, by="sms", instead=("wecom", "mail")),), "the call stands in for nothing"
    assert first.left == ring().keys
    sent = await notify(notices, what_is_left(ring(), first), tried=timedelta(seconds=1))
    assert told(wecom, mail) == [("li", "wecom"), ("li", "mail")]
    assert (sent.to, sent.by) == ((DUTY,), ("wecom", "mail"))


async def test_a_gateway_that_is_down_is_gone_round_though_a_call_is_listed() -> None:
    sms, phone, wecom, mail = Box({"li": DOWN}), Box(), Box(), Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), sms=sms, phone=phone, wecom=wecom, mail=mail)
    for tried in (timedelta(), 11 * MINUTE):
        with pytest.raises(ApplicationError):
            await notify(notices, ring(), tried=tried)

    sent: WaveSent = await notify(notices, ring(), tried=12 * MINUTE)

    assert told(wecom, mail) == [("li", "wecom"), ("li", "mail")]
    assert sent.by == ("wecom", "mail")


async def test_who_has_only_a_refused_channel_beside_the_number_is_stood_in_for() -> None:
    only = person("li", sms="+86-000-0002-01", phone="+86-000-0002-01")
    sms, phone = Box({"li": NEVER}), Box()
    notices = notices_of(Memory(), Roster({DUTY: (only,), OFFICE: (ZHAO,)}, instead=OFFICE), sms=sms, phone=phone)

    first = await notify(notices, ring())
    sent = await notify(notices, what_is_left(ring(), first), tried=timedelta(seconds=1))

    assert told(sms) == [("zhao", "sms")]
    assert [(gap.wanted, gap.reached) for gap in (*first.gaps, *sent.gaps)] == [(DUTY, OFFICE)]


async def test_a_rung_by_phone_alone_is_a_call_to_make_and_nobody_was_told_yet() -> None:
    sms, phone, mail = Box(), Box(), Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), sms=sms, phone=phone, mail=mail)

    sent = await notify(notices, ring("phone"))

    assert (told(sms, mail), told(phone)) == ([], [("li", "phone")])
    assert (sent.to, sent.by, sent.left, sent.undelivered) == ((), (), (), ())
