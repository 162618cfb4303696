"""How the answers of the API look on a terminal: in the office's words, with times in the office's zone."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cli.messages import message, word
from domain.events.gaps import gaps
from texts.catalogue import current
from texts.disarming import inert

WHOLE = ("number", "case")
"""Columns that are useless if they are cut."""

SHORT = 30
"""How many characters of a claim a row shows."""


def code_sent(sent: dict[str, Any]) -> None:
    """Print by which channel a code went, and until when it is good."""
    if sent.get("on_its_way"):
        _print(message("code_on_its_way", channel=word("channel", sent["channel"])))
        return
    when = current().when(sent["expires_at"])
    _print(message("code_sent", channel=word("channel", sent["channel"]), when=when))


def taken(answer: dict[str, Any]) -> None:
    """Print which case a report belongs to, and the published answer if there is one."""
    lines = [message("taken", match=word("match", answer["match"]), **{k: answer[k] for k in ("case_id", "report_id")})]
    if urgent := answer.get("urgent"):
        lines.insert(0, message("urgent", says=urgent["says"]))
    if known := answer.get("known_rebuttal"):
        when = current().when(known["published_at"])
        lines.append(message("known", title=known["title"], number=known["number"], url=known["url"], when=when))
    if answer.get("case_stopped"):
        lines.append(message("taken_later"))
    _print(*lines)


def restored(found: dict[str, Any]) -> None:
    """Print from which entry a restored case goes on, and how many later ones hold no more."""
    lines = [message("restored", number=found["number"], after=found["after"])]
    if found["unheard"]:
        lines.append(message("restored_unheard", unheard=found["unheard"]))
    _print(*lines)


def answer(found: dict[str, Any]) -> None:
    """Print how a case stands after a decision."""
    summary = found["summary"]
    head = message("decided", number=summary["number"], seq=found["seq"])
    _print(head, _standing(summary, _shorts(summary, found["entries"])), _debts(summary))


def _and_more(row: dict[str, Any]) -> str:
    """Return how many reports wait in a triage basket, behind the words of its first; empty for any other case."""
    if not row.get("basket"):
        return ""
    return f" {current().phrase('ui', 'and_more', n=row['sightings'])}（{word('ui', 'basket')}）"


def case_list(rows: list[dict[str, Any]]) -> None:
    """Print cases: how each stands, its whole claim, and who owes what by when."""
    if not rows:
        _print(message("no_cases"))
    for row in rows:
        summary = row["summary"]
        values = {
            "number": row["number"],
            "level": word("level_short", (summary or row)["level"]),
            "stage": word("stage", summary["stage"] if summary else "report"),
            "sightings": row["sightings"],
            "case": row["case_id"],
        }
        owes = _stopped(row) or (next_due(summary) if summary else message("not_started"))
        lines = [message("listed_case", **values), f"  {inert(row['claim'])}{_and_more(row)}", f"  {owes}"]
        if summary and summary["epoch"] > 1 and not summary["closed_at"]:
            lines.append(f"  {message('run_again')}")
        _print(*(Text(line) for line in lines))


def case_page(found: dict[str, Any]) -> None:
    """Print one case: how it stands, who owes what by when, and what happened."""
    view, entries = found["case"], found["timeline"]
    summary = view["summary"]
    head = [message("case_head", number=view["number"], claim=escape(inert(view["claim"])))]
    if summary is None:
        _print(*head, message("not_started"))
        return
    parts: list[RenderableType] = [*head, _standing(summary, _shorts(summary, entries))]
    if stopped := _stopped(view):
        parts.append(message("run_stopped", run=stopped, case=view["case_id"]))
    if view["bulletin"]:
        parts.append(message("published_at", url=view["bulletin"]))
    _print(*parts, _debts(summary), _timeline(summary, entries))


def _stopped(shown: dict[str, Any]) -> str:
    """Return how the workflow of an open case was stopped; empty if it was not."""
    return "" if shown["run"] in ("running", "completed") else message("run_mark", run=word("run", shown["run"]))


def shortened(text: str, length: int = SHORT) -> str:
    """Return a text cut to fit a row."""
    line = inert(text)
    return line if len(line) <= length else line[: length - 1] + "…"


def next_due(summary: dict[str, Any]) -> str:
    """Return the cell that says who owes what by when: the clock that is due first, and how many more there are."""
    debts = debts_by_due(summary)
    if not debts:
        return message("nothing_owed") if summary["closed_at"] else ""
    first, more = debts[0], len(debts) - 1
    return _debt(first) + (message("and_more", more=more) if more else "")


def debts_by_due(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the running clocks, the earliest due first; the response clock, which spans them all, comes last."""
    return sorted(summary["debts"], key=lambda debt: (debt["clock"] == "response", debt["due"]))


