"""The forms of the pages: the fields of each decision's form, and for which offer the form is. One row per form.

The words are under `[form]`, `[field]` and `[hint]` of task.toml. What comes back is checked by the very model the API
uses, so a page can send nothing that the API would not take.
"""

from __future__ import annotations

from collections.abc import Mapping

from api.forms.model import Field, Form, Widget
from domain.clocks.pause import PauseReason
from domain.vocabulary import (
    ConsultAct,
    DeliveryAct,
    Exit,
    Issuer,
    Level,
    PhoneOutcome,
    PublicationKind,
    SyntheticMark,
    Verdict,
    Vote,
)


def _reason(*, required: bool = False) -> Field:
    return Field("reason", required=required)


_VOTE = (
    Field("outcome", Widget.CHOICE, required=True, words="vote", codes=tuple(Vote)),
    Field("remarks", Widget.TEXT),
)
SEND_CODE = "send_code"
"""The form that asks for a signing code; it sends nothing to the case."""

_LEVEL = Field("level", Widget.CHOICE, required=True, words="level", codes=tuple(Level))
_CLOCK = ("clock", "unit")
_SEEN = ("expected_level", "expected_generation")
_ANY_CLOCK = Field("clock", Widget.RUNG, required=True)
_LONG = Field("text", Widget.TEXT, required=True, most=4000)
_VERDICT = Field("verdict", Widget.CHOICE, required=True, words="verdict", codes=tuple(Verdict))
_ACTIONS = Field("actions", Widget.ACTIONS)

_FINDING = (
    _VERDICT,
    Field("explanation", Widget.TEXT, required=True, most=4000),
    Field("evidence", Widget.EVIDENCE, required=True),
    Field("party_statement", Widget.TEXT, most=4000),
    Field("synthetic_mark", Widget.PICK, words="synthetic_mark", codes=tuple(SyntheticMark)),
)


def _draft(*, replaces: bool = False) -> tuple[Field, ...]:
    """Return the fields of a text; one that replaces a text with votes needs a reason."""
    return (
        Field("publication", Widget.CHOICE, required=True, words="publication", codes=tuple(PublicationKind)),
        Field("title", required=True),
        _LONG,
        _reason(required=replaces),
        Field("issuer", Widget.PICK, words="issuer", codes=tuple(Issuer)),
        Field("unit", Widget.UNIT),
        Field("consents", Widget.UNITS),
        Field("information"),
    )


