"""The letters of one case, counted by person and kind, and held to what a person can take in."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from domain.tasks.short_messages import MOST, units
from tests.outboxes import letters

Kind = tuple[str, str, str]
"""Person, channel and kind of a letter."""


def sent(data: Path, case: str, name: str = "notices") -> list[dict[str, Any]]:
    """Return the letters about a case that an office without services has written to its disk."""
    return [one for one in letters(data / "outbox" / f"{name}.jsonl") if one["key"].startswith(case)]


def counted(found: list[dict[str, Any]]) -> Counter[Kind]:
    """Return how many letters of each kind each person got by each channel."""
    return Counter((one["person"], one["channel"], _kind(one["text"])) for one in found)


def wrong(found: list[dict[str, Any]]) -> list[str]:
    """Return the letters nobody should get: too long for a text message, without a request first, or with two links."""
    asked = [one for one in found if "/code/" not in one["key"]]
    long = [one["text"] for one in found if one["channel"] == "sms" and units(one["text"]) > MOST]
    vague = [one["text"] for one in asked if not re.match(r"(?:【[^】]+】)*(?:【[^】]*知悉】|请)", one["text"])]
    several = [one["text"] for one in asked if one["text"].count("http://") != 1]
    return [*long, *vague, *several]


def _kind(text: str) -> str:
    labels = re.findall(r"·([^】]+)】", text)
    return labels[0] if labels else "验证码"
