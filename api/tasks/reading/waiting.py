"""The reports that wait in a triage basket, as its page lists them: some at a time, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.forms.render import ListedReport
from api.tasks.open_link import OpenLink
from desk import CaseDesk, TaskView
from domain.ports.baskets import BasketReport
from texts.catalogue import current

SHOWN = 20
"""How many reports a page lists; so many may be moved at once."""


@dataclass(frozen=True)
class WaitingReports:
    """Some reports of a basket; `older` is before which position there are further ones, None if there are none."""

    listed: tuple[ListedReport, ...] = ()
    older: int | None = None
    newest: bool = True


async def waiting_reports(desk: CaseDesk, opened: OpenLink, view: TaskView) -> WaitingReports:
    """Return the reports that whoever opened the page may move, from where the page is turned to.

    Raises:
        Unavailable: the register does not answer.

    """
    offers = view.brief.offers if view.brief else ()
    if "move_reports" not in opened.link.kinds or not any(one.kind == "move_reports" for one in offers):
        return WaitingReports()
    found = await desk.waiting_reports(view.case_id, SHOWN + 1, opened.before)
    shorts = {code: unit.short for code, unit in desk.office.units.items()}
    listed = tuple(_listed(one, shorts) for one in found[:SHOWN] if not one.first)
    return WaitingReports(listed, found[SHOWN - 1].position if len(found) > SHOWN else None, opened.before is None)


def _listed(one: BasketReport, shorts: Mapping[str, str]) -> ListedReport:
    """Return a report with where and when it was handed in."""
    kind, _, unit = one.channel.partition(":")
    source = shorts.get(unit, unit) or current().word("source", kind)
    about = "\uff0c".join(part for part in (current().when(one.accepted_at), source, one.place) if part)
    return ListedReport(one.report_id, one.text, about)