FORMS: tuple[Form, ...] = (
    Form(
        "triage",
        "triage",
        (
            _LEVEL,
            Field("topic", required=True),
            Field("lead", Widget.LEAD, required=True),
            Field("co_units", Widget.UNITS),
            Field("ask"),
            Field("district"),
            _reason(),
        ),
        unless="level",
    ),
    Form(
        "let_out",
        "triage",
        (
            Field("exit", Widget.PICK, required=True, words="exit", codes=tuple(Exit)),
            Field("pass_to", Widget.UNIT),
            _reason(),
        ),
        unless="exit",
        aside=True,
    ),
    Form("assign", "assign", (Field("lead", Widget.LEAD, required=True), _reason(required=True))),
    Form("accept", "accept"),
    Form("finding", "finding", _FINDING, lacks="corrects"),
    Form("correct_finding", "finding", _FINDING, carries=("corrects",), aside=True),
    Form("decline", "decline", (_reason(required=True), Field("suggested", Widget.UNIT)), aside=True),
    Form(
        "transfer",
        "transfer",
        (Field("to", Widget.LEAD, required=True, fresh=True), _reason(required=True)),
        carries=("unit",),
        aside=True,
    ),
    Form(
        "hand_on",
        "transfer",
        (
            Field("unit", Widget.PICK, required=True),
            Field("to", Widget.LEAD, required=True, fresh=True),
            _reason(required=True),
        ),
        chooses="unit",
        aside=True,
    ),
    Form("draft", "draft", _draft(), lacks="replaces"),
    Form("redraft", "draft", _draft(replaces=True), chooses="replaces"),
    Form("review", "review", _VOTE, carries=("digest",)),
    Form("consent", "consent", _VOTE, carries=("digest",)),
    Form("sign", "sign", _VOTE, carries=("digest",), lacks="code"),
    Form(SEND_CODE, "sign", carries=("digest",), chooses="code"),
    Form(
        "sign_with_code",
        "sign",
        (*_VOTE, Field("code", most=6, beside=True)),
        carries=("digest",),
        chooses="code",
    ),
    Form("confirm", "confirm", _VOTE, carries=("ref",)),
    Form(
        "ruling",
        "consult",
        (_VERDICT, _LONG, _ACTIONS),
        carries=("act",),
        chooses="verdict",
        act=ConsultAct.RULING,
    ),
    Form(
        "minutes",
        "consult",
        (_LONG, _ACTIONS),
        carries=("act",),
        lacks="verdict",
        act=ConsultAct.RULING,
        aside=True,
    ),
    Form(
        "tick_off",
        "consult",
        (Field("done", Widget.ITEM, required=True), Field("text", required=True)),
        carries=("act",),
        chooses="done",
        act=ConsultAct.POSITION,
        aside=True,
    ),
    Form(
        "position",
        "consult",
        (Field("verdict", Widget.PICK, words="verdict", codes=tuple(Verdict)), _LONG),
        carries=("act",),
        lacks="done",
        act=ConsultAct.POSITION,
        aside=True,
    ),
    Form(
        "actions",
        "consult",
        (Field("actions", Widget.ACTIONS, required=True), Field("text", required=True)),
        carries=("act",),
        act=ConsultAct.ACTIONS,
        aside=True,
    ),
    Form(
        "call",
        "consult",
        (_LONG, Field("units", Widget.UNITS), _ACTIONS),
        carries=("act",),
        act=ConsultAct.CALL,
        aside=True,
    ),
    Form("interim", "interim", (Field("known"), Field("unknown"), Field("advice")), aside=True),
    Form("override", "override", (_reason(required=True),), carries=("act", "unit"), aside=True),
    Form(
        "record_publication",
        "record_publication",
        (
            Field("unit", Widget.UNIT, required=True),
            Field("publication", Widget.PICK, required=True, words="publication", codes=tuple(PublicationKind)),
            Field("title", required=True),
            _LONG,
            Field("url", Widget.WEB, required=True, most=2000),
            Field("captured_at", Widget.WHEN, required=True),
        ),
        aside=True,
    ),
    Form(
        "resolve_delivery",
        "resolve_delivery",
        (
            Field("act", Widget.CHOICE, required=True, words="delivery_act", codes=tuple(DeliveryAct)),
            _reason(required=True),
        ),
        carries=("ref",),
    ),
    Form("close", "close", (Field("remarks"),), lacks="outstanding"),
    Form("close_beside", "close", (Field("remarks", required=True),), chooses="outstanding"),
    Form("return_finding", "return_finding", (Field("missing", required=True),), carries=("unit", "expected_round")),
    Form("add_unit", "add_unit", (Field("unit", Widget.UNIT, required=True, fresh=True), Field("ask")), aside=True),
    Form(
        "release",
        "release",
        (Field("unit", Widget.PICK, required=True), _reason(required=True)),
        chooses="unit",
        aside=True,
    ),
    Form("relevel", "relevel", (_LEVEL, _reason(required=True)), aside=True),
    Form(
        "pause",
        "pause",
        (
            Field("reason", Widget.PICK, required=True, words="pause_reason", codes=tuple(PauseReason)),
            Field("until", Widget.WHEN, required=True),
            Field("evidence", Widget.EVIDENCE, required=True),
            Field("remarks"),
        ),
        aside=True,
    ),
    Form("resume", "resume", (_reason(),), aside=True),
    Form(
        "extend",
        "extend",
        (_ANY_CLOCK, Field("longer", required=True), _reason(required=True)),
        chooses="clock",
        aside=True,
    ),
    Form("nudge", "nudge", (_ANY_CLOCK, Field("text")), chooses="clock", aside=True),
    Form("supervise", "supervise", (_ANY_CLOCK, _reason(required=True)), chooses="clock", aside=True),
    Form("acknowledge", "acknowledge", carries=(*_CLOCK, *_SEEN)),
    Form(
        "phone_log",
        "phone_log",
        (
            Field("outcome", Widget.CHOICE, required=True, words="phone_outcome", codes=tuple(PhoneOutcome)),
            Field("remarks"),
        ),
        carries=(*_CLOCK, *_SEEN, "expected_call"),
        aside=True,
    ),
    Form(
        "escalate",
        "escalate",
        (Field("expected_level", Widget.RUNG, required=True), _reason(required=True)),
        chooses="expected_level",
        aside=True,
        stale="expected_level",
    ),
    Form("note", "note", (Field("text", Widget.TEXT, required=True), Field("evidence", Widget.EVIDENCE)), aside=True),
)
"""Every form there is, in the order of a page.

A new kind needs a row here, and one in `domain/tasks/available_actions.py` and `domain/tasks/task_links.py`.
"""

BY_NAME: Mapping[str, Form] = {form.name: form for form in FORMS}
