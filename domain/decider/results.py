"""The results of effects: facts that enter the case, each by a function of its own; they are never refused."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.notice_kinds import Message
from domain.case.obligations import Backlog, Notice, PendingEffect, Publication
from domain.case.payloads import Issue, Issued, NotIssued, Wave, WaveSent
from domain.case.summarise import summarise
from domain.decider.due_named import remember_named
from domain.decider.moot import without_moot
from domain.decider.replaced import with_present_due
from domain.decider.ring import ring
from domain.events import LetterRefused, Notified, NotNotified, RosterGap
from domain.stages.rebuttal import delivery, interim
from domain.values import TimelinePosition

NAMED = 500
"""How many characters of an entry name the letters that were not delivered."""


def gather_wave(case: Case, now: datetime) -> None:
    """Gather the notices that are ready at `now` into one wave: they are sent, and after a restart resent, together.

    What they ask for may be over by now (`domain.decider.moot`), or be due at another time (`domain.decider.replaced`):
    those are called off.
    `now` belongs to the wave in every run: the roster is read as of it, and the letters' texts are computed from it. A
    notice that waits for a digest depends on its clock: if the clock has moved, the notice may go now.
    """
    standing = without_moot(case, [case.standing(effect) for effect in case.pending_effects])
    case.pending_effects = with_present_due(case, standing)
    if any(_goes_out(effect, now) for effect in case.pending_effects):
        case.waves += 1
        case.views[case.waves], case.gathered[case.waves] = summarise(case), now
        case.pending_effects = [_numbered(effect, case.waves, now) for effect in case.pending_effects]
        wave = [one for one in case.pending_effects if isinstance(one, Notice) and one.wave == case.waves]
        _open_calls(case, wave, now)
        remember_named(case, wave)


def _open_calls(case: Case, wave: list[Notice], now: datetime) -> None:
    """Let the calls of a wave be open from now on: what moved may have freed one that waited for the morning."""
    asked = {one.clock_key for one in wave if one.message is Message.CALL}
    for clock in case.running():
        if clock.calls is not None and clock.calls > now and clock.stem in asked:
            clock.calls = now


def wave_sent(case: Case, wave: Wave, outcome: WaveSent, now: datetime) -> None:
    """Record whom a wave reached, which letters were refused, and which were not delivered; what is left stays owed."""
    _settle_wave(case, wave, outcome)
    case.recorded(outcome.recorded)
    case.stand_ins = tuple(dict.fromkeys((*case.stand_ins, *(gap for gap in outcome.gaps if gap.reached))))
    if outcome.refused:
        case.happened(LetterRefused(refused=outcome.refused), now)
    _end_calls_to_nobody(case, wave, outcome)
    _note_calls(case, wave, outcome)
    for gap in outcome.gaps:
        case.happened(
            RosterGap(wanted=gap.wanted, reached=gap.reached, unanswered=gap.unanswered, no_number=gap.no_number),
            now,
        )
    if outcome.by or not (outcome.undelivered or outcome.left):
        case.happened(Notified(to=outcome.to, by=outcome.by), now)
    if outcome.undelivered:
        reason = "；".join(outcome.undelivered)[:NAMED]
        case.happened(NotNotified(reason=reason, given_up=outcome.given_up), now)


def _end_calls_to_nobody(case: Case, wave: Wave, outcome: WaveSent) -> None:
    """End the calls a wave asked for to seats for which nobody has a number: nobody is to be reminded of their log."""
    numberless = {gap.wanted for gap in outcome.gaps if gap.no_number and gap.reached is None}
    for notice in wave.notices:
        clock = next((one for one in case.running() if one.stem == notice.clock_key), None)
        if clock is None or not notice.calls or not numberless.issuperset(notice.calls):
            continue
        if (clock.rung, clock.passed_on) == (notice.values.get("n"), notice.passed_on):
            clock.calls = None


def _note_calls(case: Case, wave: Wave, outcome: WaveSent) -> None:
    """Note of each call a wave asked for whose people it went to: who answers speaks for their unit."""
    elsewhere = {one.notice: one.units for one in outcome.calls}
    for notice in wave.notices:
        clock = next((one for one in case.running() if one.stem == notice.clock_key), None)
        if clock is not None and notice.calls and notice.key not in outcome.left:
            clock.note_call(int(notice.values.get("n", 0)), notice.passed_on, elsewhere.get(notice.key, ()))


def wave_failed(case: Case, wave: Wave, reason: str, now: datetime) -> None:
    """Record that a wave was ended by hand in Temporal, as an earlier version took it; see `notify`."""
    _settle_wave(case, wave)
    case.happened(NotNotified(reason=reason[:200]), now)


def wave_called_off(case: Case, wave: Wave, now: datetime) -> None:
    """Record that nobody is to get the notices of a wave any more; recipients it reached have a receipt."""
    _settle_wave(case, wave)
    case.happened(NotNotified(reason="", called_off=True), now)


def issued(case: Case, issue: Issue, outcome: Issued | NotIssued, now: datetime) -> None:
    """Record how a channel answered to a publication, after what fell due before (docs/design.md, rule 7)."""
    ring(case, now)
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


def _settle_wave(case: Case, wave: Wave, outcome: WaveSent | None = None) -> None:
    """Discharge the notices of a wave, but for those that are tried on: they remember what the timeline has."""
    left = outcome.left if outcome else ()
    for notice in wave.notices:
        if notice.key not in left:
            case.discharge(notice)
        if not left:
            case.views.pop(notice.wave, None)
            case.gathered.pop(notice.wave, None)
    if outcome and left:
        heard = tuple(refusal.key for refusal in outcome.refused)
        case.pending_effects = [
            _heard(effect, heard) if effect.key in left else effect for effect in case.pending_effects
        ]
        case.change_count += 1
        case.results_taken += 1


def _heard(effect: PendingEffect, refusals: tuple[str, ...]) -> PendingEffect:
    return effect.model_copy(update={"heard": (*effect.heard, *refusals)}) if isinstance(effect, Notice) else effect


def _numbered(effect: PendingEffect, wave: int, now: datetime) -> PendingEffect:
    return effect.model_copy(update={"wave": wave}) if _goes_out(effect, now) else effect


def _goes_out(effect: PendingEffect, now: datetime) -> bool:
    return isinstance(effect, Notice) and effect.wave == 0 and effect.ready(now)
