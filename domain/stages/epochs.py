"""Another epoch of the timeline: a case goes on from an earlier state than the one the register knows.

Entries of the epoch before keep their numbers, so those of this one have an epoch of their own. Keys of notices and
pages do not change: whoever has a letter gets no second one.
"""

from __future__ import annotations

from datetime import datetime

from domain.case.case import Case
from domain.decisions import OpenEpoch, Proven, Reseal
from domain.errors import Stale
from domain.events import CancelRefused, EpochOpened


def open_epoch(case: Case, decision: OpenEpoch, proven: Proven, now: datetime) -> None:
    """Go on in another epoch; the entries both epochs have stay in the earlier one.

    Raises:
        Stale: the case is in that epoch already, or in a later one.

    """
    if decision.epoch <= case.epoch:
        raise Stale("same_epoch", epoch=decision.epoch)
    restore(case, decision, now)


def restore(case: Case, decision: OpenEpoch, now: datetime) -> None:
    """Take up a case in a new epoch, as its first entry says."""
    case.epoch = decision.epoch
    case.forget(decision.after)
    opened = EpochOpened(cause=decision.cause, after=decision.after, unheard=decision.unheard)
    case.happened(opened, now, decision.by)
    case.change_count += 1


def reseal(case: Case, decision: Reseal, proven: Proven, now: datetime) -> None:
    """Change nothing: the workflow asks anew for what is under way."""


def refuse_cancel(case: Case, now: datetime) -> None:
    """Record that somebody asked Temporal to cancel the case; what is owed to the public is not called off that way.

    The register is to have the entry at once: it calls the administrators.
    """
    case.happened(CancelRefused(), now)
    case.owe_backlog(at_once=True)
    case.change_count += 1
