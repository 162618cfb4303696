"""Replacing a text that waits for signatures: votes are not voided without a reason, and whoever voted is told."""

from __future__ import annotations

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.parts import Draft
from domain.errors import Unfit
from domain.vocabulary import SlotKind


def needs_reason(case: Case) -> bool:
    """Return whether the text on the table may be replaced for a reason only: somebody has voted on it."""
    return case.draft is not None and any(slot.vote for slot in case.draft.slots)


def refuse_without_reason(case: Case, new: Draft, reason: str | None) -> None:
    """Refuse a version without a reason if votes were given on the last one, or a unit it asked is left out.

    Raises:
        Unfit: it has no reason.

    """
    if case.draft is None or reason:
        return
    if needs_reason(case):
        raise Unfit("votes_need_reason", version=case.draft.page.version)
    kept = {one.unit for slot in new.slots for one in slot.to}
    left_out = [unit for unit in _waited_for(case.draft) if unit not in kept]
    if left_out:
        raise Unfit("left_out_needs_reason", units="、".join(case.short(unit) for unit in left_out))


def tell_voters(case: Case, reason: str | None, *, elsewhere: bool = False) -> None:
    """Owe a notice to whoever voted on the text on the table, in the seat of the vote."""
    table = case.draft
    if table is None:
        return
    by = case.terms.at(case.level).start.by
    values: dict[str, str | int] = {
        "version": table.page.version, "reason": reason or "", "elsewhere": int(elsewhere),
    }  # fmt: skip
    for n, slot in enumerate(table.slots):
        if slot.vote is not None:
            seat = slot.vote.seat or slot.to[0]
            key = f"v{case.visit}/sign/d{table.page.version}/{slot.kind}{n}/replaced"
            case.notify(Message.TEXT_REPLACED, (seat,), by, key=key, values=values)


def _waited_for(table: Draft) -> list[str]:
    """Return the units whose consent the text still waits for."""
    return [slot.to[0].unit for slot in table.slots if slot.kind is SlotKind.CONSENT and slot.open]
