"""The page of who may decide what, from the table every validator asks: `python -m cli.permissions_page` prints it."""

from __future__ import annotations

from domain.access.permissions import NARROWED, TABLE
from domain.decider.decide import RULES
from texts.catalogue import current


def page() -> str:
    """Return the page as Markdown: a row per kind, and more where the content decides who may."""
    rows = []
    for kind, rule in RULES.items():
        rows.append({"kind": kind, "narrowed": None, "stages": rule.stages, "grants": TABLE[kind]})
        rows += [
            {"kind": kind, "narrowed": str(case), "stages": rule.stages, "grants": grants}
            for case, grants in NARROWED.get(kind, {}).items()
        ]
    return current().say("permissions.md", rows=rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")
