"""Time in words: how much is left until a due time, or by how much it has passed, and when that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.case.summary import ClockStatus
from texts.catalogue import current

_DAY, _HOUR, _MINUTE = 86400, 3600, 60


def due_words(due: datetime, now: datetime) -> str:
    """Return how a due time stands at `now`, such as `还剩2小时15分，今天18:00前`."""
    code = "left" if due > now else "over"
    return current().phrase("due", code, span=span(abs(due - now)), at=moment(due, now))


def clock_words(clock: ClockStatus, paused: datetime | None, now: datetime) -> str:
    """Return how a running clock stands at `now`; while it stands still, until when, and when it is due then.

    `paused` is the end of the pause of the whole case, None without one.
    """
    resumes = clock.resumes or paused
    if not clock.paused or resumes is None:
        return due_words(clock.due, now)
    return current().phrase("due", "paused", at=moment(resumes, now), due=moment(clock.due, now))


def span(length: timedelta) -> str:
    """Return a length of time by its two largest parts: days, hours, minutes."""
    texts, seconds = current(), int(length.total_seconds())
    days, rest = divmod(seconds, _DAY)
    hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
    parts = [("day", days), ("hour", hours), ("minute", minutes)]
    first = next((place for place, (_, n) in enumerate(parts) if n), None)
    if first is None:
        return texts.word("due", "moment")
    if first == len(parts) - 1:
        return texts.phrase("due", "minutes", n=minutes)
    return "".join(texts.phrase("due", name, n=n) for name, n in parts[first : first + 2] if n)


def moment(at: datetime, now: datetime) -> str:
    """Return when something is, seen from `now`: today, tomorrow, yesterday, or a date, in the office's zone."""
    texts = current()
    days = (at.astimezone(texts.zone).date() - now.astimezone(texts.zone).date()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days, "other")
    return texts.when(at, texts.word("due", near))
