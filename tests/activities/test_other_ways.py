"""A letter that cannot be delivered is tried in other ways, and nobody is left out in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.case.notice_kinds import Message
from domain.case.payloads import Wave, WaveSent
from domain.errors import NotAdmitted, NotYet, RefusedForGood, Unavailable, UnderWay
from domain.terms import Refusal
from domain.vocabulary import Level, Seat
from tests.activities.factories import CASE, Box, Memory, Roster, notice, notices_of, notify, person, seat, wave

LI = person("li", mail="li@wjw.mc.example", wecom="wjw-li")
ZHAO = person("zhao", unit="wxb", mail="zhao@wxb.mc.example", wecom="wxb-zhao")
DUTY, OFFICE = seat("wjw"), seat("wxb")
DOWN, NEVER, SHUT = Unavailable("连接不上"), RefusedForGood("550 no such user"), NotAdmitted("535 bad login")
DAY, HOUR, MINUTE = timedelta(hours=24), timedelta(hours=1), timedelta(minutes=1)


def what_is_left(of: Wave, sent: WaveSent) -> Wave:
    """The wave as its case sends it again: what is left of it, with the refusals the timeline has."""
    heard = tuple(refusal.key for refusal in sent.refused)
    left = [one.model_copy(update={"heard": (*one.heard, *heard)}) for one in of.notices if one.key in sent.left]
    return of.model_copy(update={"notices": tuple(left)})


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


async def test_a_refusal_for_good_is_known_at_once_and_followed_by_another_channel() -> None:
    mail, wecom = Box({"li": NEVER}), Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    first = await notify(notices, wave())
    assert first.refused == (Refusal(to=DUTY, by="mail", instead=("wecom",)),)
    assert (first.left, first.to, first.undelivered) == (wave().keys, (), ())

    sent = await notify(notices, what_is_left(wave(), first), tried=timedelta(seconds=1))

    assert told(mail, wecom) == [("li", "wecom")]
    assert (sent.by, sent.refused, sent.left, sent.undelivered) == (("wecom",), (), (), ())


async def test_whoever_is_refused_by_every_channel_is_stood_in_for_at_once() -> None:
    mail, wecom = Box({"li": NEVER}), Box({"li": NEVER})
    roster = Roster({DUTY: (LI,), OFFICE: (ZHAO,)}, instead=OFFICE)
    notices = notices_of(Memory(), roster, mail=mail, wecom=wecom)
    first = await notify(notices, wave())
    second = await notify(notices, what_is_left(wave(), first), tried=timedelta(seconds=1))
    assert second.refused == (Refusal(to=DUTY, by="wecom"),)

    sent = await notify(notices, what_is_left(what_is_left(wave(), first), second), tried=timedelta(seconds=2))

    assert sorted(told(mail, wecom)) == [("zhao", "mail"), ("zhao", "wecom")]
    assert [(gap.wanted, gap.reached) for gap in sent.gaps] == [(DUTY, OFFICE)]
    assert not sent.given_up


async def test_what_was_reached_beside_a_refusal_is_over_and_the_rest_is_tried_on() -> None:
    mail, wecom = Box({"li": NEVER}), Box()
    both = wave(notice(OFFICE, suffix="r2"), notice(DUTY, suffix="r1"))
    notices = notices_of(Memory(), Roster({DUTY: (LI,), OFFICE: (ZHAO,)}), mail=mail, wecom=wecom)

    first = await notify(notices, both)

    assert (first.to, first.by, first.left) == ((OFFICE,), ("mail",), (notice(suffix="r1").key,))


async def test_a_channel_that_refuses_the_office_is_gone_round_at_once_and_tried_on() -> None:
    register, mail, wecom = Memory(), Box({"li": SHUT, "zhao": SHUT}), Box()
    by_mail = person("li", mail="li@wjw.mc.example")
    roster = Roster({DUTY: (by_mail,), OFFICE: (ZHAO,)}, instead=OFFICE)
    notices = notices_of(register, roster, mail=mail, wecom=wecom)
    first = await notify(notices, wave())
    assert first.refused == (Refusal(to=DUTY, by="mail", office=True),)

    sent = await notify(notices, what_is_left(wave(), first))

    assert told(mail, wecom) == [("zhao", "wecom")], "nobody is written to by the channel that is shut"
    assert (sent.to, sent.given_up) == ((OFFICE,), False)


async def test_where_only_a_channel_that_refuses_the_office_is_left_the_administrators_know_and_it_is_tried_on() -> (
    None
):
    register, mail = Memory(), Box({"li": SHUT})
    by_mail = person("li", mail="li@wjw.mc.example")
    notices = notices_of(register, Roster({DUTY: (by_mail,)}), mail=mail)
    first = await notify(notices, wave())
    assert [(row.person, row.channel) for row in register.lost] == [("li", "mail")]
    with pytest.raises(ApplicationError):
        await notify(notices, what_is_left(wave(), first))

    mail.failing.clear()  # somebody has mended it
    sent = await notify(notices, what_is_left(wave(), first))
    assert (told(mail), sent.to) == ([("li", "mail")], (DUTY,))


async def test_what_all_recipients_of_a_letter_are_told_alike_is_about_the_office_and_tried_on() -> None:
    unclear = RefusedForGood("550 no", codes="550")
    mail = Box({"li": unclear, "zhao": unclear})
    by_mail = [person("li", mail="li@wjw.mc.example"), person("zhao", unit="wxb", mail="zhao@wxb.mc.example")]
    notices = notices_of(Memory(), Roster({DUTY: (by_mail[0],), OFFICE: (by_mail[1],)}), mail=mail)
    of = wave(notice(DUTY, OFFICE))
    first = await notify(notices, of)
    assert first.refused == (Refusal(to=DUTY, by="mail", office=True), Refusal(to=OFFICE, by="mail", office=True))
    assert first.left == of.keys

    mail.failing.clear()
    await notify(notices, what_is_left(of, first))
    assert sorted(told(mail)) == [("li", "mail"), ("zhao", "mail")]


async def test_what_one_of_several_recipients_is_told_is_about_that_person() -> None:
    mail = Box({"li": RefusedForGood("550 no", codes="550")})
    notices = notices_of(Memory(), Roster({DUTY: (LI,), OFFICE: (ZHAO,)}), mail=mail, wecom=Box())
    first = await notify(notices, wave(notice(DUTY, OFFICE)))
    assert first.refused == (Refusal(to=DUTY, by="mail", instead=("wecom",)),)


@pytest.mark.parametrize(("seconds", "delay"), [(0.0, 1), (7.0, 7), (90_000.0, 600)])
async def test_a_wave_is_tried_again_when_its_receivers_say_so(seconds: float, delay: int) -> None:
    mail = Box({"li": NotYet("429", seconds)})
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail)
    with pytest.raises(ApplicationError) as later:
        await notify(notices, wave())
    assert later.value.next_retry_delay == timedelta(seconds=delay)


@pytest.mark.parametrize(("tried", "delay"), [(0, 1), (24, 8), (3600, 600)])
async def test_what_became_of_a_letter_under_way_is_asked_soon(tried: int, delay: int) -> None:
    mail = Box({"li": UnderWay("还没有答复")})
    notices = notices_of(Memory(), Roster({DUTY: (person("li", mail="li@wjw.mc.example"),)}), mail=mail)
    with pytest.raises(ApplicationError) as later:
        await notify(notices, wave(), tried=timedelta(seconds=tried))
    assert later.value.next_retry_delay is not None
    assert round(later.value.next_retry_delay.total_seconds(), 2) == delay


async def test_a_wave_is_tried_as_usual_while_somebody_does_not_answer_at_all() -> None:
    mail = Box({"li": NotYet("429", 300.0), "zhao": DOWN})
    notices = notices_of(Memory(), Roster({DUTY: (LI,), OFFICE: (ZHAO,)}), mail=mail)
    with pytest.raises(ApplicationError) as later:
        await notify(notices, wave(notice(DUTY, OFFICE)))
    assert later.value.next_retry_delay is None


async def test_a_letter_that_holds_a_notice_that_was_called_off_goes_without_it() -> None:
    mail = Box()
    both = wave(notice(suffix="r1"), notice(suffix="r2", message=Message.BREACH))
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail)

    await notify(notices, both.model_copy(update={"called_off": (both.keys[0],)}))

    (letter,) = mail.taken
    assert ("breach" in letter.text, "reminder" in letter.text) == (True, False)
    assert letter.about == (both.keys[1],)


@pytest.mark.parametrize(("level", "after"), [(Level.YELLOW, HOUR), (Level.RED, 10 * MINUTE)])
async def test_what_a_refusal_leaves_of_a_wave_goes_by_other_channels_when_the_whole_would_have(
    level: Level, after: timedelta
) -> None:
    mail, wecom = Box({"li": DOWN, "zhao": NEVER}), Box()
    both = wave(notice(DUTY), notice(OFFICE, suffix="r2"))
    both = both.model_copy(update={"view": both.view.model_copy(update={"level": level})})
    notices = notices_of(Memory(), Roster({DUTY: (LI,), OFFICE: (ZHAO,)}), mail=mail, wecom=wecom)
    first = await notify(notices, both, tried=after - MINUTE)
    assert ("li", "wecom") not in told(wecom)

    with pytest.raises(ApplicationError):  # a new activity: the server has just scheduled it
        await notify(notices, what_is_left(both, first), tried=after)
    await notify(notices, what_is_left(both, first), tried=after + MINUTE)

    assert sorted(told(wecom)) == [("li", "wecom"), ("zhao", "wecom")]


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
    assert letter.key.startswith(f"{CASE}/combined/")


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


async def test_what_is_more_urgent_than_its_case_goes_other_ways_as_soon_as_its_own_level_wants() -> None:
    mail, wecom = Box({"li": DOWN}), Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    help_ = notice().model_copy(update={"level": Level.RED})
    with pytest.raises(ApplicationError):
        await notify(notices, wave(help_), tried=10 * MINUTE)

    await notify(notices, wave(help_), tried=11 * MINUTE)

    assert told(wecom) == [("li", "wecom")]
    assert "red" in wecom.taken[0].text
