"""An office's own texts, filled from cases that were played to their end: what raises there keeps all from starting.

The types tell which attributes there are (`text_values`), and not that a value is missing, is of another kind, or
stands in a table. Each text is filled with the values of every turn of the played cases, and so is the packaged one:
where that can be filled, the office's own has to be.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import UndefinedError

import settings
from adapters.office.problems import ConfigProblem, rule, shown
from domain.case.case import Case
from domain.case.obligations import Notice, Publication
from domain.case.summarise import summarise
from domain.case.summary import Summary
from domain.events import Entry
from domain.events.latest import SHOWN
from texts.catalogue import Texts

PLAYED = settings.PACKAGED / "demo" / "played_cases.jsonl"
"""One line per played case: what it was opened with, how it stood at each turn, what it then owed, and its entries."""

LINK, SENTENCE = "https://piyao.example/t/0", "…"


class Turn(NamedTuple):
    """A played case as it stood at one moment, with the notices and entries that had come since the moment before."""

    case: Case
    summary: Summary
    notices: tuple[Notice, ...]
    entries: tuple[Entry, ...]


def faults(texts: Texts, own: Iterable[str], lenders: Callable[[str], Iterable[str]]) -> Iterator[ConfigProblem]:
    """Yield a problem per text that cannot be filled where the packaged one can.

    `own` are the file names of the office's own templates, `lenders` says which templates one borrows from.
    """
    packaged, wrong = Texts(), set(own)
    for name in [name for name in texts.templates if wrong & {name, *lenders(name)}]:
        blamed = name if name in wrong else next(one for one in lenders(name) if one in wrong)
        fault = next((found for values in samples(name) if (found := _fault(name, values, texts, packaged))), None)
        if fault is not None:
            yield _told(blamed, fault, texts)


def samples(name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the values a template is filled with in the played cases; none if no case fills it."""
    template = name.removesuffix(".j2")
    for turn in turns():
        yield from (values for of, values in _filled(turn) if of == template)


@cache
def turns() -> tuple[Turn, ...]:
    """Return every turn of the played cases."""
    with PLAYED.open(encoding="utf-8") as lines:
        return tuple(turn for line in lines for turn in _turns(json.loads(line)))


def _turns(played: Mapping[str, Any]) -> Iterator[Turn]:
    timeline: list[Entry] = []
    for told in played["turns"]:
        entries = [Entry.model_validate(one) for one in told["entries"]]
        timeline = [*timeline, *entries][-SHOWN:]
        case = Case.model_validate({**told["state"], "opening": played["opening"], "timeline": timeline})
        notices = tuple(Notice.model_validate(one) for one in told["notices"])
        yield Turn(case, summarise(case), notices, tuple(entries))


def _filled(turn: Turn) -> Iterator[tuple[str, dict[str, Any]]]:
    case, summary, short = turn.case, turn.summary, turn.case.short
    yield "board.md", {"case": case, "summary": summary, "short": short}
    yield "title", {"level": case.level, "claim": case.opening.claim}
    for debt in (*summary.debts, None):
        at = debt.next_at if debt else case.next_wake()
        yield "timer", {"debt": debt, "at": at, "units": 1, "pause": case.pause, "short": short}
    for entry in turn.entries:
        yield "timeline_entry", {"entry": entry, "short": short}
    if turn.notices:
        yield "activity_notify", {"notices": list(turn.notices), "short": short}
    for notice in turn.notices:
        values = _of_notice(turn, notice)
        yield from ((template, values) for template in (f"notice_{notice.message}", "notice_subject"))
        yield from (("letter", _of_letter(values, extra)) for extra in (True, False))
        yield from (("letter_short", _of_short(values, extra)) for extra in (True, False))
    if case.draft is not None:
        page = case.draft.page
        sent = Publication(key="k", channel="bulletin", page=page, digest=case.draft.digest)
        yield "activity_publish", {"publication": sent}
        yield "bulletin_entry_title", {"page": page, "mode": case.terms.mode}
        yield "bulletin_entry", {"page": page, "digest": case.draft.digest, "mode": case.terms.mode}


def _of_notice(turn: Turn, notice: Notice) -> dict[str, Any]:
    case, summary = turn.case, turn.summary
    return {
        "number": summary.number,
        "claim": case.opening.claim,
        "summary": summary,
        "stage": summary.stage,
        "level": summary.level,
        "notice": notice,
        "clock": notice.clock,
        "due": notice.due,
        "late": notice.due is not None and notice.due <= case.opened_at,
        "asked": notice.asks(notice.to[0]),
        "values": notice.values,
        "seat": notice.to[0].seat,
        "called": notice.calls,
        "of_office": notice.to[0].unit == case.office.code,
        "unit_short": case.short(notice.to[0].unit),
        "short": case.short,
        "owner_short": case.short(notice.owner or case.office.code),
    }


def _of_letter(values: Mapping[str, Any], handed_over: bool) -> dict[str, Any]:
    said = {"notice": values["notice"], "asked": values["asked"], "sentence": SENTENCE, "details": [SENTENCE]}
    shared = {name: values[name] for name in ("level", "number", "claim")}
    return {**shared, "said": [said, said], "link": LINK, "handed_over": handed_over}


def _of_short(values: Mapping[str, Any], handed_over: bool) -> dict[str, Any]:
    shared = {name: values[name] for name in ("level", "notice", "asked", "claim")}
    return {**shared, "sentence": SENTENCE, "more": int(handed_over), "link": LINK, "handed_over": handed_over}


def _fault(name: str, values: Mapping[str, Any], texts: Texts, packaged: Texts) -> Exception | None:
    """Return what an office's text raises where the packaged one raises nothing."""
    try:
        texts.environment.get_template(name).render(values)
    except Exception as fault:
        try:
            packaged.environment.get_template(name).render(values)
        except Exception:
            return None
        return fault
    return None


def _told(name: str, fault: Exception, texts: Texts) -> ConfigProblem:
    lines = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__) if frame.filename == "<template>"]
    line = (lines[-1] or 0) if lines else 0
    source = "".join(texts.templates[name].split("\n")[line - 1 : line])
    code = "unfilled_undefined" if isinstance(fault, UndefinedError) else "unfilled"
    return ConfigProblem(name, rule("line", line=line), shown(source.strip()), rule(code))
