from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.recipients import bound_of
from domain.case.notice_kinds import Message
from domain.errors import Unavailable
from domain.terms import Gap
from domain.vocabulary import Mode, Seat
from tests.activities.factories import AT, CASE, Box, Memory, Roster, notice, notices_of, notify, person, seat, wave

LI = person("li", mail="li@wjw.mc.example", wecom="wjw-li")
WANG = person("wang", unit="sjw", mail="wang@sjw.mc.example")
ZHAO = person("zhao", unit="wxb", mail="zhao@wxb.mc.example")
DUTY = seat("wjw")


async def test_each_person_gets_one_letter_by_each_channel_asked_for() -> None:
    register, mail, wecom = Memory(), Box(), Box()
    notices = notices_of(register, Roster({DUTY: (LI,)}), mail=mail, wecom=wecom)
    sent = await notify(notices, wave(notice(by=("wecom", "mail"))))
    assert [letter.key for letter in mail.taken] == [f"{CASE}/v1/answer:wjw/g1/r1/li/mail"]
    assert [letter.address for letter in wecom.taken] == ["wjw-li"]
    assert sent.to == (DUTY,)
    assert sent.by == ("wecom", "mail")
    assert not sent.gaps
    assert register.kept[f"{CASE}/v1/answer:wjw/g1/r1/li/mail"].unit == "wjw"


async def test_the_templates_are_given_the_case_the_clock_and_whom_they_speak_to() -> None:
    box = Box()
    roster = Roster({seat("sjw"): (WANG,)})
    await notify(notices_of(Memory(), roster, mail=box), wave(notice(seat("sjw"))))
    (letter,) = box.taken
    assert letter.text.startswith(
        "【演示】辟〔2026〕0123 reminder 开窗通风会传播流感 市市场监管委 duty 市卫生健康委 yellow\n\nhttp://127.0.0.1:8400/t/"
    )
    assert letter.subject == "【演示】辟〔2026〕0123 reminder"


@pytest.mark.parametrize(("mode", "mark"), [(Mode.DEMO, "【演示】"), (Mode.DRILL, "【演练】"), (Mode.LIVE, "")])
async def test_the_mark_stands_once_in_front_and_never_in_live(mode: Mode, mark: str) -> None:
    box = Box()
    notices = notices_of(Memory(), Roster({DUTY: (LI,)}), mail=box)
    await notify(notices, wave(notice(suffix="r1"), notice(suffix="r2"), mode=mode))
    (letter,) = box.taken
    for said in (letter.subject, letter.text):
        assert said.startswith(f"{mark}辟〔2026〕0123")
        assert said.count("【演") == bool(mark)


async def test_several_notices_of_one_wave_to_one_person_are_one_letter_with_a_receipt_each() -> None:
    register, box = Memory(), Box()
    notices = notices_of(register, Roster({DUTY: (LI,), seat("sjw"): (WANG,)}), mail=box)
    both = wave(
        notice(DUTY, seat("sjw"), suffix="r2"),
        notice(suffix="r3", message=Message.BREACH),
    )
    await notify(notices, both)
    letters = {letter.person: letter for letter in box.taken}
    assert len(box.taken) == 2
    assert letters["li"].key.startswith(f"{CASE}/combined/")
    assert "reminder" not in letters["li"].text, "a later rung of the same clock says more"
    assert letters["li"].subject.endswith("breach")
    assert letters["wang"].key == f"{CASE}/v1/answer:wjw/g1/r2/wang/mail"
    assert set(register.kept) == {
        f"{CASE}/v1/answer:wjw/g1/{rest}" for rest in ("r2/li/mail", "r3/li/mail", "r2/wang/mail")
    }


