"""What the letters of a life say, held against how its case stands: a sentence that is untrue is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from activities.letters import LetterWriter, contents_of
from activities.recipients import PlannedWave
from domain.case.case import Case
from domain.case.notice_kinds import FOR_THE_OWNER, Message
from domain.case.obligations import Notice
from domain.case.payloads import Wave
from domain.case.summarise import summarise
from domain.ports.delivery import Recipient
from domain.stages.verification import quorum
from domain.tasks.short_messages import MOST, units
from domain.terms import Addressee
from domain.vocabulary import PublicationState, SlotKind, Stage

LINK = "https://piyao.mc.example/t/0123456789abcdefg"

Fact = Callable[[Case, Notice, datetime], bool]

FACTS: dict[str, Fact] = {
    "现已超时": lambda case, notice, now: notice.due is not None and notice.due <= now,
    "超时：": lambda case, notice, now: notice.due is not None and notice.due <= now,
    "超时。": lambda case, notice, now: notice.due is not None and notice.due <= now,
    "尚未完成": lambda case, notice, now: notice.due is None or notice.due > now,
    "原时限继续计算": lambda case, notice, now: notice.due is not None and notice.due > now,
    "各单位意见一致": lambda case, notice, now: not quorum.contested(case),
    "已召集会商": lambda case, notice, now: case.session is not None,
    "其余审签已完成": lambda case, notice, now: bool(case.draft) and not _open_but_last(case),
    "已发布的公告": lambda case, notice, now: case.publication is PublicationState.PUBLISHED,
    "（不公开发布）": lambda case, notice, now: case.publication is PublicationState.NOT_PUBLIC,
    "暂定处置等级": lambda case, notice, now: case.provisional,
    "事项已办结": lambda case, notice, now: case.over,
    "其他单位继续查证": lambda case, notice, now: case.stage is Stage.VERIFICATION,
    "须由带班领导指派": lambda case, notice, now: case.must_assign,
    "的名义发布": lambda case, notice, now: notice.values.get("publication") not in ("reply_only", "none"),
    "已退回查证转办单": lambda case, notice, now: notice.message is Message.DECLINED,
}
"""What has to be so when a letter says something."""

NEED_A_REQUEST = (*FOR_THE_OWNER, Message.RELEASED, Message.TRANSFER_LAPSED, Message.CLOSED)
"""Notices that are news only to a unit that has had its request."""


def untrue(case: Case, notice: Notice, now: datetime, shorts: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with what a notice just planned says to each of its seats."""
    if notice.message in NEED_A_REQUEST and (strange := [one.unit for one in notice.to if case.never_told(one.unit)]):
        yield f"{notice.message} goes to {strange}, whose request still waits"
    clock = next((c for c in case.running() if c.stem == notice.clock_key), None)
    if notice.message is Message.INFORM and clock is not None:
        asked = case.called(case.terms.at(clock.level).start.to, clock)
        if both := set(notice.to) & set(asked):
            yield f"{both} are informed of what they owe"
    for seat in notice.to:
        short, whole = (_letter(case, notice, seat, channel, now, shorts) for channel in ("sms", "mail"))
        yield from (f"{notice.message}: {said}" for said in _faults(case, notice, seat, now, short, whole))


def _faults(case: Case, notice: Notice, seat: Addressee, now: datetime, short: str, whole: str) -> Iterator[str]:
    if units(short) > MOST:
        yield f"an SMS of {units(short)}: {short}"
    for text in (short, whole):
        sentence = re.sub(r"^(?:【[^】]+】)+(?:辟〔\d+〕\d+\n)?", "", text)
        if notice.asks(seat) is not sentence.startswith("请") or ("知悉】" in text) is notice.asks(seat):
            yield f"neither asks first nor is marked as information: {text}"
        if re.search(r"“[^”]*“|[一-龥] (?!办理：|查看：)[一-龥]", sentence.partition("\n")[0]):
            yield f"quotes within quotes, or has a blank between words: {text}"
        if "无需答复" in text or text.count("https://piyao.mc.example") > 1:
            yield f"says that nothing is asked, or has two links: {text}"
    yield from (f"{words}: {whole}" for words, fact in FACTS.items() if words in whole and not fact(case, notice, now))


def _open_but_last(case: Case) -> bool:
    assert case.draft is not None
    return any(slot.open and slot.kind is not SlotKind.SIGN for slot in case.draft.slots)


def _letter(case: Case, notice: Notice, seat: Addressee, channel: str, now: datetime, shorts: dict[str, str]) -> str:
    row = Recipient(
        notice=notice.key, person="li", name="李", unit=seat.unit, seat=seat, wanted=seat, channel=channel, address="1"
    )
    wave = Wave(
        case_id=case.opening.case_id,
        at=now,
        claim="某说法",
        mode=case.terms.mode,
        notices=(notice,),
        view=summarise(case),
    )
    (contents,) = contents_of([PlannedWave(wave, [row], set())], {row.key})
    return LetterWriter(shorts, case.office.code).write(contents, LINK).letter.text
