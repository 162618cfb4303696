"""Write the page of who may decide what, from the table every validator asks: `python -m cli.permitted`."""

from __future__ import annotations

import texts
from domain.permissions import NARROWED, TABLE
from domain.stages import RULES


def page() -> str:
    """Return the page as markdown: a row per kind, and one more where what is said can ask for more."""
    rows = []
    for kind, rule in RULES.items():
        rows.append({"kind": kind, "narrowed": None, "stages": rule.stages, "grants": TABLE[kind]})
        if kind in NARROWED:
            case, grants = NARROWED[kind]
            rows.append({"kind": kind, "narrowed": case, "stages": rule.stages, "grants": grants})
    return texts.current().say("permissions.md", rows=rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")
