"""After closing a finding of whoever was asked is taken, kept and told; nothing else is, and nothing moves."""

from __future__ import annotations

import pytest

from domain.case.notice_kinds import Message
from domain.decider import decide as deciding
from domain.decider.ring import ring
from domain.decisions import Confirm, Decline, Interim, Note, Release, TriageDecision
from domain.errors import CaseOver, NotPermitted, Stale, Unfit
from domain.tasks.available_actions import offers
from domain.vocabulary import Exit, Level, RequestState, Seat, Stage, Verdict, Vote
from tests.domain.factories import DUTY, EDITOR, LEADER, TERMS, Story, deputy, finding, liaison

pytestmark = pytest.mark.people

SIGNED = TERMS.model_copy(update={"findings_approved_at": (Level.RED,)})
UNMOVED = {"stage", "visit", "level", "verdict", "verdicts", "publication", "draft", "closed_at", "clocks"}


def closed(*, signed: bool = False) -> Story:
    """Return a red case that was closed while the co-unit's answer was outstanding."""
    story = Story(Level.RED, terms=SIGNED if signed else TERMS).triaged("jkj", "sjw", level=Level.RED)
    story.say(deputy("jkj"), finding())
    return story.drafted().approved().published().closed()


def unmoved(story: Story) -> dict[str, object]:
    return story.case.model_dump(include=UNMOVED)


# --- the unit --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.FALSE, Verdict.TRUE])
def test_a_finding_outstanding_at_the_closing_is_kept_and_told_to_lead_and_office(verdict: Verdict) -> None:
    story = closed()
    before = unmoved(story)

    story.say(liaison("sjw"), finding(verdict))

    taken = story.events("finding_received")[-1]
    assert (taken.unit, taken.verdict, taken.late, taken.explanation) == ("sjw", verdict, True, "通风降低传播风险。")
    assert taken.evidence
    assert unmoved(story) == before
    assert story.case.next_wake() is None
    [told] = story.notices(Message.LATE_FINDING)
    assert [(one.unit, one.seat) for one in told.to] == [
        ("jkj", Seat.DUTY), ("wxb", Seat.DUTY), ("wxb", Seat.EDITOR),
    ]  # fmt: skip
    assert told.values == {"unit": "市市场监管委", "verdict": verdict, "closed": 1}
    story.settle()
    assert story.case.at_rest


def test_an_expired_unit_answers_after_closing() -> None:
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding())
    story.wait("48h")
    assert story.case.request_to("sjw").state is RequestState.EXPIRED
    story.say(LEADER, deciding.RULES["consult"].model(act="ruling", text="以牵头单位为准", verdict="false"))
    story.drafted().approved().published().closed()

    story.say(liaison("sjw"), finding(Verdict.TRUE))

    assert story.case.request_to("sjw").state is RequestState.ANSWERED
    assert len(story.notices(Message.LATE_FINDING)) == 1


def test_a_unit_corrects_its_answer_after_closing() -> None:
    story = Story().triaged("jkj").verified().drafted().approved().published().closed()
    before = unmoved(story)
    assert story.refused(liaison("jkj"), finding(Verdict.TRUE), Unfit).code == "request_state"

    story.say(liaison("jkj"), finding(Verdict.TRUE, corrects=True))

    assert story.case.request_to("jkj").verdict is Verdict.TRUE
    assert unmoved(story) == before
    assert len(story.notices(Message.LATE_FINDING)) == 1


def test_a_unit_let_go_or_never_asked_is_heard_no_more_after_closing() -> None:
    story = Story().triaged("jkj", "wjw", "sjw", "swj")
    story.say(DUTY, Release(unit="sjw", reason="不涉及"))
    story.say(liaison("swj"), Decline(reason="不属职责"))
    story.verified().drafted().approved().published().closed()

    for unit in ("sjw", "swj", "skx"):
        assert type(story.refused(liaison(unit), finding())) is NotPermitted


def test_a_case_let_out_at_triage_hears_nobody_that_was_let_go() -> None:
    story = Story()
    story.say(DUTY, TriageDecision(exit=Exit.OPINION))

    assert type(story.refused(liaison("jkj"), finding())) is NotPermitted


