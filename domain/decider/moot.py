"""Which notices ask for something that is over: done, lapsed, replaced. Nobody is to get them any more.

What a clock asks for ends with the clock (`Case.stop`), and everything that asks ends with the case (`Case.close`);
here is what ends before: a proposal, a signature, a session, an item of its list, a pause.
"""

from __future__ import annotations

from domain.case.notice_kinds import Message
from domain.case.obligations import Notice, PendingEffect
from domain.case.parts import Draft
from domain.case.queries import CaseQueries
from domain.vocabulary import PublicationState, SlotKind

SIGNATURES = {
    Message.REVIEW_REQUEST: SlotKind.REVIEW,
    Message.CONSENT_REQUEST: SlotKind.CONSENT,
    Message.SIGN_REQUEST: SlotKind.SIGN,
}


def without_moot(case: CaseQueries, effects: list[PendingEffect]) -> list[PendingEffect]:
    """Return effects with the notices that are moot called off; one that has not been gathered yet is dropped."""
    moot = {one.key for one in effects if isinstance(one, Notice) and not one.called_off and is_moot(case, one)}
    return [
        one.model_copy(update={"called_off": True}) if one.key in moot else one
        for one in effects
        if one.key not in moot or (isinstance(one, Notice) and one.wave)
    ]


def is_moot(case: CaseQueries, notice: Notice) -> bool:
    """Return whether what a notice asks for is over, by what the case says now."""
    values = notice.values
    match notice.message:
        case Message.CONFIRM_REQUEST | Message.FINDING_TO_APPROVE:
            return all(proposal.ref != values.get("ref") for proposal in case.proposals)
        case Message.REVIEW_REQUEST | Message.CONSENT_REQUEST | Message.SIGN_REQUEST:
            return not _is_asked(case, notice)
        case Message.SESSION:
            return case.session is None or case.session.number != values.get("number")
        case Message.CONFLICT:
            return case.session is None
        case Message.ACTION:
            return _is_done(case, values.get("number"), values.get("n"))
        case Message.CALL:
            return not _is_to_be_made(case, notice)
        case Message.PAUSED | Message.PAUSE_ENDING:
            own = any(one.unit.code == notice.owner for one in case.own_pauses())
            return not own if "own" in values else case.pause is None
        case _:
            return False


def _is_asked(case: CaseQueries, notice: Notice) -> bool:
    """Return whether the text on the table waits for the signature a notice asks for, of one of its seats."""
    table = case.draft
    if table is None or case.publication is not PublicationState.DRAFTED or not _is_about(table, notice):
        return False
    kind = SIGNATURES[notice.message]
    return any(slot.kind is kind and not set(notice.to).isdisjoint(slot.to) for slot in table.open_slots())


def _is_about(table: Draft, notice: Notice) -> bool:
    return notice.values.get("version") in (None, table.page.version)


def _is_to_be_made(case: CaseQueries, notice: Notice) -> bool:
    """Return whether the call a notice asks for is out: nobody has logged it, and no later one has taken its place."""
    if notice.expired:
        return True  # once: nobody waits for its log
    clock = next((one for one in case.running() if one.stem == notice.clock_key), None)
    if clock is None or clock.calls is None or clock.paused or case.by_whom(clock) is None:
        return False
    return (clock.rung, clock.passed_on) == (notice.values.get("n"), notice.passed_on)


def _is_done(case: CaseQueries, number: object, n: object) -> bool:
    session = next((one for one in case.sessions if one.number == number), None)
    return session is not None and any(item.n == n and item.done is not None for item in session.items)
