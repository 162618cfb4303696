"""Sentences as they are heard: said of the right person, true at that moment, without what only a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from activities.letters import LetterWriter, contents_of
from activities.recipients import PlannedWave
from adapters.office.rehearsal import turns
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice
from domain.case.summary import Signature
from domain.events import CallPassedOn, ClockBreached, Entry, RungRang, Sighted
from domain.ports.delivery import Recipient
from domain.terms import Addressee
from domain.vocabulary import ClockName, PublicationKind, RungKind, Seat, SlotKind
from tests.activities.factories import AT, notice, wave
from texts.catalogue import Texts, install

pytestmark = pytest.mark.people

TEXTS = Texts()
SHORTS = {"wxb": "市委网信办", "swj": "市水务局", "wjw": "市卫生健康委"}
APART = re.compile(r"[一-龥] [一-龥]")


@pytest.fixture(autouse=True)
def packaged() -> None:
    install(Texts())


def about(message: Message, clock: ClockName | None = None, **more: Any) -> Notice:
    """A notice about a clock that is due an hour after it is sent, unless it says otherwise."""
    known = {"clock": clock, "owner": "wjw", "due": AT + timedelta(hours=1), **more}
    return notice(message=message).model_copy(update=known)


def said(of: Notice, *signatures: Signature, seat: Addressee | None = None) -> str:
    """The mail in which the first seat of a notice gets it."""
    to = seat or of.to[0]
    row = Recipient(
        notice=of.key, person="li", name="李", unit=to.unit, seat=to, wanted=of.to[0], channel="mail", address="1"
    )
    sent = wave(of)
    sent = sent.model_copy(update={"view": sent.view.model_copy(update={"signatures": signatures})})
    (contents,) = contents_of([PlannedWave(sent, [row], set())], {row.key})
    return LetterWriter(SHORTS, "wxb").write(contents, "http://127.0.0.1/t/0").letter.text


def line(event: Any) -> str:
    return TEXTS.say(
        "timeline_entry", entry=Entry(seq=1, at=AT, event=event, previous="0" * 64), short=lambda code: SHORTS[code]
    )


def lines() -> Iterator[str]:
    """Yield what happened in the played cases, but for what a receiver said in its own words."""
    for turn in turns():
        told = (one for one in turn.entries if one.event.kind != "not_notified")
        yield from (TEXTS.say("timeline_entry", entry=one, short=turn.case.short) for one in told)


def test_no_line_of_the_log_has_a_blank_in_the_middle_of_a_sentence_or_an_arrow() -> None:
    for text in lines():
        assert "→" not in text
        assert not APART.search(text), text


def test_what_an_escalation_says_is_overdue_is_overdue() -> None:
    """Somebody rings the rung by hand before the due time."""
    values: dict[str, str | int] = {"n": 4, "kind": "escalate", "late_by": 0}
    early = said(about(Message.ESCALATION, ClockName.ANSWER, values=values))
    late = said(about(Message.ESCALATION, ClockName.ANSWER, values=values, due=AT))

    assert "市卫生健康委须于" in early
    assert "尚未完成" in early
    assert "超时" not in early
    assert "现已超时" in late


OWN, OFFICE = Addressee(unit="wjw", seat=Seat.HEAD), Addressee(unit="wxb", seat=Seat.DUTY_LEADER)
RUNG: dict[str, str | int] = {"n": 3, "kind": "breach", "late_by": 0}


@pytest.mark.parametrize("message", [Message.BREACH, Message.ESCALATION])
@pytest.mark.parametrize(
    ("whose", "to", "first"),
    [
        ("lead", OFFICE, "请督促重新分派，市卫生健康委（牵头）逾期未签收或退回，查证转办单已收回"),
        ("lead", OWN, "请督促补报查证意见，市卫生健康委（牵头）逾期未签收或退回，查证转办单已收回"),
        ("co", OFFICE, "请知悉，市卫生健康委（协办）逾期未签收或退回，查证转办单已收回"),
        ("transfer", OWN, "请知悉，市卫生健康委逾期未签收转办，仍由原单位办理"),
    ],
)
def test_a_rung_that_rings_when_its_request_is_taken_back_asks_nobody_to_accept_it(
    message: Message, whose: str, to: Addressee, first: str
) -> None:
    text = said(about(message, ClockName.ACCEPT, due=AT, to=(to,), values={**RUNG, "expired": whose}))

    assert first in text
    assert "立即" not in text
    assert "认领" not in text


def test_a_call_about_a_request_that_was_taken_back_says_so() -> None:
    values = {**RUNG, "again": 0, "expired": "lead"}
    text = said(about(Message.CALL, ClockName.ACCEPT, due=AT, to=(OFFICE,), calls=(OWN,), values=values))

    assert re.search("请现在打电话给.*，告知市卫生健康委（牵头）逾期未签收或退回，查证转办单已收回", text), text


@pytest.mark.parametrize("message", [Message.ESCALATION, Message.NUDGE, Message.SUPERVISE, Message.IN_HAND_ENDING])
def test_a_letter_about_signatures_names_who_has_not_signed(message: Message) -> None:
    """The unit that owes the clock has signed; the office's deputy has not."""
    values: dict[str, str | int] = {"n": 1, "reason": "急", "text": "", "until": AT.isoformat()}
    open_slot = Signature(kind=SlotKind.SIGN, unit="wxb", short="市委网信办", seat=Seat.DEPUTY, now=True)

    text = said(about(message, ClockName.APPROVAL, values=values), open_slot)

    assert re.search("市委网信办(?:应于|须于|于).*完成审签", text), text
    assert "市卫生健康委于" not in text


