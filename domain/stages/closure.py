"""Closure 办结归档: the case ends by a decision, never by a timer."""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.case.rungs import stand_down_recently_called
from domain.decisions import Close, Proven
from domain.errors import Unfit
from domain.events import CaseClosed
from domain.stages.rebuttal import delivery


def close(case: Case, decision: Close, proven: Proven, now: datetime) -> None:
    """Close the case: every clock stops at once, and no notice is planned after it (docs/design.md, rule 15)."""
    outstanding = _outstanding_channels(case, decision)
    stand_down_recently_called(case, now)
    case.close(now)
    case.refused = ()  # left for the reason the case is closed with
    case.happened(
        CaseClosed(verdict=case.verdict, remarks=decision.remarks, outstanding=outstanding), now, proven.actor
    )


def _outstanding_channels(case: Case, decision: Close) -> tuple[str, ...]:
    """Return the channels that have still to answer; to close beside them takes a reason, and none may be public.

    The rule is in docs/design.md, rule 12.
    """
    channels = delivery.outstanding(case)
    if public := [channel for channel in channels if channel in case.terms.public]:
        raise Unfit("public_channel_owed", channels=",".join(public))
    if channels and not decision.remarks:
        raise Unfit("channels_outstanding", channels=",".join(channels))
    return channels