async def test_what_a_lost_task_may_have_told_is_told_again_in_the_same_words_and_by_itself() -> None:
    """The task in its place finds one more rung, and the first one later than it was."""
    register, box = Memory(), Box()
    notices = notices_of(register, Roster({DUTY: (LI,)}), mail=box)
    open_task = {"in_task": True}
    await notify(notices, wave(notice(suffix="r1")).model_copy(update=open_task))
    register.kept.clear()  # its receipt was lost with the task
    later = wave(notice(suffix="r1", message=Message.BREACH), notice(suffix="r2"), claim="又说了一遍")
    sent = await notify(notices, later.model_copy(update=open_task))
    first, again, other = box.taken
    assert again == first
    assert other.key == f"{CASE}/v1/answer:wjw/g1/r2/li/mail"
    assert (sent.to, sent.by) == ((DUTY,), ("mail",))
    await notify(notices, later)
    assert len(box.taken) == 3


async def test_a_task_made_anew_hands_the_letter_of_the_lost_one_to_nobody_else() -> None:
    """A shift that changed between the two tasks is handed over by the attempts outside of tasks, not by them."""
    register, box, roster = Memory(), Box(), Roster({DUTY: (LI,)})
    notices = notices_of(register, roster, mail=box)
    open_task = {"in_task": True}
    await notify(notices, wave(notice(suffix="r1")).model_copy(update=open_task), is_local=True)
    register.kept.clear()  # its receipt was lost with the task
    changed = roster.reach
    shift = AT + timedelta(minutes=1)
    roster.reach = lambda wanted, at, but=(): (  # type: ignore[method-assign]
        Roster({DUTY: (WANG,)}).reach(wanted, at) if at >= shift else changed(wanted, at)
    )

    later = wave(notice(suffix="r1"), notice(suffix="r2")).model_copy(update=open_task | {"at": shift})
    await notify(notices, later, is_local=True)

    assert [(letter.person, letter.key.rsplit("/", 3)[1]) for letter in box.taken] == [
        ("li", "r1"), ("li", "r1"), ("wang", "r2"),
    ]  # fmt: skip


async def test_a_person_in_two_seats_is_told_once() -> None:
    box = Box()
    deputy = seat("wjw", Seat.DEPUTY)
    sent = await notify(
        notices_of(Memory(), Roster({DUTY: (LI,), deputy: (LI,)}), mail=box), wave(notice(DUTY, deputy))
    )
    assert len(box.taken) == 1
    assert sent.to == (DUTY,)
    assert not sent.gaps


async def test_whoever_lacks_an_address_for_a_channel_is_told_by_another() -> None:
    box = Box()
    sent = await notify(notices_of(Memory(), Roster({DUTY: (LI,)}), mail=box, sms=Box()), wave(notice(by=("sms",))))
    assert [letter.address for letter in box.taken] == ["li@wjw.mc.example"]
    assert sent.by == ("mail",)


async def test_an_empty_seat_is_a_gap_that_names_who_was_reached_instead() -> None:
    box = Box()
    office = seat("wxb")
    sent = await notify(notices_of(Memory(), Roster({office: (ZHAO,)}, instead=office), mail=box), wave())
    assert [letter.person for letter in box.taken] == ["zhao"]
    assert sent.gaps == (Gap(wanted=DUTY, reached=office),)
    assert sent.to == (office,)


async def test_a_seat_whose_person_has_no_address_is_a_gap_that_reached_nobody() -> None:
    sent = await notify(notices_of(Memory(), Roster({DUTY: (person("li"),)}), mail=Box()), wave())
    assert sent.gaps == (Gap(wanted=DUTY, reached=None),)
    assert sent.to == ()


async def test_the_retry_repeats_nobody_who_has_a_receipt_and_changes_neither_key_nor_body() -> None:
    register = Memory()
    box = Box(failing={"wang": Unavailable("拒收")})
    notices = notices_of(register, Roster({DUTY: (LI,), seat("sjw"): (WANG,)}), mail=box)
    told = wave(notice(DUTY, seat("sjw")))
    with pytest.raises(ApplicationError):
        await notify(notices, told)
    assert [letter.person for letter in box.taken] == ["li"]
    box.failing = {"li": AssertionError("has a receipt")}
    seen = []
    keep = box.send

    async def watch(letter: object) -> None:
        seen.append(letter)
        await keep(letter)

    box.send = watch
    await notify(notices, told)
    assert [letter.person for letter in box.taken] == ["li", "wang"]
    assert [letter.person for letter in seen] == ["wang"]


