"""Measure matching: how well reports find their claims in the sets of a folder, and how long that takes.

`python -m bench.matching --data FOLDER [--json FILE]`. Each set is a folder with `corpus.jsonl` (`id`, `text`) and
`queries.jsonl` (`id`, `text`, `relevant`, and where there are any `related`, `self`, `informative`). The register, its
index and the rule are those an office runs. The exit status is 1 if more than one join in a hundred is wrong, or if the
index takes more than `SLOWER` times as long beside 100 times as many claims.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.matching.folded_claim import folded_claim
from adapters.register.store import SqlRegister
from bench.support import report
from bench.support.intervals import wilson
from domain.matching.candidates import Likeness, rank
from domain.matching.outcome import MatchOutcome

SIZES = (1_000, 10_000, 100_000)
AT_ONCE = 500
"""How many claims are indexed in one transaction: other processes may write in between."""
ASKED = 200
"""How many queries are timed at each size."""
SLOWER = 3.0
BEST_JOIN = 0.99

Row = Mapping[str, Any]


class Tally:
    """How many of one outcome were right and wrong, of how many there were to find."""

    def __init__(self) -> None:
        self.right, self.wrong, self.found, self.of = 0, 0, 0, 0

    def count(self, outcomes: Sequence[bool], findable: bool) -> None:
        """Count the outcomes of one query, each right or wrong."""
        self.right += sum(outcomes)
        self.wrong += len(outcomes) - sum(outcomes)
        self.of += findable
        self.found += findable and any(outcomes)

    def figures(self) -> dict[str, float]:
        """Return the figures as JSON: counts, precision with its 95 % interval, and the recall."""
        made = self.right + self.wrong
        low, high = wilson(self.right, made)
        return {
            "right": self.right, "wrong": self.wrong, "recall": round(self.found / self.of, 4) if self.of else 0.0,
            "of": self.of, "precision": round(self.right / made, 4) if made else 0.0, "low": low, "high": high,
        }  # fmt: skip


def lines(path: Path) -> list[Row]:
    """Return the rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


async def measure_set(folder: Path) -> dict[str, Any]:
    """Return the figures of one set."""
    corpus, queries = lines(folder / "corpus.jsonl"), lines(folder / "queries.jsonl")
    with tempfile.TemporaryDirectory() as place:
        register = await SqlRegister.open(Path(place) / "register.db")
        try:
            await register.index_claims([(row["id"], folded_claim(row["text"])) for row in corpus])
            return await _figures(register, queries)
        finally:
            await register.close()


async def _figures(register: SqlRegister, queries: Iterable[Row]) -> dict[str, Any]:
    averages: list[float] = []
    recalls: list[float] = []
    ranks: list[float] = []
    join, link = Tally(), Tally()
    for query in queries:
        folded = folded_claim(query["text"])
        candidates = await register.claims_like(folded)
        found = [one for one in rank(folded, candidates, 6) if one.case_id != query.get("self")][:5]
        relevant, related = set(query["relevant"]), set(query.get("related", ()))
        if relevant:
            right = [one.case_id in relevant for one in found]
            averages.append(_average_precision(right, len(relevant)))
            recalls.append(float(any(right)))
            ranks.append(1 / (right.index(True) + 1) if any(right) else 0.0)
        if query.get("informative") is not False:
            joined = _first(found, MatchOutcome.JOIN)
            join.count([one.case_id in relevant for one in joined], bool(relevant))
            linked = [] if joined else _first(found, MatchOutcome.LINK)
            link.count([one.case_id in relevant | related for one in linked], bool(related))
    return {
        "map5": _mean(averages), "recall5": _mean(recalls), "mrr": _mean(ranks),
        "join": join.figures(), "link": link.figures(),
    }  # fmt: skip


def _first(found: Iterable[Likeness], outcome: MatchOutcome) -> list[Likeness]:
    return [one for one in found if one.outcome is outcome][:1]


def _average_precision(right: Sequence[bool], relevant: int) -> float:
    hits = [sum(right[: place + 1]) / (place + 1) for place, one in enumerate(right) if one]
    return sum(hits) / min(relevant, 5)


def _mean(figures: Sequence[float]) -> float:
    return round(statistics.fmean(figures), 4) if figures else 0.0


async def measure_time(texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return how long queries take beside each number of known claims, in milliseconds."""
    made, found = random.Random(19), {}
    with tempfile.TemporaryDirectory() as place:
        register = await SqlRegister.open(Path(place) / "register.db")
        try:
            known = 0
            for size in SIZES:
                for first in range(known, size, AT_ONCE):
                    rows = range(first, min(size, first + AT_ONCE))
                    await register.index_claims([(f"c{one}", folded_claim(_another(texts, made))) for one in rows])
                known = size
                found[str(size)] = await _timed(register, [_another(texts, made) for _ in range(ASKED)])
        finally:
            await register.close()
    return found


def _another(texts: Sequence[str], made: random.Random) -> str:
    """Return a claim that is none of the texts, of words as frequent as theirs: halves of two."""
    one, other = made.choice(texts)[:60], made.choice(texts)[:60]
    return one[: len(one) // 2] + other[len(other) // 2 :]


async def _timed(register: SqlRegister, queries: Iterable[str]) -> dict[str, float]:
    took = []
    for text in queries:
        begun = time.perf_counter()
        folded = folded_claim(text)
        rank(folded, await register.claims_like(folded))
        took.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(took, n=20)
    return {"p50_ms": round(statistics.median(took), 2), "p95_ms": round(cuts[18], 2)}


async def main() -> int:
    """Measure every set of the folder, then the time."""
    parser = report.parser(__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="the folder with the sets")
    asked = parser.parse_args()
    folders = sorted(one.parent for one in asked.data.glob("*/corpus.jsonl"))
    sets = {folder.name: await measure_set(folder) for folder in folders}
    report.show_beside("Matching", {name: _column(one) for name, one in sets.items()})
    texts = [row["text"] for folder in folders for row in lines(folder / "corpus.jsonl")]
    times = await measure_time(texts)
    report.show(
        "Time of a query", ("known claims", "p50 ms", "p95 ms"), [(size, *one.values()) for size, one in times.items()]
    )
    report.write(asked.json, {"sets": sets, "time": times})
    slow = times[str(SIZES[-1])]["p95_ms"] > SLOWER * times[str(SIZES[0])]["p95_ms"]
    joins = [one["join"] for one in sets.values()]
    right, wrong = sum(one["right"] for one in joins), sum(one["wrong"] for one in joins)
    return int(slow or right < BEST_JOIN * (right + wrong))


def _column(one: Mapping[str, Any]) -> dict[str, object]:
    shown: dict[str, object] = {"MAP@5": one["map5"], "recall@5": one["recall5"], "MRR": one["mrr"]}
    for outcome in ("join", "link"):
        figures = one[outcome]
        shown[f"{outcome}s right"] = figures["right"]
        shown[f"{outcome}s wrong"] = figures["wrong"]
        shown[f"{outcome}: precision, 95 %"] = f"{figures['precision']} ({figures['low']} to {figures['high']})"
        shown[f"{outcome}: recall"] = f"{figures['recall']} of {figures['of']}"
    return {name: f"{figure:.3f}" if isinstance(figure, float) else figure for name, figure in shown.items()}


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
