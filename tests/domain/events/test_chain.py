"""The chain of a timeline: whatever is changed, taken out, put in or moved is found at its place."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from domain.case.answer import Answer
from domain.case.case import Case
from domain.case.summarise import summarise
from domain.events import Entry, Noted, UnknownEvent
from domain.events.chain import first_break, first_hash, hash_of
from domain.ports.rows import TimelineEntry
from tests.domain.case.test_case import eventful
from tests.domain.factories import DUTY as OFFICER
from tests.domain.factories import Story

CASE = "k7m2p9x4qa"


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    """A long life, as its entries are stored."""
    return [json.loads(entry.stored) for entry in eventful().entries]


def test_a_life_is_one_chain_from_its_case_to_its_head() -> None:
    story = eventful()
    stored = [json.loads(entry.stored) for entry in story.entries]

    assert len(stored) > 40
    assert first_break(first_hash(CASE), stored) is None
    assert story.case.head == hash_of(story.entries[-1].stored)
    assert first_break(first_hash("k7m2p9x4qb"), stored) == 1, "a chain belongs to one case"


def test_an_entry_has_the_same_hash_after_every_journey() -> None:
    story = Story().triaged()
    record = story.case.record(summarise(story.case))

    for entry in record.entries:
        again = Entry.model_validate_json(Entry.model_validate_json(entry.model_dump_json()).model_dump_json())
        assert again.stored == entry.stored


def test_what_a_later_version_added_keeps_its_hash_through_this_one() -> None:
    story = Story().triaged()
    later = OFFICER.model_copy(update={"rank": "first"})
    story.case.happened(Noted(text="备注", mood={"calm": [1, 2]}), story.now, later)
    story.case.happened(UnknownEvent(kind="weighed", grams=3, by=["jkj"]), story.now)
    head, record = story.case.head, story.case.record(summarise(story.case))

    carried = Case.model_validate_json(story.case.model_dump_json())
    answer = Answer(case_id=CASE, seq=record.summary.seq, since=0, record=record)
    told = Answer.model_validate_json(answer.model_dump_json()).record

    assert carried.head == head
    assert [entry.stored for entry in carried.unrecorded] == [entry.stored for entry in record.entries]
    assert [entry.stored for entry in told.entries] == [entry.stored for entry in record.entries]
    rows = [TimelineEntry.model_validate({"epoch": 1, **json.loads(entry.stored)}) for entry in told.entries]
    shown = [row.model_dump(mode="json") for row in rows]
    assert all(line.pop("epoch") == 1 for line in shown)
    assert first_break(first_hash(CASE), shown) is None
    assert hash_of(told.entries[-1].stored) == head


def test_a_thousand_random_damages_are_each_found(told: list[dict[str, Any]]) -> None:
    random, unfound = Random(15), []
    for number in range(1000):
        damaged = deepcopy(told)
        what = damage(damaged, random)
        if damaged != told and first_break(first_hash(CASE), damaged) is None and len(damaged) >= len(told):
            unfound.append((number, what))

    assert unfound == []


def test_a_tail_that_was_cut_off_is_found_by_the_head(told: list[dict[str, Any]]) -> None:
    story = eventful()

    assert first_break(first_hash(CASE), told[:-1]) is None
    assert hash_of(story.entries[-2].stored) != story.case.head


@pytest.mark.parametrize("place", [0, 7, 30])
def test_the_first_entry_that_does_not_follow_is_named(told: list[dict[str, Any]], place: int) -> None:
    damaged = deepcopy(told)
    damaged[place]["at"] = "2027-01-01T00:00:00Z"

    assert first_break(first_hash(CASE), damaged) == place + 2


def damage(entries: list[dict[str, Any]], random: Random) -> str:
    """Change one thing somewhere before the last entry, as a careless or a malicious hand would."""
    place = random.randrange(len(entries) - 1)
    kind = random.choice(["flip", "drop", "swap", "repeat", "renumber", "relink", "add"])
    match kind:
        case "flip":
            text = json.dumps(entries[place]["event"], ensure_ascii=False)
            at = random.randrange(len(text))
            entries[place]["event"] = {"kind": "noted", "text": text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]}
        case "drop":
            del entries[place]
            entries.append(entries[-1])
        case "swap":
            other = random.randrange(len(entries) - 1)
            entries[place], entries[other] = entries[other], entries[place]
        case "repeat":
            entries.insert(place, entries[place])
        case "renumber":
            entries[place]["seq"] += random.choice([-1, 1, 100])
        case "relink":
            entries[place]["previous"] = "0" * 64
        case "add":
            entries[place]["event"]["added"] = True
    return f"{kind} at {place}"


def test_a_copy_that_was_changed_is_stored_as_it_is_now() -> None:
    entry = Story().triaged().entries[0]
    assert entry.stored

    changed = entry.model_copy(update={"seq": 99})
    assert b'"seq":99' in changed.stored
