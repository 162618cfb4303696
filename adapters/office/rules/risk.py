"""The rules between the questions of triage and the levels they give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from adapters.office.parsed import Parsed
from adapters.office.problems import POLICY, ConfigProblem, rule, shown


def questions_stand_once(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse two questions of one code: an answer could not be told from the other's."""
    if parsed.policy is None:
        return
    times = Counter(one.code for one in parsed.policy.risk.question)
    for n, one in enumerate(parsed.policy.risk.question):
        if times[one.code] > 1:
            yield ConfigProblem(
                POLICY, f"risk.question[{n}].code", shown(one.code), rule("twice", times=times[one.code])
            )


def thresholds_rise(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level that is proposed from a score on that is not above that of the next lower level."""
    if parsed.policy is None:
        return
    for (level, score), (lower, least) in pairwise(parsed.policy.risk.level.by_level.items()):
        if score <= least:
            says = rule("threshold_order", lower=lower, least=least)
            yield ConfigProblem(POLICY, f"risk.level.{level}", shown(score), says)


def every_level_can_be_proposed(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a level that all answers together do not reach."""
    if parsed.policy is None:
        return
    most = sum(one.weight for one in parsed.policy.risk.question)
    for level, score in parsed.policy.risk.level.by_level.items():
        if score > most:
            yield ConfigProblem(POLICY, f"risk.level.{level}", shown(score), rule("threshold_unreached", most=most))


def spreads_name_a_figure(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse a spread without any figure: nothing would ever reach it."""
    if parsed.policy is None:
        return
    for n, one in enumerate(parsed.policy.risk.question):
        if one.spread is not None and not any(value for _, value in one.spread):
            yield ConfigProblem(POLICY, f"risk.question[{n}].spread", "{}", rule("spread_empty"))


def words_of_help_name_whom_to_call(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse words of an exit without a number to call: whoever writes them is answered by that number at once."""
    if parsed.policy is None:
        return
    for code, terms in parsed.policy.exit.items():
        if terms.words and not terms.emergency:
            yield ConfigProblem(POLICY, f"exit.{code}.emergency", "[]", rule("emergency_missing"))


RULES = (
    questions_stand_once,
    thresholds_rise,
    every_level_can_be_proposed,
    spreads_name_a_figure,
    words_of_help_name_whom_to_call,
)
