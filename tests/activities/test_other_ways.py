"""A letter that cannot be delivered is tried in other ways, and nobody is left out in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.errors import RefusedForGood, Unavailable
from domain.vocabulary import Seat
from tests.activities.factories import Box, Memory, Roster, notice, notices_of, notify, person, seat, wave

LI = person("li", mail="li@wjw.mc.example", wecom="wjw-li")
ZHAO = person("zhao", unit="wxb", mail="zhao@wxb.mc.example", wecom="wxb-zhao")
DUTY, OFFICE = seat("wjw"), seat("wxb")
DOWN, NEVER = Unavailable("连接不上"), RefusedForGood("550 no such user")
DAY, HOUR, MINUTE = timedelta(hours=24), timedelta(hours=1), timedelta(minutes=1)


def told(*boxes: Box) -> list[tuple[str, str]]:
    return [(letter.person, letter.channel) for box in boxes for letter in box.taken]


async def test_a_channel_that_is_down_for_an_hour_is_replaced_by_another_of_the_person() -> None:
    register, mail, wecom = Memory(), Box({"li": DOWN}), Box()
    notices = notices_of(register, Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    for tried in (timedelta(), 59 * MINUTE, HOUR):
        with pytest.raises(ApplicationError):
            await notify(notices, wave(), tried=tried)
        assert told(wecom) == []

    sent = await notify(notices, wave(), tried=70 * MINUTE)

    assert told(mail, wecom) == [("li", "wecom")]
    assert (sent.to, sent.by, sent.gaps) == ((DUTY,), ("wecom",), ())
    mail.failing.clear()
    await notify(notices, wave(), tried=80 * MINUTE)  # the result was lost, and the channel is up again
    assert told(mail, wecom) == [("li", "wecom")]


async def test_a_refusal_for_good_is_followed_by_another_channel_at_once() -> None:
    mail, wecom = Box({"li": NEVER}), Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    with pytest.raises(ApplicationError):
        await notify(notices, wave())

    sent = await notify(notices, wave(), tried=timedelta(seconds=1))

    assert told(mail, wecom) == [("li", "wecom")]
    assert sent.undelivered == ("市卫生健康委 值班员（邮件）：550 no such user",)


async def test_whoever_is_refused_by_every_channel_is_stood_in_for_at_once() -> None:
    mail, wecom = Box({"li": NEVER}), Box({"li": NEVER})
    roster = Roster({DUTY: (LI,), OFFICE: (ZHAO,)}, instead=OFFICE)
    notices = notices_of(Memory(), roster, mail=mail, wecom=wecom)
    for second in range(2):
        with pytest.raises(ApplicationError):
            await notify(notices, wave(), tried=timedelta(seconds=second))

    sent = await notify(notices, wave(), tried=timedelta(seconds=3))

    assert sorted(told(mail, wecom)) == [("zhao", "mail"), ("zhao", "wecom")]
    assert [(gap.wanted, gap.reached) for gap in sent.gaps] == [(DUTY, OFFICE)]
    assert len(sent.undelivered) == 2
    assert not sent.given_up


async def test_a_seat_that_cannot_be_reached_for_a_day_is_stood_in_for() -> None:
    register, mail = Memory(), Box({"li": DOWN})
    roster = Roster({DUTY: (LI,), OFFICE: (ZHAO,)}, instead=OFFICE)
    notices = notices_of(register, roster, mail=mail)
    for tried in (HOUR, DAY - MINUTE, DAY):
        with pytest.raises(ApplicationError):
            await notify(notices, wave(), tried=tried)
    assert told(mail) == []

    sent = await notify(notices, wave(), tried=DAY + 10 * MINUTE)

    assert told(mail) == [("zhao", "mail")]
    assert sent.to == (OFFICE,)
    assert sent.undelivered == ("市卫生健康委 值班员（邮件）：连接不上",)
    assert register.lost == []


async def test_what_nobody_can_be_reached_with_is_a_matter_of_the_administrators() -> None:
    register, mail = Memory(), Box({"li": DOWN, "zhao": DOWN})
    roster = Roster({DUTY: (LI,), OFFICE: (ZHAO,)}, instead=OFFICE)
    notices = notices_of(register, roster, mail=mail)
    with pytest.raises(ApplicationError):
        await notify(notices, wave(), tried=DAY)

    sent = await notify(notices, wave(), tried=DAY + 10 * MINUTE)

    assert (sent.to, sent.by, sent.given_up) == ((), (), True)
    assert len(sent.undelivered) == 2
    assert [(row.key, row.person, row.channel) for row in register.lost] == [
        (notice().key, "li", "mail"), (notice().key, "zhao", "mail"),
    ]  # fmt: skip


async def test_a_person_who_is_told_anyway_stands_in_without_a_second_letter() -> None:
    mail = Box({"li": NEVER})
    deputy = person("sun", mail="sun@wjw.mc.example")
    seats = {DUTY: (LI,), seat("wjw", Seat.DEPUTY): (deputy,)}
    notices = notices_of(Memory(), Roster(seats, instead=seat("wjw", Seat.DEPUTY)), mail=mail)

    sent = await notify(notices, wave(notice(DUTY, seat("wjw", Seat.DEPUTY))))

    assert told(mail) == [("sun", "mail")]
    assert [gap.reached for gap in sent.gaps] == [seat("wjw", Seat.DEPUTY)]


async def test_letters_that_were_combined_are_combined_by_the_other_channel_too_and_never_mixed() -> None:
    mail, wecom = Box({"li": DOWN}), Box()
    both = wave(notice(suffix="r1"), notice(suffix="r2"))
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    with pytest.raises(ApplicationError):
        await notify(notices, both, tried=HOUR)

    await notify(notices, both, tried=2 * HOUR)

    (letter,) = wecom.taken
    assert letter.text.count("\n\n") == 1


async def test_a_second_channel_that_was_asked_for_is_tried_for_a_day_and_then_named() -> None:
    mail, wecom = Box({"li": DOWN}), Box()
    of = wave(notice(by=("wecom", "mail")))
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    for tried in (timedelta(), HOUR, DAY - MINUTE):
        with pytest.raises(ApplicationError):
            await notify(notices, of, tried=tried)

    await notify(notices, of, tried=DAY)

    assert told(mail, wecom) == [("li", "wecom")]


async def test_a_notice_that_was_called_off_reaches_nobody_any_more() -> None:
    mail = Box()
    of = wave(notice(suffix="r1"), notice(OFFICE, suffix="r2"))
    notices = notices_of(Memory(), Roster({DUTY: (LI,), OFFICE: (ZHAO,)}), mail=mail)

    sent = await notify(notices, of.model_copy(update={"called_off": (of.keys[0],)}), tried=HOUR)

    assert told(mail) == [("zhao", "mail")]
    assert (sent.to, sent.gaps) == ((OFFICE,), ())