def test_a_finding_after_closing_records_no_first_verdict() -> None:
    """A case that another unit's own word closed has none of the lead's."""
    story = closed()
    steps = len(story.events("verdict_reached"))

    story.say(liaison("jkj"), finding(Verdict.TRUE, corrects=True))

    assert len(story.events("verdict_reached")) == steps


# --- within the unit -------------------------------------------------------------------------------------------------


def test_where_the_unit_approves_its_findings_it_does_so_after_closing_too() -> None:
    story = closed(signed=True)
    before = unmoved(story)
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    [asked] = story.notices(Message.FINDING_TO_APPROVE)
    assert story.notices(Message.LATE_FINDING) == []
    yes = Confirm(ref=int(asked.values["ref"]), outcome=Vote.APPROVE)
    assert story.refused(deputy("jkj"), yes, NotPermitted)

    story.say(deputy("sjw"), yes)

    assert story.events("finding_approved")[-1].late
    assert unmoved(story) == before
    assert story.notices(Message.LATE_FINDING)[-1].values["closed"] == 1
    assert story.refused(deputy("sjw"), yes, CaseOver).code == "case_over"


def test_a_finding_that_waited_at_the_closing_is_approved_or_held_back_afterwards() -> None:
    story = Story(Level.RED, terms=SIGNED).triaged("jkj", "sjw", level=Level.RED)
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    story.say(deputy("jkj"), finding())
    story.drafted().approved().published().closed()
    [waiting] = story.case.proposals

    story.say(deputy("sjw"), Confirm(ref=waiting.ref, outcome=Vote.REJECT, remarks="缺检测记录"))

    assert story.case.request_to("sjw").state is RequestState.EXPIRED
    [back] = story.notices(Message.FINDING_RETURNED)
    assert back.due is None
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    assert story.case.request_to("sjw").state is RequestState.SUBMITTED


def test_no_other_proposal_is_confirmed_after_closing() -> None:
    story = Story().triaged("jkj")
    story.say(DUTY, Interim())
    story.verified().drafted().approved().published().closed()

    for ref in [*(one.ref for one in story.case.proposals), 9999]:
        for outcome in (Vote.APPROVE, Vote.REJECT):
            said = Confirm(ref=ref, outcome=outcome, remarks="补")
            assert story.refused(LEADER, said, CaseOver).code == "case_over"


# --- nothing else ----------------------------------------------------------------------------------------------------


def test_nothing_is_due_and_nothing_else_is_heard_after_a_late_finding() -> None:
    story = closed()
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    before = story.case.model_dump()

    ring(story.case, story.now)

    assert story.case.model_dump() == before
    for actor in (DUTY, EDITOR, liaison("sjw")):
        assert story.refused(actor, Note(text="补记"), CaseOver).code == "case_over"


def test_only_a_finding_and_its_approval_are_offered_after_closing_and_only_to_the_unit() -> None:
    story = closed(signed=True)

    def offered(actor: object) -> list[tuple[str, object]]:
        return [(one.kind, one.preset.get("corrects")) for one in offers(story.case, actor)]  # type: ignore[arg-type]

    assert offered(liaison("sjw")) == [("finding", None)]
    assert offered(liaison("jkj")) == [("finding", 1)]
    assert [offered(one) for one in (DUTY, LEADER, EDITOR, liaison("wjw"))] == [[], [], [], []]
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    assert ("confirm", None) in offered(deputy("sjw"))
    assert story.case.stage is Stage.CLOSURE


def test_a_closed_case_that_is_full_refuses_a_further_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    story = closed()
    story.say(liaison("sjw"), finding())  # with it the case learns what the register has, and forgets that
    monkeypatch.setattr(deciding, "FULL", 1024)

    assert story.refused(liaison("sjw"), finding(Verdict.TRUE, corrects=True), Unfit).code == "case_full"


def test_a_proposal_of_another_case_state_is_stale_only_while_it_is_open() -> None:
    story = Story().triaged("jkj")

    assert story.refused(LEADER, Confirm(ref=9999, outcome=Vote.APPROVE), Stale).code == "no_proposal"
