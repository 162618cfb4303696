"""What stands in a form before anybody writes: what is known of the case, and what its officer wrote the last time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from api.forms.submission import NOTHING, FormSubmission
from desk.draft_proposals import DraftProposal
from domain.decisions import Evidence
from domain.events import Drafted, FindingReceived, FindingSubmitted
from domain.tasks.brief import Brief
from domain.vocabulary import Issuer, RequestState, Role, SlotKind
from texts.catalogue import current


def triage(brief: Brief, topic: str | None, districts: Iterable[str]) -> FormSubmission:
    """Return what is proposed for a case: answers, level, topic, district and lead; nothing is decided by that.

    Once triage has judged the level, or where nothing was proposed: the level of the case, the topic its words suggest,
    that of `districts` which the place of the report names, and the co-units of an earlier visit.
    """
    summary = brief.summary
    if brief.risk is not None:
        found = brief.risk.assessment
        return _form(
            answers=["", *brief.risk.proposal.codes],
            level=brief.risk.proposal.level,
            topic=found.topic,
            district=found.district,
            lead=found.lead.unit if found.lead else None,
        )
    named = next((name for name in districts if brief.place and name in brief.place), None)
    asked = [one.unit for one in brief.asked if one.role is Role.CO and one.state is not RequestState.EXPIRED]
    return _form(level=summary.level, topic=summary.topic or topic, district=summary.district or named, co_units=asked)


def let_out(brief: Brief) -> FormSubmission:
    """Return the exit that the words of a report speak for, if there is one."""
    way_out = brief.risk.assessment.exit if brief.risk else None
    return _form(exit=way_out.exit) if way_out else NOTHING


def merge(number: str) -> FormSubmission:
    """Return the case that comes nearest, by its number."""
    return _form(duplicate_of=number)


def minutes(brief: Brief) -> FormSubmission:
    """Return the minutes of a session in which everybody agrees and everything is done."""
    verdict = current().word("verdict", brief.summary.verdict or "")
    units = "、".join(one.short for one in brief.asked if one.verdict is brief.summary.verdict)
    return _form(text=current().phrase("page", "minutes_text", units=units, verdict=verdict))


def draft(text: Drafted | DraftProposal) -> FormSubmission:
    """Return the text that was handed in last, in whose name and whom it asked; else what the findings propose."""
    known = {"publication": text.publication, "title": text.title, "text": text.text}
    if isinstance(text, DraftProposal):
        return _form(**known)
    asked = dict.fromkeys(seat.unit for seat in text.slots.get(SlotKind.CONSENT, ()))
    signs = text.slots.get(SlotKind.SIGN, ())
    unit = signs[0].unit if text.issuer is Issuer.UNIT and signs else None
    return _form(**known, issuer=text.issuer, unit=unit, consents=[*asked])


def finding(written: FindingReceived | FindingSubmitted | None) -> FormSubmission:
    """Return a finding as its unit handed it in, with its files, to be mended."""
    if written is None:
        return NOTHING
    rows = {
        f"evidence-{row}-{part}": value
        for row, piece in enumerate(written.evidence)
        for part, value in _parts(piece).items()
    }
    return _form(
        verdict=written.verdict,
        explanation=written.explanation,
        internal=written.internal,
        party_statement=written.party_statement,
        synthetic_mark=written.synthetic_mark,
        **rows,
    )


def _parts(piece: Evidence) -> dict[str, str | None]:
    return {
        "kind": piece.kind,
        "source": piece.source,
        "url": str(piece.url) if piece.url else None,
        "captured_at": _typed(piece.captured_at),
        "digest": piece.digest,
    }


def _typed(instant: datetime) -> str:
    """Return an instant as a field for a date and a time holds it, in the office's zone."""
    return instant.astimezone(current().zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _form(**known: str | list[str] | None) -> FormSubmission:
    """Return fields as a form has them; what is not known is left out."""
    values = {name: value if isinstance(value, list) else [value] for name, value in known.items() if value}
    return FormSubmission(values, {})
