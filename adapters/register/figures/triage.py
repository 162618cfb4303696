"""How triage took what was proposed, over all timelines; of each case what holds now is counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import timeline
from domain.ports.figures import JudgedLevels, ProposedExits, TriageFigures
from domain.risk.proposal import Judgement
from domain.vocabulary import Exit, Level

_LATER = timeline.alias("later")


def _of(path: str) -> ColumnElement[Any]:
    return func.json_extract(timeline.c.entry, f"$.event.{path}")


def _last(kind: str, path: str) -> Any:
    """Return the condition of each case's last entry of a kind that has a field."""
    later = (
        select(_LATER.c.seq)
        .where(
            _LATER.c.case_id == timeline.c.case_id,
            _LATER.c.kind == kind,
            func.json_extract(_LATER.c.entry, f"$.event.{path}").is_not(None),
            tuple_(_LATER.c.epoch, _LATER.c.seq) > tuple_(timeline.c.epoch, timeline.c.seq),
        )
        .correlate(timeline)
    )
    return (timeline.c.kind == kind) & _of(path).is_not(None) & ~later.exists()


_LEVEL = tuple(_of(f"review.{name}").label(name) for name in ("proposed", "chosen", "judgement"))
_LEVELS: Select[Any] = select(*_LEVEL, func.count().label("cases")).where(_last("triaged", "review")).group_by(*_LEVEL)
_SAME_LEAD: ColumnElement[Any] = _of("review.proposed_lead") == _of("review.lead")
_LEADS: Select[Any] = (
    select(_SAME_LEAD.label("same"), func.count().label("cases"))
    .where(_last("triaged", "review.proposed_lead"))
    .group_by(_SAME_LEAD)
)
_LET_OUT = (
    select(_LATER.c.seq)
    .where(
        _LATER.c.case_id == timeline.c.case_id,
        _LATER.c.kind == "case_closed",
        func.json_extract(_LATER.c.entry, "$.event.exit") == _of("proposal.exit"),
    )
    .correlate(timeline)
    .exists()
)
_EXITS: Select[Any] = (
    select(_of("proposal.exit").label("exit"), func.count().label("proposed"), func.sum(_LET_OUT).label("confirmed"))
    .where(_last("case_opened", "proposal.exit"))
    .group_by(_of("proposal.exit"))
)


class FigurePart(RegisterPart):
    """What counts over all cases."""

    async def triage_figures(self) -> TriageFigures:
        """Return how triage took what was proposed, of each case its last judgement."""
        levels = [_judged(row) for row in await self._reader.rows(_LEVELS)]
        leads = {bool(row.same): row.cases for row in await self._reader.rows(_LEADS)}
        exits = await self._reader.rows(_EXITS)
        return TriageFigures(
            levels=tuple(sorted(levels, key=lambda row: (_rank(row.proposed), _rank(row.chosen)))),
            leads_kept=leads.get(True, 0),
            leads_changed=leads.get(False, 0),
            exits=tuple(
                ProposedExits(exit=Exit(row.exit), proposed=row.proposed, confirmed=row.confirmed) for row in exits
            ),
        )


def _judged(row: Row[Any]) -> JudgedLevels:
    return JudgedLevels(
        proposed=Level(row.proposed), chosen=Level(row.chosen), judgement=Judgement(row.judgement), cases=row.cases
    )


def _rank(level: Level) -> int:
    return list(Level).index(level)
