"""What reporters are answered: how the case ended whose answer is theirs."""

from __future__ import annotations

import pytest

from domain.decisions import TriageDecision
from domain.reports.outcome import ReportOutcome, outcome_of
from domain.vocabulary import Exit, PublicationKind
from tests.domain.factories import DUTY, Story


def outcome(told: Story, *, page: bool = False) -> tuple[ReportOutcome, Exit | None]:
    case = told.case
    return outcome_of(case.publication, [entry.event for entry in told.entries], closed=case.over, page=page)


@pytest.mark.parametrize("page", [False, True])
def test_a_case_that_runs_is_open_also_with_an_interim_notice(page):
    assert outcome(Story(), page=page) == (ReportOutcome.OPEN, None)


@pytest.mark.parametrize("why", [one for one in Exit if one not in (Exit.DUPLICATE, Exit.HELP_URGENT)])
def test_a_case_that_was_let_out_says_why(why):
    told = Story()
    told.say(DUTY, TriageDecision(exit=why))

    assert outcome(told) == (ReportOutcome.LET_OUT, why)


def test_a_published_case_is_answered_as_soon_as_its_answer_is_out():
    told = Story().triaged("jkj").verified().drafted().approved().published()
    assert outcome(told, page=True) == (ReportOutcome.ANSWERED, None)
    told.closed()

    assert outcome(told, page=True) == (ReportOutcome.ANSWERED, None)


def test_a_case_that_is_closed_without_publishing_says_so():
    told = (
        Story()
        .triaged("jkj")
        .verified()
        .drafted(publication=PublicationKind.REPLY_ONLY, reason="只答复反映人")
        .approved()
    )
    told.closed()

    assert outcome(told) == (ReportOutcome.NOT_PUBLIC, None)