def test_many_who_have_not_signed_are_counted_so_that_the_claim_has_room() -> None:
    names = ("市应急局", "市地震局", "市教委", "市公安局")
    slots = [Signature(kind=SlotKind.CONSENT, unit="u", short=one, seat=Seat.DEPUTY, now=True) for one in names]

    text = said(about(Message.BREACH, ClockName.APPROVAL, due=AT), *slots)

    assert "请市应急局、市地震局等4家单位立即完成审签" in text


@pytest.mark.parametrize(
    ("kind", "asked", "told"),
    [
        (PublicationKind.REBUTTAL, "签发辟谣公告第2稿", "拟以联合辟谣的名义发布。"),
        (PublicationKind.REPLY_ONLY, "签发第2稿（答复反映人）", "拟以联合辟谣的名义答复反映人，不公开发布。"),
        (PublicationKind.NONE, "签发第2稿（不公开回应）", "签发后不公开发布。"),
    ],
)
def test_who_signs_a_text_that_goes_to_nobody_is_not_told_that_it_is_published(
    kind: PublicationKind, asked: str, told: str
) -> None:
    values: dict[str, str | int] = {
        "publication": kind, "version": 2, "title": "核查情况", "issuer": "联合辟谣", "digest": "0" * 64,
    }  # fmt: skip
    text = said(about(Message.SIGN_REQUEST, values=values))

    assert asked in text
    assert told in text


def test_a_proposal_is_named_without_quotes_within_quotes() -> None:
    values: dict[str, str | int] = {
        "what": "interim", "by": "市委网信办", "seat": "duty", "title": "核实情况", "reason": "", "refusal": "",
    }  # fmt: skip
    asked, refused = (
        said(about(message, values={**values, "unit": "", "remarks": ""}))
        for message in (Message.CONFIRM_REQUEST, Message.TURNED_DOWN)
    )

    assert "复核市委网信办值班员发出“正在核实”通报的申请" in asked
    assert "您发出“正在核实”通报的申请未获同意" in refused


def test_a_request_says_first_what_is_due_first() -> None:
    values: dict[str, str | int] = {
        "role": "lead", "ask": "", "assigned": 0, "accept_due": (AT + timedelta(minutes=15)).isoformat(),
    }  # fmt: skip
    text = said(about(Message.REQUEST, ClockName.ANSWER, values=values))

    assert re.search(r"于\d\d-\d\d 09:15前签收，\d\d-\d\d 10:00前反馈是否属实", text), text


def test_lateness_is_said_in_hours_and_of_what_was_late() -> None:
    breached = ClockBreached(clock=ClockName.TRIAGE, unit="wxb", due=AT, late_by=510 * 60)
    rang = RungRang(
        clock=ClockName.TRIAGE, unit="wxb", generation=1, rung=RungKind.REMIND, n=1, planned=AT, late_by=72 * 60,
        to=(Addressee(unit="wxb", seat=Seat.DUTY),),
    )  # fmt: skip

    assert line(breached).endswith("超时：市委网信办应于11-24 09:00前完成研判分派（迟8小时30分记录）")
    assert line(rang).endswith("提醒（第1级）：市委网信办的受理研判，通知市委网信办值班员（迟1小时12分发出）")


def test_the_log_counts_reports_as_the_letters_do() -> None:
    assert line(Sighted(count=5, districts=2, channels=1)).endswith("已收到线索5条，涉及2个区、1个渠道")


def test_each_letter_that_did_not_arrive_has_a_line_of_its_own_in_the_alarm() -> None:
    rows = [
        (SimpleNamespace(person="li", channel="sms", reason="地址不可用"), SimpleNamespace(name="李明")),
        (SimpleNamespace(person="", channel="partner", reason="没有应答"), None),
    ]

    text = TEXTS.say("delivery_alarm", number="辟〔2026〕0003", link="http://127.0.0.1/t/0", lines=rows)

    assert text.splitlines()[1:] == [
        "请另行联系李明：短信未送达（地址不可用）",
        "请联系合作媒体：公告未送达（没有应答），系统继续尝试",
    ]


@pytest.mark.parametrize("verdict", ["misleading", "false"])
def test_a_verdict_with_brackets_of_its_own_stands_in_none(verdict: str) -> None:
    asked = said(about(Message.FINDING_TO_APPROVE, values={"verdict": verdict}))

    assert f"审定本单位“{TEXTS.word('verdict', verdict)}”的查证意见" in asked
    for text in lines():
        assert not re.search("（[^（）]*（|）（", text), text


@pytest.mark.parametrize(("n", "begins"), [(0, "首次电话未接通"), (2, "第2级电话未接通")])
def test_a_call_before_any_rung_is_the_first_call(n: int, begins: str) -> None:
    to = (Addressee(unit="wjw", seat=Seat.DUTY),)
    missed = CallPassedOn(clock=ClockName.ACCEPT, unit="wjw", n=n, to=to, times=1, unlogged=False)

    assert begins in line(missed)
