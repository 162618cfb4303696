"""The alarm about damaged files of evidence: the administrators are written to once a day by every channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial

from desk.alarms.alarm_letters import AlarmLetters
from domain.errors import Damaged
from domain.evidence import FileContent, KeptFile
from domain.office.office import Office, Person
from domain.ports.delivery import Letter, Messenger
from domain.ports.evidence import Files
from domain.ports.register import Register
from domain.tasks.short_messages import first_line
from domain.vocabulary import Mode
from texts.catalogue import current


class WatchedFiles(Files):
    """A store of files of evidence that remembers which ones it found damaged, until somebody is told."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.damaged: dict[str, None] = {}

    async def keep(self, chunks: AsyncIterator[bytes]) -> KeptFile:
        """Store one file; see `Files.keep`."""
        kept = await self._files.keep(chunks)
        self.damaged.pop(kept.digest, None)
        return kept

    async def media_type(self, digest: str) -> str | None:
        """Return the type of a file; see `Files.media_type`."""
        return await self._files.media_type(digest)

    async def original(self, digest: str) -> FileContent:
        """Return a file as it was handed in; see `Files.original`."""
        try:
            return await self._files.original(digest)
        except Damaged:
            self.damaged[digest] = None
            raise

    async def shown(self, digest: str) -> FileContent:
        """Return the copy of a picture; see `Files.shown`."""
        try:
            return await self._files.shown(digest)
        except Damaged:
            self.damaged[digest] = None
            raise


class FileAlarms:
    """What rings alarms about damaged files."""

    def __init__(
        self, register: Register, office: Office, messengers: Mapping[str, Messenger], files: WatchedFiles
    ) -> None:
        self._office, self._files = office, files
        self._letters = AlarmLetters(register, office, messengers)

    async def ring(self, now: datetime) -> None:
        """Ring what has not been rung; what cannot be sent now is tried in the next round, under the same keys."""
        for digest in list(self._files.damaged):
            write = partial(self._letter, digest, now)
            if await self._letters.send(self._letters.administrators(now), write, now):
                self._files.damaged.pop(digest, None)

    async def _letter(self, digest: str, now: datetime, person: Person, channel: str) -> Letter:
        mode, day = self._office.terms.mode, self._office.day(now)
        mark = "" if mode is Mode.LIVE else current().word("mode", mode)
        return Letter(
            key=f"files/{digest}/{day:%Y%m%d}/{person.id}/{channel}",
            case_id="",
            number="",
            person=person.id,
            name=person.name,
            unit=person.unit,
            channel=channel,
            address=person.addresses[channel],
            subject=mark + current().phrase("file_alarm", "subject"),
            text=first_line(mark + current().phrase("file_alarm", "text", digest=digest), channel),
            mode=mode,
        )
