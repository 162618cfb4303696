"""The results of effects: facts that enter the case, each by a function of its own; they are never refused."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.obligations import Backlog, Notice, PendingEffect, Publication
from domain.case.payloads import Issue, Issued, NotIssued, Wave, WaveSent
from domain.case.summarise import summarise
from domain.events import Notified, NotNotified, RosterGap
from domain.stages.rebuttal import delivery, interim
from domain.values import TimelinePosition

NAMED = 500
"""How many characters of an entry name the letters that were not delivered."""


def gather_wave(case: Case, now: datetime) -> None:
    """Gather the notices that are ready at `now` into one wave: they are sent, and after a restart resent, together.

    `now` belongs to the wave in every run: the roster is read as of it, and the letters' texts are computed from it. A
    notice that waits for a digest depends on its clock: if the clock has moved, the notice may go now.
    """
    case.pending_effects = [case.standing(effect) for effect in case.pending_effects]
    if any(_goes_out(effect, now) for effect in case.pending_effects):
        case.waves += 1
        case.views[case.waves], case.gathered[case.waves] = summarise(case), now
        case.pending_effects = [_numbered(effect, case.waves, now) for effect in case.pending_effects]


def wave_sent(case: Case, wave: Wave, outcome: WaveSent, now: datetime) -> None:
    """Record whom a wave reached, and which letters were not delivered."""
    _settle_wave(case, wave)
    case.recorded(outcome.recorded)
    case.stand_ins = tuple(dict.fromkeys((*case.stand_ins, *(gap for gap in outcome.gaps if gap.reached))))
    for gap in outcome.gaps:
        case.happened(RosterGap(wanted=gap.wanted, reached=gap.reached, unanswered=gap.unanswered), now)
    if outcome.by or not outcome.undelivered:
        case.happened(Notified(to=outcome.to, by=outcome.by), now)
    if outcome.undelivered:
        reason = "；".join(outcome.undelivered)[:NAMED]
        case.happened(NotNotified(reason=reason, given_up=outcome.given_up), now)


def wave_failed(case: Case, wave: Wave, reason: str, now: datetime) -> None:
    """Record that somebody ended a wave by hand in Temporal; recipients it reached have a receipt."""
    _settle_wave(case, wave)
    case.happened(NotNotified(reason=reason[:200]), now)


def wave_called_off(case: Case, wave: Wave, now: datetime) -> None:
    """Record that nobody is to get the notices of a wave any more; recipients it reached have a receipt."""
    _settle_wave(case, wave)
    case.happened(NotNotified(reason="", called_off=True), now)


def issued(case: Case, issue: Issue, outcome: Issued | NotIssued, now: datetime) -> None:
    """Record how a channel answered to a publication."""
    case.discharge(issue.publication)
    case.recorded(outcome.recorded)
    takes_in = interim.delivered if interim.is_interim(issue.publication) else delivery.delivered
    takes_in(case, issue.publication, outcome, now)


def called_off(case: Case, effect: Publication) -> None:
    """Drop a publication that is no longer owed; no channel has reported taking it."""
    case.discharge(effect)


def backlog_stored(case: Case, effect: Backlog, recorded: TimelinePosition | None) -> None:
    """Record that the register has the entries up to a position; None: it did not take them."""
    case.discharge(effect)
    case.recorded(recorded)


def _settle_wave(case: Case, wave: Wave) -> None:
    for notice in wave.notices:
        case.discharge(notice)
        case.views.pop(notice.wave, None)
        case.gathered.pop(notice.wave, None)


def _numbered(effect: PendingEffect, wave: int, now: datetime) -> PendingEffect:
    return effect.model_copy(update={"wave": wave}) if _goes_out(effect, now) else effect


def _goes_out(effect: PendingEffect, now: datetime) -> bool:
    return isinstance(effect, Notice) and effect.wave == 0 and effect.ready(now)