async def test_key_and_body_are_the_same_in_every_attempt_and_after_a_change_of_the_roster() -> None:
    class Deaf(Box):
        async def send(self, letter: object) -> None:
            self.taken.append(letter)
            raise Unavailable("无应答")

    register, box = Memory(), Deaf()
    roster = Roster({DUTY: (LI,)})
    notices = notices_of(register, roster, mail=box)
    told = wave(notice(suffix="r1"), notice(suffix="r2"))
    for _ in range(3):
        with pytest.raises(ApplicationError):
            await notify(notices, told)
        roster.seats = {DUTY: (WANG,)}
    letters = {person: [one for one in box.taken if one.person == person] for person in ("li", "wang")}
    assert len(letters["li"]) == 3
    assert len({letter.model_dump_json() for letter in letters["li"]}) == 1
    assert len(letters["wang"]) == 2
    assert len({letter.model_dump_json() for letter in letters["wang"]}) == 1


async def test_a_shift_that_changes_between_plan_and_letter_is_handed_over_to_the_next_on_duty() -> None:
    register, box = Memory(), Box(failing={"li": Unavailable("无应答")})
    roster = Roster({DUTY: (LI,)})
    notices = notices_of(register, roster, mail=box)
    told = wave(notice(suffix="r1"), notice(suffix="r2"))
    with pytest.raises(ApplicationError):
        await notify(notices, told)
    roster.seats, box.failing = {DUTY: (WANG,)}, {}

    await notify(notices, told)
    await notify(notices, told)

    letters = {letter.person: letter for letter in box.taken}
    assert len(box.taken) == 2  # the one the letter was meant for at first still gets it
    assert letters["wang"].text.startswith("【演示】【交接】")
    assert "【交接】" not in letters["li"].text


async def test_what_is_left_is_said_to_the_operator_by_seat_channel_and_reason() -> None:
    box = Box(failing={"li": Unavailable("连接不上")})
    notices = notices_of(Memory(), Roster({DUTY: (LI,), seat("sjw"): (WANG,)}), mail=box)
    with pytest.raises(ApplicationError) as failed:
        await notify(notices, wave(notice(DUTY, seat("sjw"))))
    assert failed.value.message == "2 封中有 1 封未送达：\n市卫生健康委 值班员（邮件）：连接不上"
    assert failed.value.type == "Undelivered"
    assert not failed.value.non_retryable
    assert failed.value.category is ApplicationErrorCategory.BENIGN


async def test_a_fault_in_one_messenger_starves_nobody_else() -> None:
    box, broken = Box(), Box(failing={"li": ZeroDivisionError("a bug")})
    register = Memory()
    with pytest.raises(ApplicationError):
        await notify(
            notices_of(register, Roster({DUTY: (LI,)}), mail=box, wecom=broken), wave(notice(by=("wecom", "mail")))
        )
    assert len(box.taken) == 1
    assert len(register.kept) == 1


async def test_a_plan_stands_before_anybody_is_written_to_and_a_register_that_is_away_is_readable() -> None:
    register, box = Memory(down=True), Box()
    with pytest.raises(ApplicationError) as failed:
        await notify(notices_of(register, Roster({DUTY: (LI,)}), mail=box), wave())
    assert failed.value.message == "台账暂不可用：database is locked"
    assert not box.taken
    register.down = False
    box.failing = {"li": Unavailable("无应答")}
    with pytest.raises(ApplicationError):
        await notify(notices_of(register, Roster({DUTY: (LI,)}), mail=box), wave())
    assert len(register.planned) == 1
    assert not register.expected, "nothing has come back that the case could take"


def test_what_tells_of_an_end_or_comes_after_it_still_holds_when_the_case_is_closed() -> None:
    of = wave(*(notice(message=one, suffix=one) for one in (Message.CLOSED, Message.LATE_FINDING, Message.REQUEST)))
    closed = of.model_copy(update={"view": of.view.model_copy(update={"closed_at": AT})})

    assert bound_of(of, 20).lasting == set(of.keys[:2])
    assert bound_of(closed, 20).lasting == set(of.keys)
