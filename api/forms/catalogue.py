"""The forms of the pages: the fields of each decision's form, and for which offer the form is. One row per form.

The words are under `[form]`, `[field]` and `[hint]` of task.toml. What comes back is checked by the very model the API
uses, so a page can send nothing that the API would not take.
"""

from __future__ import annotations

from collections.abc import Mapping

from api.forms.fields import (
    ACTIONS,
    ANY_CLOCK,
    CALL,
    CLAIM,
    CLOCK,
    FINDING,
    LEVEL,
    LONG,
    OUTCOME,
    PAUSE,
    RETURN,
    SEEN,
    TITLE,
    TRIAGE,
    VERDICT,
    VOTE,
    draft,
    reason,
)
from api.forms.model import SURE, Field, Form, Widget
from domain.vocabulary import ConsultAct, DeliveryAct, Exit, PublicationKind, Verdict

SEND_CODE = "send_code"
"""The form that asks for a signing code; it sends nothing to the case."""

CODE_ON_ITS_WAY = "code_on_its_way"
"""What a page says in its place if the channel takes its time."""

_EXITS = tuple(one for one in Exit if one is not Exit.DUPLICATE)
"""The exits of the one form; a duplicate has a form of its own."""

FORMS: tuple[Form, ...] = (
    Form("triage", "triage", TRIAGE, unless="level", lacks=("duplicate_of", "claim")),
    Form("open_case", "triage", (CLAIM, *TRIAGE), unless="level", chooses="claim", lacks=("duplicate_of",)),
    Form(
        "let_out",
        "triage",
        (
            Field("exit", Widget.PICK, required=True, words="exit", codes=_EXITS),
            Field("pass_to", Widget.UNIT),
            reason(),
            SURE,
        ),
        unless="exit",
        lacks=("duplicate_of",),
        aside=True,
    ),
    Form(
        "merge",
        "triage",
        (Field("duplicate_of", required=True), reason(), SURE),
        carries=("exit",),
        chooses="duplicate_of",
        aside=True,
    ),
    Form("assign", "assign", (Field("lead", Widget.LEAD, required=True), reason(required=True))),
    Form("accept", "accept", (SURE,), carries=("request_of", "expected_visit"), lacks=("request_of",)),
    Form("take_over", "accept", (SURE,), carries=("request_of", "expected_visit"), chooses="request_of"),
    Form("receive", "accept", (SURE,), carries=("handover", "expected_visit"), chooses="handover"),
    Form("finding", "finding", FINDING, carries=("expected_round",), lacks=("corrects", "returned")),
    Form(
        "supplement", "finding", (*FINDING, SURE), carries=("expected_round",), chooses="returned", lacks=("corrects",)
    ),
    Form("correct_finding", "finding", (*FINDING, SURE), carries=("corrects", "expected_round"), aside=True),
    Form(
        "decline",
        "decline",
        RETURN,
        carries=("request_of", "expected_visit"),
        lacks=("request_of",),
        aside=True,
    ),
    Form(
        "turn_down",
        "decline",
        RETURN,
        carries=("request_of", "expected_visit"),
        chooses="request_of",
        aside=True,
    ),
    Form(
        "hand_back",
        "decline",
        RETURN,
        carries=("handover", "expected_visit"),
        chooses="handover",
        aside=True,
    ),
    Form(
        "transfer",
        "transfer",
        (Field("to", Widget.LEAD, required=True, fresh=True), reason(required=True)),
        carries=("unit", "expected_visit"),
        aside=True,
    ),
    Form(
        "hand_on",
        "transfer",
        (
            Field("unit", Widget.PICK, required=True),
            Field("to", Widget.LEAD, required=True, fresh=True),
            reason(required=True),
        ),
        carries=("expected_visit",),
        chooses="unit",
        aside=True,
    ),
    Form("draft", "draft", draft(), carries=("expected_version",), lacks=("replaces",)),
    Form("redraft", "draft", draft(replaces=True), carries=("expected_version",), chooses="replaces"),
    Form("review", "review", VOTE, carries=("digest",)),
    Form("consent", "consent", VOTE, carries=("digest",)),
    Form("sign", "sign", VOTE, carries=("digest",), lacks=("code",)),
    Form(SEND_CODE, "sign", (SURE,), carries=("digest",), chooses="code"),
    Form(
        "sign_with_code",
        "sign",
        (*VOTE, Field("code", most=6, beside=True)),
        carries=("digest",),
        chooses="code",
    ),
    Form("confirm", "confirm", VOTE, carries=("ref",)),
    Form(
        "ruling",
        "consult",
        (VERDICT, LONG, ACTIONS),
        carries=("act", "expected_session", "expected_findings"),
        chooses="verdict",
        act=ConsultAct.RULING,
    ),
    Form(
        "minutes",
        "consult",
        (LONG, ACTIONS, SURE),
        carries=("act", "expected_session"),
        lacks=("verdict",),
        act=ConsultAct.RULING,
        aside=True,
    ),
    Form(
        "tick_off",
        "consult",
        (Field("done", Widget.ITEM, required=True), Field("text", required=True)),
        carries=("act", "expected_session"),
        chooses="done",
        act=ConsultAct.POSITION,
        aside=True,
    ),
    Form(
        "position",
        "consult",
        (Field("verdict", Widget.PICK, words="verdict", codes=tuple(Verdict)), LONG),
        carries=("act", "expected_session"),
        lacks=("done",),
        act=ConsultAct.POSITION,
        aside=True,
    ),
    Form(
        "actions",
        "consult",
        (Field("actions", Widget.ACTIONS, required=True), Field("text", required=True)),
        carries=("act", "expected_session"),
        act=ConsultAct.ACTIONS,
        aside=True,
    ),
    Form(
        "call",
        "consult",
        (LONG, Field("units", Widget.UNITS), ACTIONS),
        carries=("act",),
        act=ConsultAct.CALL,
        aside=True,
    ),
    Form("interim", "interim", (Field("known"), Field("unknown"), Field("advice"), SURE), aside=True),
    Form("override", "override", (reason(required=True),), carries=("act", "unit"), aside=True),
    Form(
        "record_publication",
        "record_publication",
        (
            Field("unit", Widget.UNIT, required=True),
            Field("publication", Widget.PICK, required=True, words="publication", codes=tuple(PublicationKind)),
            TITLE,
            LONG,
            Field("url", Widget.WEB, required=True, most=2000),
            Field("captured_at", Widget.WHEN, required=True),
            reason(),
        ),
        aside=True,
    ),
    Form(
        "resolve_delivery",
        "resolve_delivery",
        (
            Field("act", Widget.CHOICE, required=True, words="delivery_act", codes=tuple(DeliveryAct)),
            reason(required=True),
        ),
        carries=("ref",),
    ),
    Form("close", "close", (Field("remarks"), SURE), lacks=("outstanding",)),
    Form("close_beside", "close", (Field("remarks", required=True), SURE), chooses="outstanding"),
    Form("return_finding", "return_finding", (Field("missing", required=True),), carries=("unit", "expected_round")),
    Form("add_unit", "add_unit", (Field("unit", Widget.UNIT, required=True, fresh=True), Field("ask")), aside=True),
    Form(
        "release",
        "release",
        (Field("unit", Widget.PICK, required=True), reason(required=True)),
        chooses="unit",
        aside=True,
    ),
    Form("relevel", "relevel", (LEVEL, reason(required=True)), aside=True),
    Form("pause", "pause", PAUSE, lacks=("unit",), aside=True),
    Form("own_pause", "pause", PAUSE, carries=("unit",), chooses="unit", aside=True),
    Form("resume", "resume", (reason(), SURE), lacks=("unit",), aside=True),
    Form("own_resume", "resume", (reason(), SURE), carries=("unit",), chooses="unit", aside=True),
    Form(
        "extend",
        "extend",
        (ANY_CLOCK, Field("longer", Widget.SPAN, required=True), reason(required=True)),
        chooses="clock",
        aside=True,
    ),
    Form("nudge", "nudge", (ANY_CLOCK, Field("text")), chooses="clock", aside=True),
    Form("supervise", "supervise", (ANY_CLOCK, reason(required=True), SURE), chooses="clock", aside=True),
    Form("acknowledge", "acknowledge", (SURE,), carries=(*CLOCK, *SEEN)),
    Form("phone_log", "phone_log", (OUTCOME, Field("remarks")), carries=(*CLOCK, *CALL, "answered_by"), aside=True),
    Form(
        "phone_log_of_whom",
        "phone_log",
        (OUTCOME, Field("answered_by", Widget.PICK), Field("remarks")),
        carries=(*CLOCK, *CALL),
        chooses="answered_by",
        aside=True,
    ),
    Form(
        "escalate",
        "escalate",
        (Field("expected_level", Widget.RUNG, required=True), reason(required=True), SURE),
        chooses="expected_level",
        aside=True,
        stale="expected_level",
    ),
    Form(
        "move_reports",
        "move_reports",
        (Field("reports", Widget.REPORTS, required=True), Field("into", required=True), reason(), SURE),
    ),
    Form("split", "split", (reason(required=True), SURE), carries=("report_id",), aside=True),
    Form("note", "note", (Field("text", Widget.TEXT, required=True), Field("evidence", Widget.EVIDENCE)), aside=True),
)
"""Every form there is, in the order of a page.

A new kind needs a row here, and one in `domain/tasks/available_actions.py` and `domain/tasks/task_links.py`.
"""

BY_NAME: Mapping[str, Form] = {form.name: form for form in FORMS}
