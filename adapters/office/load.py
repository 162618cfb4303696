"""Reading of what an office edits into `domain.office.office.Office`, with all problems reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from adapters.office.parsed import Parsed, parse
from adapters.office.problems import POLICY, ConfigProblem, OfficeError, rule
from adapters.office.rules import addresses
from adapters.office.rules import calendar as calendar_rules
from adapters.office.rules import people as people_rules
from adapters.office.rules import policy as policy_rules
from adapters.office.rules import risk as risk_rules
from adapters.office.rules import signing as signing_rules
from adapters.office.rules import units as units_rules
from adapters.office.rules.policy import calls, waking_channels
from adapters.office.rules.signing import signers
from adapters.office.schema.calendar import CalendarIn
from adapters.office.schema.levels import CallIn, LevelIn, QuietIn, RungIn
from adapters.office.schema.policy import URGENT_HELP, ExitIn, PolicyIn, SigningIn
from adapters.office.schema.risk import QuestionIn, RiskIn
from adapters.office.schema.units import UnitsIn
from adapters.office.working_time import laid_out, working_time
from domain.office.limits import BasketPolicy, Limits
from domain.office.office import Office, Policy, Unit
from domain.risk.questions import Question, RiskTable, Spread
from domain.terms import MAIL, PHONE, Audience, Call, HandoverTerms, LevelTerms, Rung, Signing, SurgeTerms, Terms
from domain.vocabulary import ClockName, Exit, Issuer, Seat
from domain.worktime.office_calendar import Calendar
from domain.worktime.quiet_hours import Quiet
from domain.worktime.working_time import WorkingTime

TERMS_LIMIT = 6 * 1024
"""How many bytes of policy a case carries at most."""

RULES = (
    *units_rules.RULES,
    *policy_rules.RULES,
    *risk_rules.RULES,
    *signing_rules.RULES,
    *people_rules.RULES,
    addresses.addresses_can_work,
    *calendar_rules.RULES,
)
"""The rules that hold within and between the files."""


def read_office(folder: Path, drafts: Mapping[str, str] | None = None) -> Office:
    """Return the office of a folder; `drafts` (text by file name) stand in for files not written yet.

    Raises:
        OfficeError: a file, key or value is not as required; all problems of all files are listed.

    """
    problems: list[ConfigProblem] = []
    parsed = parse(folder, problems, drafts or {})
    problems += [problem for rule in RULES for problem in rule(parsed)]
    if problems or parsed.units is None or parsed.policy is None or parsed.calendar is None:
        raise OfficeError(problems)
    return _office(parsed, parsed.units, parsed.policy, parsed.calendar)


def read_calendar(folder: Path) -> Calendar:
    """Return the days of an office for people to look at; `read_office` has what cases are timed by.

    Raises:
        OfficeError: the file is not as required.

    """
    problems: list[ConfigProblem] = []
    parsed = parse(folder, problems, {})
    problems += [problem for rule in calendar_rules.RULES for problem in rule(parsed)]
    if problems or parsed.calendar is None:
        raise OfficeError(problems)
    return laid_out(parsed.calendar)


def _office(parsed: Parsed, units: UnitsIn, policy: PolicyIn, calendar: CalendarIn) -> Office:
    terms = _terms(parsed, units, policy)
    size = len(terms.model_dump_json().encode())
    if size > TERMS_LIMIT:
        says = rule("terms_too_large", most=TERMS_LIMIT)
        raise OfficeError([ConfigProblem(POLICY, "level", rule("bytes", size=size), says)])
    working, problems = _working_time(calendar, policy.zone)
    if working is None or problems:
        raise OfficeError(list(problems))
    return Office(
        working=working,
        units={unit.code: unit for unit in parsed.unit_list},
        people=tuple(parsed.persons),
        policy=Policy(
            terms=terms,
            provisional_level=policy.provisional_level,
            risk=_risk(policy.risk),
            exit_words={code: terms.words for code, terms in policy.exit.items() if terms.words},
            channels={name: service.value for name, service in policy.channel.items()},
            zone=policy.zone,
            limits=Limits(**dict(policy.limits)),
            basket=BasketPolicy(
                own_characters=policy.basket.own_characters,
                window=timedelta(microseconds=policy.basket.window.ticks),
            ),
            bases={level: _bases(terms) for level, terms in parsed.levels.items()},
        ),
    )


@lru_cache(maxsize=8)
def _working_time(calendar: CalendarIn, zone: str) -> tuple[WorkingTime | None, tuple[ConfigProblem, ...]]:
    """Return a calendar as instants: laid out once, however often a command reads the office while it edits it."""
    working, problems = working_time(laid_out(calendar), zone)
    return working, tuple(problems)


def _terms(parsed: Parsed, units: UnitsIn, policy: PolicyIn) -> Terms:
    shorts = {unit.code: unit.short for unit in parsed.unit_list}
    audiences = [name for _, call in calls(parsed) for name in call.to]
    audiences += [name for _, names in signers(policy) for name in names]
    named = sorted({unit for name in audiences if (unit := Audience.of(name).unit) and unit in shorts})
    office = next(unit for unit in parsed.unit_list if unit.code == units.office)
    return Terms(
        policy=policy.version,
        mode=policy.mode,
        city=units.city,
        office=office.ref(),
        named={code: shorts[code] for code in named},
        levels={level: _level(terms, _callers(policy, office)) for level, terms in parsed.levels.items()},
        lead_alone_publishes=policy.quorum.lead_alone_publishes,
        quorum_rest=policy.quorum.rest,
        sessions_at_triage=policy.session.at_triage,
        findings_approved_at=policy.finding.approved_at,
        issuers={Issuer.JOINT: units.issuers.joint, Issuer.CITY: units.issuers.city},
        signing={issuer: _signing(getattr(policy.signing, issuer)) for issuer in Issuer},
        signing_interim=policy.signing.interim.sign,
        bounce_limit=policy.bounce_limit,
        public=policy.publish.public,
        surge=SurgeTerms(sources=policy.surge.sources, level=policy.surge.level),
        exits={code: _exit(terms) for code, terms in ({Exit.HELP_URGENT: URGENT_HELP} | policy.exit).items()},
    )


LOCAL = "local"
"""The basis of a figure that is the office's own choice."""


