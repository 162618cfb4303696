"""The rules between the figures and the calls of `policy.toml` (docs/design.md, rules 2 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from adapters.office.parsed import Parsed
from adapters.office.problems import POLICY, ConfigProblem, path, shown
from adapters.office.schema.policy import CallIn, PublishChannel
from domain.terms import Whose, audience_parts
from domain.vocabulary import Seat
from domain.worktime.working_time import Span, TimeUnit

_STEPS = ("triage", "answer", "draft", "approval", "publish")


def figures_of_a_level_can_be_compared(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a step in another unit of time than the response: whether it fits could not be checked."""
    for level, terms in parsed.levels.items():
        whole = terms.response.budget
        for name in (*_STEPS, "accept"):
            if _size(getattr(terms, name), whole) is None:
                allowed = "wd or wh" if whole.unit is TimeUnit.DAYS else f"the unit of response ({whole})"
                says = f"cannot be added up with response {whole}; allowed: a figure in {allowed}"
                yield ConfigProblem(POLICY, f"level.{level}.{name}", shown(str(getattr(terms, name))), says)


def steps_fit_the_response(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level whose steps take longer than its response (docs/design.md, rule 2).

    If the response is in working days, a figure in working hours counts as one day.
    """
    for level, terms in parsed.levels.items():
        whole = terms.response.budget
        steps = {name: getattr(terms, name) for name in _STEPS}
        sizes = [_size(step, whole) for step in steps.values()]
        total = sum(size for size in sizes if size is not None)
        if None not in sizes and total > whole.ticks:
            summed = " + ".join(f"{name} {step}" for name, step in steps.items())
            least = Span(unit=whole.unit, ticks=total)
            says = f"{summed} = {least} is longer; allowed: {least} or more, or shorter steps"
            yield ConfigProblem(POLICY, f"level.{level}.response.budget", shown(str(whole)), says)


def accepting_fits_the_answer(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an accept clock longer than the answer clock it runs inside."""
    for level, terms in parsed.levels.items():
        whole = terms.response.budget
        accept, answer = _size(terms.accept, whole), _size(terms.answer, whole)
        if accept is not None and answer is not None and accept > answer:
            says = f"runs inside answer; allowed: {terms.answer} or less"
            yield ConfigProblem(POLICY, f"level.{level}.accept", shown(str(terms.accept)), says)


def _size(step: Span, whole: Span) -> int | None:
    """Return a step in ticks of the response's unit; None if it cannot be compared with it."""
    if step.unit is whole.unit:
        return step.ticks
    return 1 if whole.unit is TimeUnit.DAYS and step.unit is TimeUnit.HOURS else None


def rungs_are_in_order(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a ladder whose rungs do not follow each other in time."""
    for level, terms in parsed.levels.items():
        for n, (one, other) in enumerate(pairwise(terms.ladder), start=1):
            if not one.at.before(other.at):
                found = f"{other.at.percent}%" if other.at.after is None else f"+{other.at.after}"
                says = "is not later than the rung before; allowed: each later, those after 100% in one unit"
                yield ConfigProblem(POLICY, f"level.{level}.ladder[{n}].at", shown(found), says)


def calls(parsed: Parsed) -> Iterator[tuple[str, CallIn]]:
    """Yield every place of the policy that calls seats, with its key path."""
    for level, terms in parsed.levels.items():
        yield f"level.{level}.start", terms.start
        yield f"level.{level}.inform_at_start", terms.inform_at_start
        for n, rung in enumerate(terms.ladder):
            yield f"level.{level}.ladder[{n}]", rung


def audiences_are_seats(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an audience that is no seat of a unit."""
    for key, call in calls(parsed):
        for n, name in enumerate(call.to):
            if says := unfit(parsed, name):
                yield ConfigProblem(POLICY, path(f"{key}.to", n), shown(name), says)


def calls_reach_somebody(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a call without seats or without channels; only `inform_at_start` may be empty as a whole."""
    for key, call in calls(parsed):
        empty = [name for name in ("to", "by") if not getattr(call, name)]
        if empty and not (key.endswith("inform_at_start") and not call.to):
            for name in empty:
                yield ConfigProblem(POLICY, f"{key}.{name}", "[]", "allowed: a list with at least one entry")


def channels_are_known(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a call by a channel that `[channel]` does not have."""
    if parsed.policy is None:
        return
    known = parsed.policy.channel
    for key, call in calls(parsed):
        for n, name in enumerate(call.by):
            if name not in known:
                says = f"unknown channel; allowed (the keys of [channel]): {', '.join(known)}"
                yield ConfigProblem(POLICY, path(f"{key}.by", n), shown(name), says)


def the_bulletin_publishes(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level that does not publish in the bulletin."""
    for level, terms in parsed.levels.items():
        if PublishChannel.BULLETIN not in terms.publish_to:
            found = f"[{', '.join(terms.publish_to)}]"
            says = f"lacks bulletin; required: bulletin; allowed beside it: {PublishChannel.PARTNER}"
            yield ConfigProblem(POLICY, f"level.{level}.publish_to", found, says)


def every_level_reaches_the_public(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level without a public channel: its response clock could never stop (docs/design.md, rule 12)."""
    if parsed.policy is None:
        return
    public = parsed.policy.publish.public
    for level, terms in parsed.levels.items():
        if PublishChannel.BULLETIN in terms.publish_to and not set(public) & set(terms.publish_to):
            found = f"[{', '.join(terms.publish_to)}]"
            says = "names no public channel; required: one whose [publish] table says public = true"
            yield ConfigProblem(POLICY, f"level.{level}.publish_to", found, says)


def places_stand_once(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a channel named twice: its publications would share one key."""
    for level, terms in parsed.levels.items():
        if len(set(terms.publish_to)) != len(terms.publish_to):
            found = f"[{', '.join(terms.publish_to)}]"
            yield ConfigProblem(POLICY, f"level.{level}.publish_to", found, "names a place twice; allowed: each once")


def one_source_is_part_of_all(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse more reports from one source than from all sources together: the smaller figure would hide the other."""
    limits = parsed.policy.limits if parsed.policy else None
    if limits is not None and limits.anonymous_per_source > limits.anonymous_in_all:
        says = f"is more than anonymous_in_all; allowed: {limits.anonymous_in_all} or less"
        found = str(limits.anonymous_per_source)
        yield ConfigProblem(POLICY, "limits.anonymous_per_source", found, says)


def unfit(parsed: Parsed, name: str) -> str | None:
    """Return why an audience cannot be called, as a sentence; None where it can."""
    parts = audience_parts(name)
    if parts is None or parts[0] is Whose.PARENT:
        return "allowed: owner.SEAT, office.SEAT or unit:CODE.SEAT"
    whose, code, seat = parts
    if seat not in list(Seat):
        return f"unknown seat {seat}; allowed: {', '.join(Seat)}"
    if whose is Whose.OWNER or parsed.units is None or parsed.codes is None:
        return None
    if code is not None and code not in parsed.codes:  # an office that is no unit is named once, in units.toml
        return f"no such unit {code}; allowed: the code of a unit in units.toml"
    code = code or parsed.units.office
    unit = parsed.unit(code)
    if unit and seat not in unit.seats:
        return f"{code} has no seat {seat}; allowed: {', '.join(unit.seats)}"
    return None


RULES = (
    figures_of_a_level_can_be_compared,
    steps_fit_the_response,
    accepting_fits_the_answer,
    rungs_are_in_order,
    audiences_are_seats,
    calls_reach_somebody,
    channels_are_known,
    the_bulletin_publishes,
    every_level_reaches_the_public,
    places_stand_once,
    one_source_is_part_of_all,
)
