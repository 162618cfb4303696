"""How it is printed why a report stands in its case: the reason, and the cases it was and is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.messages import message, word
from texts.catalogue import current
from texts.disarming import inert


def page(found: dict[str, Any]) -> None:
    """Print why a report stands in its case."""
    print("\n".join(_lines(found)))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    at = current().when(found["accepted_at"])
    yield message("match_head", report=found["report_id"], number=found["number"], at=at)
    yield f"  “{inert(found['text'])}”"
    yield message("match_placed", how=word("placement", found["placement"]))
    if split := found.get("split"):
        yield message("match_split", number=split["number"], reason=inert(split["reason"]))
    if (rule := found.get("by_rule")) is not None:
        yield from _reason(rule)
    for when in ("then", "now"):
        yield ""
        yield message(f"match_{when}")
        for one in found[when]:
            yield from _case(one)
        if not found[when]:
            yield message("match_none")


def _case(one: dict[str, Any]) -> Iterator[str]:
    state = "running" if one["running"] else "answered" if one["path"] else "closed"
    outcome = "apart" if one.get("apart") else one["outcome"]
    said = {"state": word("claim_state", state), "outcome": word("match_outcome", outcome)}
    yield message("match_case", number=one["number"], **said)
    yield f"    “{inert(one['claim'])}”"
    yield from (f"  {line}" for line in _reason(one))


def _reason(one: dict[str, Any]) -> Iterator[str]:
    yield message("match_score", percent=one["percent"], version=one["version"])
    for name in ("common", "differing"):
        if one[name]:
            yield message(f"match_{name}", words="、".join(inert(piece) for piece in one[name]))
    if one["guards"]:
        yield message("match_guards", words="、".join(word("guard", guard) for guard in one["guards"]))
