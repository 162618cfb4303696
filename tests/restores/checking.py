"""What is wrong with a case that was stopped and restored: its timeline, its clocks, its letters and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from domain.case.clock_report import ClockReport, ClockView
from domain.events import EpochOpened
from domain.events.canonical_json import canonical_json
from domain.events.chain import first_break, first_hash, hash_of
from domain.ports.rows import TimelineEntry
from domain.values import TimelinePosition

EPOCH = re.compile(r"/e\d+/")
"""The part of a key that says in which epoch it was made."""


def breaks(case: str, lines: Sequence[TimelineEntry], end: TimelinePosition) -> Iterator[str]:
    """Yield what is wrong with a timeline that should end at `end`: an entry that lacks, or follows none."""
    hashes = {(0, 0): first_hash(case)}
    epochs = _by_epoch(lines)
    for line in lines:
        hashes[line.epoch, line.seq] = hash_of(canonical_json(_stored(line)))
    for epoch, entries in epochs.items():
        first = entries[0]
        before = [made for (of, seq), made in hashes.items() if of < epoch and seq == first.seq - 1]
        if first.previous not in before:
            yield f"epoch {epoch} begins at {first.seq} behind an entry the timeline does not have"
        if (at := first_break(first.previous, map(_stored, entries))) is not None:
            yield f"epoch {epoch} breaks at {at}"
    newest = max(epochs)
    last = epochs[newest][-1]
    if (newest, last.seq, hashes[newest, last.seq]) != (end.epoch, end.seq, end.head):
        yield f"it ends at {newest}.{last.seq}, the case at {end.epoch}.{end.seq}"


def untold(lines: Iterable[TimelineEntry]) -> Iterator[str]:
    """Yield the epochs whose gap is not told in an entry, or told wrong."""
    epochs = _by_epoch(lines)
    for epoch, entries in list(epochs.items())[1:]:
        told = [line.event for line in entries if isinstance(line.event, EpochOpened)]
        before = epochs[epoch - 1][-1].seq
        if len(told) != 1 or told[0].after != entries[0].seq - 1 or told[0].unheard != before - told[0].after:
            yield f"epoch {epoch} begins at {entries[0].seq}, the one before ended at {before}, but it says {told}"


def _by_epoch(lines: Iterable[TimelineEntry]) -> dict[int, list[TimelineEntry]]:
    epochs: dict[int, list[TimelineEntry]] = {}
    for line in lines:
        epochs.setdefault(line.epoch, []).append(line)
    return epochs


def _stored(line: TimelineEntry) -> dict[str, object]:
    stored: dict[str, object] = line.model_dump(mode="json", exclude={"epoch"})
    return stored


def clocks_apart(before: ClockReport, after: ClockReport, *, undone: bool) -> Iterator[str]:
    """Yield the running clocks that have another budget, due time or use than before, both as of the same instant.

    `undone` is whether the case was set back: it may lack clocks that started later, and run some that had stopped.
    """
    had, has = _running(before), _running(after)
    for key, clock in had.items():
        if key not in has:
            if not undone:
                yield f"{key} runs no more"
        elif clock.began == has[key].began and _account(clock) != _account(has[key]):
            yield f"{key}: {_account(clock)} before, {_account(has[key])} after"
        elif clock.began != has[key].began and not undone:
            yield f"{key} began at {clock.began}, and then at {has[key].began}"
    if not undone:
        yield from (f"{key} was not running" for key in has.keys() - had.keys())


def _running(report: ClockReport) -> dict[str, ClockView]:
    return {clock.key: clock for clock in report.clocks if clock.stopped is None}


def _account(clock: ClockView) -> tuple[object, ...]:
    return clock.budget, clock.used, clock.due, clock.since, clock.ran, clock.acknowledged_until


def doubled(keys: Counter[str], *, undone: bool) -> Iterator[str]:
    """Yield the keys a receiver was sent twice; unless something was undone, also what came again in a later epoch."""
    yield from (f"{key} came {times} times" for key, times in keys.items() if times > 1)
    if not undone:
        plain = Counter(EPOCH.sub("/", key) for key in keys)
        yield from (f"{key} came in two epochs" for key, times in plain.items() if times > 1)
