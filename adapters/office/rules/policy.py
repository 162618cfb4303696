"""The rules between the figures and the calls of `policy.toml` (docs/design.md, rules 2 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from adapters.office.parsed import Parsed
from adapters.office.problems import POLICY, ConfigProblem, path, rule, shown
from adapters.office.schema.levels import CallIn, LevelIn, PublishChannel
from adapters.office.schema.policy import PolicyIn, Service
from domain.terms import MAIL, PHONE, Whose, audience_parts
from domain.vocabulary import Level, Seat
from domain.worktime.working_time import Span, TimeUnit

_HOUR, _WEEK = Span.of("1h").ticks, Span.of("7d").ticks
_STEPS = ("triage", "answer", "draft", "approval", "publish")


def figures_of_a_level_can_be_compared(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a step in another unit of time than the response: whether it fits could not be checked."""
    for level, terms in parsed.levels.items():
        whole = terms.response.budget
        for name in (*_STEPS, "accept"):
            if _size(terms.budget(name), whole) is None:
                code = "not_added_days" if whole.unit is TimeUnit.DAYS else "not_added"
                says = rule(code, whole=whole)
                yield ConfigProblem(POLICY, f"level.{level}.{name}", shown(str(terms.budget(name))), says)


def steps_fit_the_response(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level whose steps take longer than its response (docs/design.md, rule 2).

    If the response is in working days, a figure in working hours counts as one day.
    """
    for level, terms in parsed.levels.items():
        whole = terms.response.budget
        steps = {name: terms.budget(name) for name in _STEPS}
        sizes = [_size(step, whole) for step in steps.values()]
        total = sum(size for size in sizes if size is not None)
        if None not in sizes and total > whole.ticks:
            summed = " + ".join(f"{name} {step}" for name, step in steps.items())
            least = Span(unit=whole.unit, ticks=total)
            says = rule("steps_longer", summed=summed, least=least)
            yield ConfigProblem(POLICY, f"level.{level}.response.budget", shown(str(whole)), says)


def accepting_fits_the_answer(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an accept clock longer than the answer clock it runs inside."""
    for level, terms in parsed.levels.items():
        whole = terms.response.budget
        longest = terms.budget("answer")
        accept, answer = _size(terms.budget("accept"), whole), _size(longest, whole)
        if accept is not None and answer is not None and accept > answer:
            says = rule("accept_longer", answer=longest)
            yield ConfigProblem(POLICY, f"level.{level}.accept", shown(str(terms.budget("accept"))), says)


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
                says = rule("rung_order")
                yield ConfigProblem(POLICY, f"level.{level}.ladder[{n}].at", shown(found), says)


def calls(parsed: Parsed) -> Iterator[tuple[str, CallIn]]:
    """Yield every place of the policy that calls seats, with its key path."""
    for level, terms in parsed.levels.items():
        yield f"level.{level}.start", terms.start
        yield f"level.{level}.inform_at_start", terms.inform_at_start
        for n, rung in enumerate(terms.ladder):
            yield f"level.{level}.ladder[{n}]", rung
        yield from callers(level, terms)


def callers(level: str, terms: LevelIn) -> Iterator[tuple[str, CallIn]]:
    """Yield every place of a level that names who makes its calls by phone, with its key path."""
    places = ((f"ladder[{n}].phone_by", rung.phone_by) for n, rung in enumerate(terms.ladder))
    for key, call in (("phone_by", terms.phone_by), *places):
        if call is not None:
            yield f"level.{level}.{key}", call


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
                yield ConfigProblem(POLICY, f"{key}.{name}", "[]", rule("too_short"))


def channels_are_known(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a call by a channel that `[channel]` does not have."""
    if parsed.policy is None:
        return
    known = parsed.policy.channel
    for key, call in calls(parsed):
        for n, name in enumerate(call.by):
            if name not in known:
                says = rule("unknown_channel", known="、".join(known))
                yield ConfigProblem(POLICY, path(f"{key}.by", n), shown(name), says)


def callers_are_woken(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse to tell whoever makes a call by phone itself, or by mail alone where the office has another channel."""
    if parsed.policy is None:
        return
    waking = waking_channels(parsed.policy)
    for level, terms in parsed.levels.items():
        for key, call in callers(level, terms):
            if PHONE in call.by:
                says = rule("caller_by_phone", allowed="、".join(waking) or MAIL)
                yield ConfigProblem(POLICY, path(f"{key}.by", call.by.index(PHONE)), shown(PHONE), says)
            elif waking and set(call.by) == {MAIL}:
                says = rule("caller_by_mail", allowed="、".join(waking))
                yield ConfigProblem(POLICY, f"{key}.by", shown(MAIL), says)


def letters_go_by_a_letter(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a start by phone alone, and information by phone: most letters go by these channels, and nobody calls.

    Only a first request, what is handed over and a rung are called as well, by whoever `phone_by` names.
    """
    if parsed.policy is None:
        return
    had = parsed.policy.channel.items()
    allowed = "、".join(name for name, service in had if name != PHONE and service is not Service.NONE)
    for level, terms in parsed.levels.items():
        key = f"level.{level}"
        if terms.start.by and set(terms.start.by) <= {PHONE}:
            yield ConfigProblem(POLICY, f"{key}.start.by", shown(PHONE), rule("start_by_phone", allowed=allowed))
        if PHONE in (by := terms.inform_at_start.by):
            says = rule("inform_by_phone", allowed=allowed)
            yield ConfigProblem(POLICY, path(f"{key}.inform_at_start.by", by.index(PHONE)), shown(PHONE), says)


def calls_are_made_by_people(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse another service for the channel of calls, and calls by another channel: nobody is asked to make those."""
    for name, service in parsed.policy.channel.items() if parsed.policy else ():
        if name == PHONE and service not in (Service.PHONE_TASK, Service.NONE):
            says = rule("phone_service", allowed="、".join((Service.PHONE_TASK, Service.NONE)))
            yield ConfigProblem(POLICY, f"channel.{name}", shown(service), says)
        elif name != PHONE and service is Service.PHONE_TASK:
            says = rule("service_of_calls", channel=PHONE)
            yield ConfigProblem(POLICY, f"channel.{name}", shown(service), says)


def what_is_handed_over_is_heard_at_night(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse to hand over what cannot wait by the ladder of a level that reminds nobody in quiet hours."""
    if parsed.policy is None:
        return
    quiet = [level for level, terms in parsed.levels.items() if terms.quiet is not None]
    for code, terms in parsed.policy.exit.items():
        if terms.level in quiet:
            loud = [level for level in parsed.levels if level not in quiet]
            says = rule("quiet_exit", allowed="、".join(loud)) if loud else rule("quiet_exit_all")
            yield ConfigProblem(POLICY, f"exit.{code}.level", shown(terms.level), says)


def waking_channels(policy: PolicyIn) -> tuple[str, ...]:
    """Return the channels of an office by which a letter wakes somebody: all it has but mail, in the file's order."""
    had = (name for name, service in policy.channel.items() if service is not Service.NONE)
    return tuple(name for name in had if name not in (MAIL, PHONE))


def the_bulletin_publishes(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level that does not publish in the bulletin."""
    for level, terms in parsed.levels.items():
        if PublishChannel.BULLETIN not in terms.publish_to:
            found = f"[{', '.join(terms.publish_to)}]"
            says = rule("lacks_bulletin", beside=PublishChannel.PARTNER)
            yield ConfigProblem(POLICY, f"level.{level}.publish_to", found, says)


def every_level_reaches_the_public(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level without a public channel: its response clock could never stop (docs/design.md, rule 12)."""
    if parsed.policy is None:
        return
    public = parsed.policy.publish.public
    for level, terms in parsed.levels.items():
        if PublishChannel.BULLETIN in terms.publish_to and not set(public) & set(terms.publish_to):
            found = f"[{', '.join(terms.publish_to)}]"
            says = rule("no_public_channel")
            yield ConfigProblem(POLICY, f"level.{level}.publish_to", found, says)


def places_stand_once(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a channel named twice: its publications would share one key."""
    for level, terms in parsed.levels.items():
        if len(set(terms.publish_to)) != len(terms.publish_to):
            found = f"[{', '.join(terms.publish_to)}]"
            yield ConfigProblem(POLICY, f"level.{level}.publish_to", found, rule("place_twice"))


def one_source_is_part_of_all(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse more reports from one source than from all sources together: the smaller figure would hide the other."""
    limits = parsed.policy.limits if parsed.policy else None
    if limits is not None and limits.anonymous_per_source > limits.anonymous_in_all:
        says = rule("more_than_all", most=limits.anonymous_in_all)
        found = str(limits.anonymous_per_source)
        yield ConfigProblem(POLICY, "limits.anonymous_per_source", found, says)


def a_surge_raises_the_level(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse to raise the provisional level to one that is no higher: an office that writes it expects an effect."""
    policy = parsed.policy
    if policy is None or "surge" not in policy.model_fields_set or policy.provisional_level.below(policy.surge.level):
        return
    higher = [level for level in Level if policy.provisional_level.below(level)]
    says = rule("no_raise", allowed="、".join(higher)) if higher else rule("no_raise_at_all", highest=Level.RED)
    yield ConfigProblem(POLICY, "surge.level", shown(policy.surge.level), says)


def a_basket_is_open_for_natural_time(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a window in working time, or of another length than an hour to a week: people report day and night."""
    window = parsed.policy.basket.window if parsed.policy else None
    if window is not None and not (window.unit is TimeUnit.WALL and _HOUR <= window.ticks <= _WEEK):
        yield ConfigProblem(POLICY, "basket.window", shown(str(window)), rule("basket_window"))


def unfit(parsed: Parsed, name: str) -> str | None:
    """Return why an audience cannot be called, as a sentence; None where it can."""
    parts = audience_parts(name)
    if parts is None or parts[0] is Whose.PARENT:
        return rule("audience")
    whose, code, seat = parts
    if seat not in list(Seat):
        return rule("unknown_seat", seat=seat, seats="、".join(Seat))
    if whose is Whose.OWNER or parsed.units is None or parsed.codes is None:
        return None
    if code is not None and code not in parsed.codes:  # an office that is no unit is named once, in units.toml
        return rule("no_unit_coded", code=code)
    code = code or parsed.units.office
    unit = parsed.unit(code)
    if unit and seat not in unit.seats:
        return rule("unit_lacks_seat", unit=code, seat=seat, seats="、".join(unit.seats))
    return None


RULES = (
    figures_of_a_level_can_be_compared,
    steps_fit_the_response,
    accepting_fits_the_answer,
    rungs_are_in_order,
    audiences_are_seats,
    calls_reach_somebody,
    channels_are_known,
    callers_are_woken,
    letters_go_by_a_letter,
    calls_are_made_by_people,
    what_is_handed_over_is_heard_at_night,
    the_bulletin_publishes,
    every_level_reaches_the_public,
    places_stand_once,
    one_source_is_part_of_all,
    a_surge_raises_the_level,
    a_basket_is_open_for_natural_time,
)
