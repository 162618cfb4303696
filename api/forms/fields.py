"""Fields that several forms share, and the sets of fields of the longer forms."""

from __future__ import annotations

from api.forms.model import SURE, Field, Widget
from domain.clocks.pause import PauseReason
from domain.vocabulary import Issuer, Level, PhoneOutcome, PublicationKind, SyntheticMark, Verdict, Vote


def reason(*, required: bool = False) -> Field:
    """Return the field for a reason."""
    return Field("reason", required=required)


VOTE = (
    Field("outcome", Widget.CHOICE, required=True, words="vote", codes=tuple(Vote)),
    Field("remarks", Widget.TEXT),
)

LEVEL = Field("level", Widget.CHOICE, required=True, words="level", codes=tuple(Level))
CLOCK = ("clock", "unit")
SEEN = ("expected_level", "expected_generation")
CALL = (*SEEN, "expected_call")
OUTCOME = Field("outcome", Widget.CHOICE, required=True, words="phone_outcome", codes=tuple(PhoneOutcome))
ANY_CLOCK = Field("clock", Widget.RUNG, required=True)
LONG = Field("text", Widget.TEXT, required=True, most=4000)
TITLE = Field("title", Widget.TITLE, required=True)
VERDICT = Field("verdict", Widget.CHOICE, required=True, words="verdict", codes=tuple(Verdict))
ACTIONS = Field("actions", Widget.ACTIONS)

FINDING = (
    VERDICT,
    Field("explanation", Widget.TEXT, required=True, most=4000),
    Field("evidence", Widget.EVIDENCE, required=True),
    Field("internal", Widget.TEXT, most=4000),
    Field("party_statement", Widget.TEXT, most=4000),
    Field("synthetic_mark", Widget.PICK, words="synthetic_mark", codes=tuple(SyntheticMark)),
)

RETURN = (reason(required=True), Field("suggested", Widget.UNIT))
PAUSE = (
    Field("reason", Widget.PICK, required=True, words="pause_reason", codes=tuple(PauseReason)),
    Field("until", Widget.WHEN, required=True),
    Field("evidence", Widget.EVIDENCE, required=True),
    Field("remarks"),
)

TRIAGE = (
    Field("answers", Widget.QUESTIONS),
    LEVEL,
    Field("topic", required=True),
    Field("lead", Widget.LEAD, required=True),
    Field("co_units", Widget.UNITS),
    Field("ask"),
    Field("district", Widget.DISTRICT),
    reason(),
    SURE,
)
CLAIM = Field("claim", required=True)


def draft(*, replaces: bool = False) -> tuple[Field, ...]:
    """Return the fields of a text; one that replaces a text with votes needs a reason."""
    return (
        Field("publication", Widget.CHOICE, required=True, words="publication", codes=tuple(PublicationKind)),
        TITLE,
        LONG,
        reason(required=replaces),
        Field("issuer", Widget.PICK, words="issuer", codes=tuple(Issuer)),
        Field("unit", Widget.UNIT),
        Field("consents", Widget.UNITS),
        Field("information"),
        SURE,
    )
