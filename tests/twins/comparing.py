"""What both houses rang and whom they told, held against each other; each check returns what is wrong, in sentences."""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from activities.letters import letter_key
from domain.ports.delivery import Recipient
from tests.chaos.checking import failed_tasks, unreplayable
from tests.chaos.people import Case
from tests.twins.sides import Side
from tests.twins.stories import last_known, timeline

RUNG_NOTICE = re.compile(r"v\d+/[a-z]+:[a-z0-9_]+/g\d+/r\d+")

LOOKS = 10
"""How often, a second apart, a timeline that is not whole is looked at before it is taken for what it is."""


class Rung(NamedTuple):
    """One rung as it is counted: of which case and clock, in which generation, which one, for whom."""

    case: int
    visit: int
    clock: str
    unit: str
    generation: int
    n: int
    to: str


class Told(NamedTuple):
    """One notice of a rung that reached one person by one channel."""

    case: int
    notice: str
    person: str
    channel: str


@dataclass
class Account:
    """All that one side did: its rungs and how late each was, whom it notified, what arrived, what is wrong."""

    rungs: Counter[Rung]
    late: list[int]
    told: Counter[Told]
    arrived: int
    again: int
    combined: int
    lost: list[str]
    doubled: list[str]
    wrong: list[str]


async def account(side: Side) -> Account:
    """Read everything one side has done."""
    rungs: Counter[Rung] = Counter()
    late, wrong = [], []
    for number, case in enumerate(side.cases):
        entries = await _settled(side, case)
        mine = [entry for entry in entries if entry["event"]["kind"] == "rung_rang"]
        rungs.update(_rungs(number, entries))
        late += [entry["event"]["late_by"] for entry in mine]
        wrong += [f"case {number}: {line}" for line in _out_of_order(mine)]
        if not await _whole(side, case, entries):
            wrong.append(f"case {number}: not all there: {[entry['seq'] for entry in entries]}")
    histories = await side.histories()
    wrong += await unreplayable(histories)
    wrong += [f"{history.workflow_id}: task failed: {why}" for history in histories for why in failed_tasks(history)]
    post = Post(side)
    bodies = side.letters()
    return Account(
        rungs=rungs,
        late=[seconds for seconds in late if seconds],
        told=Counter(row for key in bodies for row in post.told_by(key)),
        arrived=sum(len(one) for one in bodies.values()),
        again=sum(len(one) - 1 for one in bodies.values()),
        combined=sum("/combined/" in key for key in bodies),
        lost=post.lost(bodies),
        doubled=post.doubled(bodies),
        wrong=wrong,
    )


class Post:
    """Which letters a side owed, by its register: who was to be notified of what, and which letter each row was in."""

    def __init__(self, side: Side) -> None:
        self._numbers = {case.id: number for number, case in enumerate(side.cases)}
        with sqlite3.connect(side.data / "register.db") as register:
            rows = [
                Recipient.model_validate_json(text) for (text,) in register.execute("SELECT recipient FROM recipients")
            ]
            sent = list(register.execute("SELECT key, case_id, person, channel, at FROM receipts"))
        self._rows = {row.key: row for row in rows}
        self._unsent = sorted(self._rows.keys() - {key for key, *_ in sent})
        letters: dict[tuple[str, ...], list[Recipient]] = defaultdict(list)
        for key, *letter in sent:
            letters[tuple(letter)].append(self._rows[key])
        self._letters = {letter_key(case, group): group for (case, *_), group in letters.items()}

    def told_by(self, letter: str) -> list[Told]:
        """Which rungs one letter told of, if the register knows it."""
        rows = [(row, row.notice.partition("/")) for row in self._letters.get(letter, [])]
        return [
            Told(self._numbers[case], notice, row.person, row.channel)
            for row, (case, _, notice) in rows
            if RUNG_NOTICE.fullmatch(notice)
        ]

    def lost(self, bodies: dict[str, list[Any]]) -> list[str]:
        """Who was to be told and was not: without a receipt, or with one for a letter that never arrived."""
        return [f"{key}: no receipt" for key in self._unsent] + [
            f"{key}: has a receipt and never arrived" for key in sorted(self._letters.keys() - bodies.keys())
        ]

    def doubled(self, bodies: dict[str, list[Any]]) -> list[str]:
        """What had two effects at a receiver that keeps one per key: another letter, or another text under one key."""
        return [
            f"{key}: a second letter, under a key of its own" for key in sorted(bodies.keys() - self._letters.keys())
        ] + [
            f"{key}: {len(texts)} different bodies: {' | '.join(sorted(texts))}"
            for key, found in sorted(bodies.items())
            if len(texts := {str(sorted(body.items())) for body in found}) > 1
        ]


def differences(undisturbed: Account, disturbed: Account, cases: set[int]) -> list[str]:
    """What one side has of these cases and the other has not, of rungs and of letters about them."""
    pairs: list[tuple[Counter[Any], Counter[Any]]] = [
        (undisturbed.rungs, disturbed.rungs),
        (undisturbed.told, disturbed.told),
    ]
    found = []
    for all_twin, all_mine in pairs:
        twin, mine = (
            Counter({one: n for one, n in all_.items() if one.case in cases}) for all_ in (all_twin, all_mine)
        )
        found += [f"lost: {one} (×{times})" for one, times in sorted((twin - mine).items())]
        found += [f"more than undisturbed: {one} (×{times})" for one, times in sorted((mine - twin).items())]
    return found


async def _settled(side: Side, case: Case) -> list[dict[str, Any]]:
    """Read a timeline; again if it is not whole: a case that is late with its answer leaves entries out."""
    for _ in range(LOOKS):
        entries = await timeline(side.people, case)
        if await _whole(side, case, entries):
            break
        await asyncio.sleep(1)
    return entries


async def _whole(side: Side, case: Case, entries: list[dict[str, Any]]) -> bool:
    """Tell whether a timeline has each entry once, up to the last one the case itself knows of."""
    summary = await last_known(side.people, case)
    return summary is not None and [entry["seq"] for entry in entries] == list(range(1, summary["seq"] + 1))


def _rungs(number: int, entries: list[dict[str, Any]]) -> list[Rung]:
    found, visit = [], 1
    for event in (entry["event"] for entry in entries):
        if event["kind"] == "stage_entered":
            visit = event["visit"]
        if event["kind"] == "rung_rang":
            to = ",".join(f"{seat['unit']}.{seat['seat']}" for seat in event["to"])
            found.append(Rung(number, visit, event["clock"], event["unit"], event["generation"], event["n"], to))
    return found


def _out_of_order(rungs: list[dict[str, Any]]) -> list[str]:
    """Rungs of one moment stand in the order of their plan, and each says how late it was."""
    found = []
    for before, after in itertools.pairwise(rungs):
        if before["at"] == after["at"] and _instant(before["event"]["planned"]) > _instant(after["event"]["planned"]):
            found.append(f"entry {after['seq']} rang after one that was planned later")
    for rung in rungs:
        late = int((_instant(rung["at"]) - _instant(rung["event"]["planned"])).total_seconds())
        if rung["event"]["late_by"] != max(0, late):
            found.append(f"entry {rung['seq']} was {late} s late and says {rung['event']['late_by']}")
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
