"""Reports from a file: any JSON lines with `text` or `claim`; a `verdict` is what the asked unit hands in."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.api_client import ApiError
from cli.demo.case_scripts import publish_text
from cli.demo.officers import Officers, Stuck
from cli.messages import message, word
from domain.office.unit_suggestion import suggest
from domain.vocabulary import USUAL_KIND, Level, Seat, Verdict

AT_ONCE = 10
"""How many lines are played at the same time."""

LEVEL = Level.YELLOW

OTHER_NAMES = {"mixed": Verdict.PARTLY_FALSE}
"""Verdicts that data sets call by another name."""

QUOTED = 40
"""How many characters of a claim a title quotes."""


class BadFile(Exception):
    """Raised when a line of the file cannot be played; says which one, and what is allowed."""


@dataclass(frozen=True)
class ReportLine:
    """One line of the file. If `verdict` is None nobody knows it, so the case waits.

    `digest` is that of the line as it stands in the file, `captured` is when the file was last written: the evidence.
    """

    line: int
    text: str
    verdict: Verdict | None
    digest: str
    captured: datetime


@dataclass
class ImportCounts:
    """What has become of the lines so far, counted while they are played."""

    reports: int = 0
    joined: int = 0
    refused: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


def read(file: Path) -> list[ReportLine]:
    """Return the lines of the file.

    Raises:
        BadFile: the file cannot be read, or a line is no JSON object, or has neither `text` nor `claim`.

    """
    try:
        return list(_rows(file))
    except (OSError, UnicodeDecodeError) as problem:
        raise BadFile(message("rows_unreadable", file=file, problem=problem)) from problem


def _rows(file: Path) -> Iterator[ReportLine]:
    captured = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    # not splitlines(): that also ends a line at marks a text may hold, such as U+2028
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        text = (found.get("text") or found.get("claim")) if isinstance(found, dict) else None
        if not isinstance(text, str):
            raise BadFile(message("row_unfit", file=file, line=number))
        digest = hashlib.sha256(line.encode()).hexdigest()
        yield ReportLine(number, text, _verdict(found.get("verdict")), digest, captured)


def _verdict(name: object) -> Verdict | None:
    if name in OTHER_NAMES:
        return OTHER_NAMES[str(name)]
    return Verdict(str(name)) if name in list(Verdict) else None


async def play(rows: list[ReportLine], officers: Officers, source: str, counts: ImportCounts) -> None:
    """Hand in every line and let the officers act on the cases it opens; `counts` is kept up to date meanwhile."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(row: ReportLine) -> None:
        async with limit:
            await _play(row, officers, source, counts)

    await asyncio.gather(*(one(row) for row in rows))


async def _play(row: ReportLine, officers: Officers, source: str, counts: ImportCounts) -> None:
    counts.reports += 1
    try:
        taken = await officers.hand_in({"text": row.text}, f"rows-{row.line}")
    except ApiError as error:
        counts.refused.append(message("row_refused", line=row.line, problem=error))
        return
    counts.joined += taken["joined"]
    if taken["joined"]:
        return
    counts.cases.append(taken["case_id"])
    try:
        await _act(row, officers, source, taken["case_id"])
    except (ApiError, Stuck) as problem:
        counts.stuck.append(message("row_stuck", line=row.line, case=taken["case_id"], problem=problem))


async def _act(row: ReportLine, officers: Officers, source: str, case: str) -> None:
    """Triage, ask the unit that fits best and, if the data has a verdict, answer and publish."""
    units = officers.office.units
    best = next(iter(suggest(row.text, None, units.values())), None)
    lead, topic = (best.unit, best.words[0]) if best else (officers.home, message("rows_topic"))
    reason = message("rows_why", words="、".join(best.words)) if best else message("rows_no_unit")
    triage = {"level": LEVEL, "topic": topic, "lead": lead, "reason": reason}
    summary = (await officers.view(case))["summary"] or {}
    if summary.get("basket"):  # a line that says too little: whoever triages says what it claims
        triage["claim"] = " ".join(row.text.split())[:QUOTED]
    await officers.decide(case, "triage", officers.home, Seat.DUTY, **triage)
    seat = officers.working_seat(LEVEL)
    await officers.decide(case, "accept", lead, seat)
    if row.verdict is not None:
        await officers.decide(case, "finding", lead, seat, **_finding(row, row.verdict, source))
        await publish_text(officers, case, **_draft(row, row.verdict))


def _finding(row: ReportLine, verdict: Verdict, source: str) -> dict[str, Any]:
    captured = row.captured.isoformat()
    evidence = {"kind": message("rows_evidence"), "source": source, "digest": row.digest, "captured_at": captured}
    explanation = message("rows_finding", verdict=word("verdict", verdict))
    return {"verdict": verdict, "explanation": explanation, "evidence": [evidence]}


def _draft(row: ReportLine, verdict: Verdict) -> dict[str, Any]:
    kind = USUAL_KIND[verdict]
    claim = " ".join(row.text.split())[:QUOTED]
    values = {"claim": claim, "kind": word("publication", kind), "verdict": word("verdict", verdict)}
    return {"publication": kind, "title": message("rows_title", **values), "text": message("rows_text", **values)}
