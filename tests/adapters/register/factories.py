"""Filings, summaries, entries and pages for the tests of the register."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from adapters.matching.claim_key import claim_key
from domain.case.answer import Answer
from domain.case.obligations import Page, Publication
from domain.case.payloads import Issue
from domain.case.summary import ClockStatus, Record, Summary
from domain.decisions import Actor
from domain.events import Entry, Event, Noted
from domain.events.chain import first_hash, hash_of
from domain.ports.delivery import Receipt, Recipient
from domain.ports.rows import DecisionRow
from domain.reports.report import IncomingReport, Report
from domain.terms import Addressee
from domain.vocabulary import ClockName, Level, Mode, PublicationKind, PublicationState, Seat, Stage, Verdict

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
WATER = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水！"
WOLVES = "松坪区后山下来狼群了，咬死好几只羊，村里晚上都不敢出门。"
OFFICER = Actor(person="wang", unit="wxb", short="市委网信办", seats=(Seat.DUTY,))

_serial = count(1)


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'register.db'}"


def ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """Look into the file past the register."""
    with closing(sqlite3.connect(folder / "register.db")) as connection:
        return connection.execute(question).fetchall()


def filing(text: str = WATER, *, name: str | None = None, key: str | None = None, **changes: Any) -> IncomingReport:
    """A filing with ids of its own; `place`, `channel`, `at` and `url` go into the report."""
    name = name or f"{next(_serial):06d}"
    words = {field: changes.pop(field) for field in ("place", "channel", "at", "url") if field in changes}
    report = Report(text=text, **words)
    known = {
        "report_id": f"r{name}",
        "key": key or f"key{name}",
        "body_digest": hashlib.sha256(report.model_dump_json().encode()).hexdigest(),
        "report": report,
        "claim_key": claim_key(text),
        "level": Level.YELLOW,
        "case_id": f"c{name}",
        "year": 2026,
        "accepted_at": START,
    }
    return IncomingReport(**{**known, **changes})


def summary(case_id: str, seq: int = 1, **changes: Any) -> Summary:
    known = {
        "case_id": case_id,
        "epoch": 1,
        "number": "辟〔2026〕0001",
        "seq": seq,
        "stage": Stage.TRIAGE,
        "visit": 1,
        "level": Level.YELLOW,
        "provisional": True,
        "verdict": None,
        "publication": PublicationState.NONE,
        "topic": None,
        "district": None,
        "lead": None,
        "units": (),
        "due": None,
        "next_wake": None,
        "escalation": 0,
        "overdue": False,
        "sightings": 1,
        "debts": (),
        "opened_at": START,
        "closed_at": None,
    }
    return Summary(**{**known, **changes})


def debt(unit: str) -> ClockStatus:
    return ClockStatus(clock=ClockName.ANSWER, unit=unit, short=unit, due=START + timedelta(hours=1))


def entry(seq: int, event: Event | None = None, by: Actor | None = None, previous: str = "0" * 64) -> Entry:
    at = START + timedelta(minutes=seq)
    return Entry(seq=seq, at=at, by=by, event=event or Noted(text=f"第{seq}条"), previous=previous)


def chained(case_id: str, last: int, *events: Event, by: Actor | None = None) -> tuple[list[Entry], str]:
    """The first `last` entries of a case, the latest of them of `events`; and the hash of the last one."""
    head, entries = first_hash(case_id), []
    for seq in range(1, last + 1):
        place = seq - last + len(events) - 1
        entries.append(entry(seq, events[place] if place >= 0 else None, by if place >= 0 else None, head))
        head = hash_of(entries[-1].stored)
    return entries, head


def record(case_id: str, *seqs: int, events: tuple[Event, ...] = (), by: Actor | None = None, **changes: Any) -> Record:
    """What a case answers: entries of these numbers, and a summary as of the last."""
    last = max(seqs, default=1)
    entries, head = chained(case_id, last, *events, by=by)
    return Record(
        summary=summary(case_id, last, **changes), entries=tuple(entries[seq - 1] for seq in sorted(seqs)), head=head
    )


def closing_record(case_id: str, seq: int = 9) -> Record:
    return record(case_id, *range(1, seq + 1), stage=Stage.CLOSURE, closed_at=START + timedelta(hours=2))


def issue(case_id: str, version: int = 1, *, key: str | None = None, at: datetime = START) -> Issue:
    page = Page(
        number="辟〔2026〕0001",
        version=version,
        publication=PublicationKind.REBUTTAL,
        title=f"供水正常（第{version}版）",
        text="全市供水正常。",
        claim=WATER,
        verdict=Verdict.FALSE,
        units=("swj",),
        issuer="市水务局",
        as_of=at,
    )
    publication = Publication(key=key or f"{case_id}/{version}", channel="bulletin", page=page, digest="d" * 64)
    return Issue(case_id=case_id, at=at, mode=Mode.DEMO, publication=publication)


def decision(
    update_id: str, case_id: str, *, body: str = '{"kind":"note","text":"看过"}', at: datetime = START
) -> DecisionRow:
    return DecisionRow(
        update_id=update_id,
        case_id=case_id,
        kind="note",
        body=body,
        body_digest=hashlib.sha256(body.encode()).hexdigest(),
        actor=OFFICER,
        created_at=at,
    )


def answer(case_id: str, *seqs: int) -> Answer:
    told = record(case_id, *seqs)
    return Answer(case_id=case_id, seq=max(seqs), since=min(seqs) - 1, record=told)


def recipient(notice: str, person: str) -> Recipient:
    seat = Addressee(unit="swj", seat=Seat.DUTY)
    return Recipient(
        notice=notice, person=person, name=person, unit="swj", seat=seat, wanted=seat, channel="mail", address="a@b"
    )


def receipt(key: str, *, at: datetime = START) -> Receipt:
    return Receipt(key=key, case_id="c1", person="li", unit="swj", channel="mail", at=at)
