"""Whom the fallback reached in another unit may take the clock in hand and log the call (rule 4)."""

from domain.access.permissions import may
from domain.case.obligations import Notice
from domain.case.payloads import WaveSent
from domain.decider import results
from domain.decisions import Acknowledge, PhoneLog
from domain.terms import Addressee, Gap
from domain.vocabulary import ClockName, Level, Seat
from tests.domain.factories import Story, of

ANSWER = {"clock": ClockName.ANSWER, "unit": "jkj"}
PARENT = of("wjw", Seat.DUTY)


def test_whom_the_fallback_reached_may_acknowledge_and_log_and_nobody_else_of_that_unit():
    story = Story(Level.RED).triaged("jkj", level=Level.RED)
    about = [Acknowledge(**ANSWER), PhoneLog(**ANSWER, outcome="reached")]
    assert not any(may(PARENT, said.kind, story.case, said) for said in about)

    results.gather_wave(story.case, story.now)
    notices = tuple(owed for owed in story.case.pending_effects if isinstance(owed, Notice))
    wanted, reached = (Addressee(unit=unit, seat=Seat.DUTY) for unit in ("jkj", "wjw"))
    sent = WaveSent(to=(reached,), by=("phone",), gaps=(Gap(wanted=wanted, reached=reached),))
    results.wave_sent(story.case, story._wave(notices), sent, story.now)

    assert all(may(PARENT, said.kind, story.case, said) for said in about)
    assert not any(may(of("wjw", Seat.OFFICER), said.kind, story.case, said) for said in about)
    story.say(PARENT, about[0])