def _debt(debt: dict[str, Any]) -> str:
    clock, due = word("clock", debt["clock"]), current().when(debt["due"])
    return message("owes", short=debt["short"], clock=clock, due=due) + _mark(debt)


def _mark(debt: dict[str, Any]) -> str:
    """Return what is said beside a due time: that it has passed, or that its clock stands still."""
    if debt.get("paused"):
        return message("paused_mark")
    return message("late_mark") if debt["overdue"] else ""


def _standing(summary: dict[str, Any], shorts: dict[str, str]) -> str:
    lead = shorts.get(summary["lead"], summary["lead"])
    values = {
        "stage": word("stage", summary["stage"]),
        "level": word("level", summary["level"]) + (message("provisional") if summary["provisional"] else ""),
        "verdict": word("verdict", summary["verdict"]) if summary["verdict"] else message("none_yet"),
        "publication": word("publication_state", summary["publication"]),
        "sightings": summary["sightings"],
        "sources": message("of_sources", sources=summary["sources"]) if summary.get("sources") else "",
        "topic": summary["topic"] or message("none_yet"),
        "lead": lead or message("none_yet"),
    }
    return message("standing", **values)


def _debts(summary: dict[str, Any]) -> RenderableType:
    if not summary["debts"]:
        return message("nothing_owed")
    # The answer to a decision does not hold the next rung.
    with_next = any("next_at" in debt for debt in summary["debts"])
    table = _table("owner", "clock", "due", "ladder", *(("next",) if with_next else ()))
    shorts = {debt["unit"]: debt["short"] for debt in summary["debts"]}
    for debt in debts_by_due(summary):
        due = current().when(debt["due"]) + _mark(debt)
        row = (debt["short"], word("clock", debt["clock"]), due, str(debt["level"]))
        table.add_row(*row, *((_upcoming(debt, shorts),) if with_next else ()))
    return table


def _upcoming(debt: dict[str, Any], shorts: dict[str, str]) -> str:
    """Return which rung rings next, when, and whom it calls; empty if there is none, or the answer holds none."""
    if "next_at" not in debt:
        return ""
    seats = [f"{shorts.get(one['unit'], one['unit'])} {word('seat', one['seat'])}" for one in debt["next_to"]]
    at, rung = current().when(debt["next_at"]), word("rung", debt["next_rung"])
    return message("next_rung", rung=rung, at=at, whom="、".join(seats))


def _timeline(summary: dict[str, Any], entries: list[dict[str, Any]]) -> RenderableType:
    shorts, lines = _shorts(summary, entries), []
    for entry, gap in zip(entries, gaps((one["epoch"], one["seq"]) for one in entries), strict=True):
        if gap is not None:
            lines.append(current().phrase("timeline", "missing", first=gap[0], last=gap[1]))
        lines.append(current().say("timeline_entry", entry=entry, short=lambda code: shorts.get(code, code)))
    return Group(message("timeline"), *(Text("  " + line) for line in lines))


def _shorts(summary: dict[str, Any], entries: list[dict[str, Any]]) -> dict[str, str]:
    """Return the short names of the units of a case, by code."""
    shorts = {debt["unit"]: debt["short"] for debt in summary["debts"]}
    shorts |= {e["event"]["unit"]: e["event"]["short"] for e in entries if e["event"]["kind"] == "request_sent"}
    return shorts | {e["by"]["unit"]: e["by"]["short"] for e in entries if e["by"]}


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(message(f"column_{column}"), no_wrap=column in WHOLE)
    return table


def _print(*parts: RenderableType) -> None:
    Console(soft_wrap=True, highlight=False).print(*parts, sep="\n")
