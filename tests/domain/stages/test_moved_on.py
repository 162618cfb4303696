"""A page that was left open changes nothing: what its sender saw goes with it, and is compared (rule 6)."""

import pytest

from domain.decisions import (
    Accept,
    Acknowledge,
    Consult,
    Decline,
    Escalate,
    Extend,
    Nudge,
    PhoneLog,
    ReturnFinding,
    Supervise,
    Transfer,
)
from domain.errors import Stale
from domain.tasks.available_actions import offers
from domain.vocabulary import ClockName, ConsultAct, PhoneOutcome, RequestState, Stage, Verdict
from tests.domain.factories import DUTY, EDITOR, LEADER, Story, draft, finding, liaison

pytestmark = pytest.mark.people

BOTH = {"verdict": Verdict.FALSE, "text": "以检测为准"}


def seen(story: Story, actor, kind: str, **wanted: object) -> dict[str, object]:
    """Return what the button of a kind carries for somebody now."""
    found = [one.preset for one in offers(story.case, actor, story.now) if one.kind == kind]
    return next(one for one in found if wanted.items() <= one.items())


@pytest.mark.parametrize(
    ("kind", "said"), [(Accept, {}), (Decline, {"reason": "不属职责"}), (Transfer, {"to": "wjw", "reason": "属该单位"})]
)
def test_a_request_of_an_earlier_visit_is_neither_accepted_nor_returned_nor_handed_on(kind, said):
    story = Story().triaged("sjw")
    page = seen(story, liaison("sjw"), kind.model_fields["kind"].default)
    story.say(liaison("sjw"), Decline(reason="应由疾控牵头"))
    story.triaged("jkj", "sjw")

    refusal = story.refused(liaison("sjw"), kind(**said, **page), Stale)
    assert (refusal.code, refusal.values["visit"]) == ("visit_moved_on", 2)
    story.say(liaison("sjw"), kind(**said, **seen(story, liaison("sjw"), kind.model_fields["kind"].default)))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Acknowledge, {}),
        (Escalate, {"reason": "无人应答"}),
        (PhoneLog, {"outcome": PhoneOutcome.REACHED}),
        (Nudge, {}),
        (Supervise, {"reason": "久拖未办"}),
        (Extend, {"longer": "1h", "reason": "等检测"}),
    ],
)
def test_a_button_about_a_clock_of_an_earlier_visit_is_stale(kind, said):
    story = Story().triaged("jkj", "sjw")
    actor = DUTY if kind in (Nudge, Supervise) else liaison("jkj")
    page = seen(story, actor, kind.model_fields["kind"].default, clock=ClockName.ANSWER, unit="jkj")
    story.say(liaison("jkj"), Decline(reason="应由卫健牵头"))
    story.triaged("jkj", "sjw")

    assert story.refused(actor, kind.model_validate({**said, **page}), Stale).code == "clock_moved_on"


def test_a_finding_that_was_returned_is_not_handed_in_again_by_the_page_it_came_from():
    story = Story().triaged("jkj", "sjw")
    page = seen(story, liaison("jkj"), "finding")
    first = finding().model_copy(update=page)
    story.say(liaison("jkj"), first)
    story.say(DUTY, ReturnFinding(unit="jkj", missing="缺检测记录"))

    assert story.refused(liaison("jkj"), first, Stale).code == "own_finding_moved_on"
    story.say(liaison("jkj"), finding().model_copy(update=seen(story, liaison("jkj"), "finding")))


def test_nobody_rules_on_findings_that_have_changed_since():
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), finding(Verdict.FALSE))
    story.say(liaison("sjw"), finding(Verdict.TRUE))
    page = seen(story, LEADER, "consult", act="ruling")
    assert page["expected_findings"] == "jkj=false sjw=true"
    story.say(liaison("jkj"), finding(Verdict.MISLEADING, corrects=True))

    assert story.refused(LEADER, Consult(**page, **BOTH), Stale).code == "findings_moved_on"
    story.say(LEADER, Consult(**seen(story, LEADER, "consult", act="ruling"), **BOTH))
    assert story.case.stage is Stage.REBUTTAL


@pytest.mark.parametrize("act", ["position", "ruling", "actions"])
def test_an_act_in_an_earlier_session_is_none_in_the_present_one(act):
    story = Story().triaged("jkj", "sjw")
    call = Consult(act=ConsultAct.CALL, text="如何处置", units=("sjw",))
    story.say(DUTY, call)
    actor = liaison("sjw") if act == "position" else LEADER
    page = seen(story, actor, "consult", act=act)
    story.say(LEADER, Consult(act=ConsultAct.RULING, text="纪要"))
    story.say(DUTY, call)

    refusal = story.refused(actor, Consult(**page, text="意见"), Stale)
    assert (refusal.code, refusal.values["number"]) == ("session_moved_on", 2)


def test_a_text_takes_the_place_of_none_its_drafter_has_not_seen():
    story = Story().triaged("jkj", "sjw").verified()
    page = seen(story, EDITOR, "draft")
    assert page == {"expected_version": 0}
    story.say(liaison("jkj"), draft(title="牵头单位的稿"))

    refusal = story.refused(EDITOR, draft(**page), Stale)
    assert (refusal.code, refusal.values["version"]) == ("text_moved_on", 1)
    story.say(EDITOR, draft(**seen(story, EDITOR, "draft")))


def test_what_says_nothing_of_what_it_saw_takes_the_case_as_it_is():
    story = Story().triaged("sjw")
    story.say(liaison("sjw"), Decline(reason="应由疾控牵头"))
    story.triaged("jkj", "sjw")

    story.say(liaison("sjw"), Accept())
    story.say(liaison("sjw"), finding())


def offered_the_lead() -> Story:
    """A co-unit that has its own request before it, and is offered the lead's."""
    story = Story().triaged("jkj", "sjw")
    story.say(liaison("jkj"), Transfer(to="sjw", reason="应由贵委牵头"))
    return story


def test_a_page_about_the_own_request_takes_no_lead():
    story = Story().triaged("jkj", "sjw")
    page = seen(story, liaison("sjw"), "accept")
    story.say(liaison("jkj"), Transfer(to="sjw", reason="应由贵委牵头"))

    story.say(liaison("sjw"), Accept(**page))

    assert story.case.lead.unit.code == "jkj"
    assert story.case.request_to("sjw").state is RequestState.ACCEPTED
    assert story.case.transfer_to("sjw") is not None, "the offer waits, and its clock runs"
    assert (ClockName.ACCEPT, "sjw") in story.runs()


def test_both_requests_are_offered_each_by_itself():
    story = offered_the_lead()

    for kind in ("accept", "decline"):
        about = [one.preset["request_of"] for one in offers(story.case, liaison("sjw"), story.now) if one.kind == kind]
        assert about == ["jkj", "sjw"]


def test_returning_the_own_request_refuses_no_offer():
    story = offered_the_lead()

    story.say(liaison("sjw"), Decline(reason="无任务", **seen(story, liaison("sjw"), "decline", request_of="sjw")))

    assert (story.case.bounces, story.case.lead.offered_to.code) == (0, "sjw")
    assert (ClockName.ACCEPT, "sjw") in story.runs()


def test_an_offer_that_is_withdrawn_is_not_taken():
    story = offered_the_lead()
    page = seen(story, liaison("sjw"), "accept", request_of="jkj")
    story.say(liaison("jkj"), finding())

    assert story.refused(liaison("sjw"), Accept(**page), Stale).code == "offer_moved_on"
