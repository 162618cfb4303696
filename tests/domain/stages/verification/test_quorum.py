"""反馈齐备: when the answers suffice."""

import pytest

from domain.case.parts import Request
from domain.stages.verification import quorum
from domain.vocabulary import Level, RequestState, Role, Verdict
from tests.domain.factories import UNITS, Story

pytestmark = pytest.mark.people

FALSE, TRUE = Verdict.FALSE, Verdict.TRUE
SILENT, GONE = None, "declined"


def asked(level: Level, lead: object, *rest: object):
    """Return the measure of a case with a lead and co-units that said what is named."""
    case = Story(level).case
    for code, said, role in zip(UNITS, (lead, *rest), (Role.LEAD, *[Role.CO] * len(rest)), strict=False):
        state = {SILENT: RequestState.OFFERED, GONE: RequestState.DECLINED}.get(said, RequestState.ANSWERED)
        verdict = said if isinstance(said, Verdict) else None
        case.requests.append(Request(unit=UNITS[code], role=role, state=state, verdict=verdict))
    return quorum.of(case)


@pytest.mark.parametrize(
    ("level", "lead", "rest", "expected"),
    [
        (Level.YELLOW, FALSE, (), quorum.Agreed(FALSE)),
        (Level.YELLOW, SILENT, (), quorum.Missing()),
        (Level.YELLOW, GONE, (FALSE, FALSE), quorum.Missing()),
        (Level.YELLOW, SILENT, (FALSE, FALSE), quorum.Missing()),
        (Level.YELLOW, FALSE, (SILENT,), quorum.Missing()),
        (Level.YELLOW, FALSE, (FALSE,), quorum.Agreed(FALSE)),
        (Level.YELLOW, FALSE, (GONE,), quorum.Agreed(FALSE)),
        (Level.YELLOW, FALSE, (FALSE, SILENT), quorum.Missing()),
        (Level.YELLOW, FALSE, (FALSE, GONE), quorum.Agreed(FALSE)),
        (Level.YELLOW, FALSE, (FALSE, FALSE, SILENT), quorum.Agreed(FALSE)),
        (Level.YELLOW, FALSE, (FALSE, SILENT, SILENT), quorum.Missing()),
        (Level.YELLOW, FALSE, (FALSE, FALSE, SILENT, SILENT), quorum.Missing()),
        (Level.BLUE, FALSE, (FALSE, SILENT), quorum.Missing()),
        (Level.RED, FALSE, (SILENT, SILENT), quorum.Agreed(FALSE)),
        (Level.ORANGE, FALSE, (SILENT,), quorum.Agreed(FALSE)),
        (Level.RED, SILENT, (FALSE, FALSE), quorum.Missing()),
        (Level.YELLOW, TRUE, (TRUE, GONE, GONE), quorum.Agreed(TRUE)),
    ],
)
def test_the_lead_and_a_majority_of_the_rest_suffice(level, lead, rest, expected):
    assert asked(level, lead, *rest) == expected


@pytest.mark.parametrize("level", [Level.YELLOW, Level.RED])
def test_verdicts_that_differ_split_the_units(level):
    measure = asked(level, FALSE, TRUE, FALSE)

    assert measure == quorum.Split({"wxb": FALSE, "wjw": TRUE, "jkj": FALSE})
    assert next(iter(measure.verdicts)) == "wxb", "the lead is named first"


def test_one_dissenting_co_unit_is_enough_to_split():
    assert isinstance(asked(Level.YELLOW, FALSE, FALSE, FALSE, Verdict.MISLEADING), quorum.Split)


def test_what_a_declining_unit_had_said_counts_no_more():
    assert asked(Level.YELLOW, FALSE, GONE) == quorum.Agreed(FALSE)
