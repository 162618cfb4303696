"""One natural person has one voice, whatever the entries under which the person is listed (rule 12)."""

import pytest

from domain.decisions import Confirm, Consent, Consult, Override, Relevel, Sign
from domain.errors import NotPermitted
from domain.tasks.available_actions import offers
from domain.vocabulary import ConsultAct, Level, Verdict, Vote
from tests.domain.factories import (
    DUTY,
    EDITOR,
    LEADER,
    OFFICE_DEPUTY,
    OFFICE_HEAD,
    Story,
    deputy,
    draft,
    finding,
    liaison,
)
from tests.domain.stages.rebuttal.test_signers import ruled, verified

pytestmark = pytest.mark.people


def test_a_person_listed_twice_has_one_voice():
    story = verified("jkj", "sjw").drafted(consents=("sjw",))
    twice = deputy("sjw").model_copy(update={"same_as": "jkj-deputy"})
    story.vote(deputy("jkj"))

    assert story.refused(twice, story.ballot(kind=Consent), NotPermitted).code == "voted_already"


def test_a_drafter_listed_twice_does_not_sign_from_the_other_seat():
    story = verified()
    story.say(liaison("jkj").model_copy(update={"same_as": "wxb-head"}), draft())
    story.vote(deputy("jkj"))

    assert story.refused(OFFICE_HEAD, story.ballot(kind=Sign), NotPermitted).code == "own_text"


def test_a_proposal_is_not_confirmed_by_the_same_person_from_another_entry():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    story.say(DUTY, Relevel(level=Level.YELLOW, reason="平息"))
    twin = LEADER.model_copy(update={"same_as": DUTY.person})

    assert "confirm" not in [offer.kind for offer in offers(story.case, twin)]
    assert (
        story.refused(twin, Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE), NotPermitted).code
        == "own_proposal"
    )


def test_who_ruled_does_not_sign_from_another_entry_either():
    story = ruled(LEADER).drafted()
    story.vote(deputy("sjw"))
    twin = OFFICE_DEPUTY.model_copy(update={"same_as": LEADER.person})

    assert story.refused(twin, story.ballot(kind=Sign), NotPermitted).code == "ruled_no_signature"
    assert "sign" not in [offer.kind for offer in offers(story.case, twin)]


def test_who_found_something_does_not_rule_from_another_entry():
    story = Story().triaged("jkj", "sjw", "skx")
    for unit, verdict in (("jkj", Verdict.TRUE), ("sjw", Verdict.FALSE), ("skx", Verdict.FALSE)):
        story.say(liaison(unit), finding(verdict))
    twin = LEADER.model_copy(update={"same_as": liaison("skx").person})

    said = Consult(act=ConsultAct.RULING, text="以检测报告为准", verdict=Verdict.FALSE)
    assert story.refused(twin, said, NotPermitted).code == "own_finding"


def test_a_drafter_neither_asks_to_go_on_without_a_consent_nor_confirms_it_from_another_entry():
    story = verified("jkj", "sjw").drafted(consents=("sjw",))
    story.wait("2h")
    without = Override(unit="sjw", reason="时限将至")
    twin = {"same_as": EDITOR.person}

    assert story.refused(DUTY.model_copy(update=twin), without, NotPermitted).code == "drafter_skips_consent"
    story.say(DUTY, without)
    said = Confirm(ref=story.case.proposals[-1].ref, outcome=Vote.APPROVE)
    assert story.refused(LEADER.model_copy(update=twin), said, NotPermitted).code == "drafter_skips_consent"
