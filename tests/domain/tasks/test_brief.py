"""The brief shows an officer the whole case, and travels as JSON."""

from __future__ import annotations

import pytest

from domain.decisions import Transfer
from domain.tasks.brief import Brief, brief_of
from domain.vocabulary import RequestState, Role, Vote
from tests.domain.factories import DUTY, OFFICE_DEPUTY, Story, deputy, finding, liaison

pytestmark = pytest.mark.people


def test_the_units_stand_with_part_progress_and_verdict_lead_first() -> None:
    story = Story().triaged("jkj", "sjw", "jyw", ask="是否会传播")
    story.say(liaison("sjw"), finding())
    story.say(liaison("jkj"), Transfer(to="wjw", reason="市级口径"))

    brief = brief_of(story.case, liaison("jkj"))

    assert [(one.unit, one.role, one.state, one.verdict) for one in brief.asked] == [
        ("jkj", Role.LEAD, RequestState.OFFERED, None),
        ("sjw", Role.CO, RequestState.ANSWERED, "false"),
        ("jyw", Role.CO, RequestState.OFFERED, None),
    ]
    assert brief.asked[0].offered_to == "市卫生健康委"
    assert (brief.ask, brief.place) == ("是否会传播", "河湾区")
    assert {debt.unit for debt in brief.summary.debts} >= {"jkj", "jyw"}


def test_the_text_on_the_table_stands_whole_with_its_votes() -> None:
    story = Story().triaged().verified().drafted()
    story.vote(deputy("jkj"))

    draft = brief_of(story.case, OFFICE_DEPUTY).draft

    assert draft is not None
    assert (draft.page, draft.digest) == (story.case.draft.page, story.case.draft.digest)
    assert [(vote.kind, vote.unit, vote.outcome) for vote in draft.votes] == [("review", "jkj", Vote.APPROVE)]


def test_a_brief_travels_whole_and_looking_changes_nothing() -> None:
    story = Story().triaged("jkj", "sjw").verified().drafted()
    before = story.case.model_dump()

    brief = brief_of(story.case, DUTY)

    assert Brief.model_validate_json(brief.model_dump_json()) == brief
    assert story.case.model_dump() == before
