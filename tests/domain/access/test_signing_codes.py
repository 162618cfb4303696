"""How many codes may be asked for and tried, as figures and instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.access.signing_codes import ASKING, TRYING, CapReached, Code, CodeTry, held, just_made, tried

pytestmark = pytest.mark.people

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def code(**changes: object) -> Code:
    known = {"case_id": "c", "person": "p", "channel": "sms", "digest": "right", "made_at": START, "tries": 5}
    return Code.model_validate({**known, "expires_at": START + 10 * MINUTE, **changes})


def test_the_sixth_code_within_an_hour_waits_until_the_first_is_an_hour_old() -> None:
    uses = [START + n * MINUTE for n in range(5)]

    assert held(uses[:4], ASKING, START + 4 * MINUTE) is None
    assert held(uses, ASKING, START + 5 * MINUTE) == CapReached(opens_at=START + HOUR)
    assert held(uses, ASKING, START + HOUR - SECOND) == CapReached(opens_at=START + HOUR)
    assert held(uses, ASKING, START + HOUR) is None


def test_asking_as_fast_as_the_hour_allows_stops_at_twenty_a_day() -> None:
    uses: list[datetime] = []
    now = START
    while now < START + 2 * DAY:
        if held(uses, ASKING, now) is None:
            uses.append(now)
        now += MINUTE

    in_a_day = [sum(at <= other < at + DAY for other in uses) for at in uses]
    in_an_hour = [sum(at <= other < at + HOUR for other in uses) for at in uses]
    assert (max(in_a_day), max(in_an_hour), len(uses)) == (20, 5, 40)


def test_the_later_of_two_caps_says_when_it_opens() -> None:
    uses = [START + n * MINUTE for n in range(20)]

    assert held(uses, ASKING, START + 20 * MINUTE) == CapReached(opens_at=START + DAY)


def test_the_wait_is_told_in_whole_seconds_that_suffice() -> None:
    opens = CapReached(opens_at=START + HOUR)

    assert opens.seconds(START) == 3600
    assert opens.seconds(START + timedelta(milliseconds=1)) == 3600
    assert opens.seconds(START + HOUR - timedelta(milliseconds=1)) == 1
    assert opens.seconds(START + 2 * HOUR) == 1


@pytest.mark.parametrize("digest", ["right", "wrong"])
@pytest.mark.parametrize("kept", [code(), code(tries=0), None])
def test_at_the_cap_the_answer_is_the_same_whatever_was_tried(kept: Code | None, digest: str) -> None:
    wrong = [START] * TRYING[0].most

    assert tried(kept, digest, wrong, START) == CapReached(opens_at=START + HOUR)


def test_below_the_cap_a_right_code_is_right() -> None:
    wrong = [START] * (TRYING[0].most - 1)

    assert tried(code(), "right", wrong, START) is CodeTry.RIGHT
    assert tried(code(), "wrong", wrong, START) is CodeTry.WRONG
    assert tried(code(), "right", [START] * TRYING[0].most, START + HOUR) is CodeTry.NONE  # by then it has expired


def test_a_code_stands_for_another_for_half_a_minute_while_it_has_tries() -> None:
    assert just_made(code(), START + 29 * SECOND)
    assert not just_made(code(), START + 30 * SECOND)
    assert not just_made(code(tries=0), START)