def _bases(terms: LevelIn) -> dict[ClockName, str]:
    """Return where the figures of a level come from that are not the office's own choice."""
    found = {name: figure.basis for name, figure in terms.figures.items()}
    found[ClockName.RESPONSE] = terms.response.basis
    return {name: basis for name, basis in found.items() if basis not in (None, LOCAL)}


def _callers(policy: PolicyIn, office: Unit) -> Call:
    """Return who makes the calls where a level names nobody: the office's duty seat, else its duty leader.

    They are told by every channel that wakes; by mail in an office that has no other.
    """
    seats = [seat for seat in (Seat.DUTY, Seat.DUTY_LEADER) if seat in office.seats]
    return Call(to=tuple(Audience.office(seat) for seat in seats), by=waking_channels(policy) or (MAIL,))


def _level(terms: LevelIn, usual: Call) -> LevelTerms:
    budgets = {name: figure.budget for name, figure in terms.figures.items()}
    ladder = tuple(_rung(rung) for rung in terms.ladder)
    phones = any(PHONE in call.by for call in (terms.start, *terms.ladder))
    return LevelTerms(
        name=terms.name,
        budgets={**budgets, ClockName.RESPONSE: terms.response.budget},
        min_gap=terms.min_gap,
        ack_lives=terms.ack_lives,
        start=_call(terms.start),
        inform_at_start=_call(terms.inform_at_start),
        ladder=ladder,
        publish_to=tuple(place.value for place in terms.publish_to),
        pause=terms.pause,
        quiet=_quiet(terms.quiet) if terms.quiet else None,
        expires_at_breach=terms.expires_at_breach,
        extends_response=terms.extends_response,
        local_response=terms.response.basis == LOCAL,
        phone_by=(_call(terms.phone_by) if terms.phone_by else usual) if phones else None,
    )


def _rung(rung: RungIn) -> Rung:
    place = {"percent": rung.at.percent, "after": rung.at.after}
    return Rung(
        to=rung.to, by=rung.by, kind=rung.kind, phone_by=_call(rung.phone_by) if rung.phone_by else None, **place
    )


def _risk(risk: RiskIn) -> RiskTable:
    return RiskTable(questions=tuple(_question(one) for one in risk.question), thresholds=risk.level.by_level)


def _question(one: QuestionIn) -> Question:
    spread = Spread(**{name: least for name, least in one.spread if least}) if one.spread else None
    return Question(code=one.code, axis=one.axis, weight=one.weight, asks=one.asks, words=one.words, spread=spread)


def _exit(terms: ExitIn) -> HandoverTerms:
    return HandoverTerms(within=terms.received, level=terms.level, emergency=terms.emergency)


def _quiet(quiet: QuietIn) -> Quiet:
    return Quiet(begin=quiet.begin, end=quiet.end, rest_days=quiet.rest_days, digest=quiet.digest)


def _signing(signing: SigningIn) -> Signing:
    return Signing(review=signing.review, consent=signing.consent, sign=signing.sign, sign_urgent=signing.sign_urgent)


def _call(call: CallIn) -> Call:
    return Call(to=call.to, by=call.by)
