"""The register as the rest of the program sees it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from adapters.register.engine.identity import FileIdentity
from adapters.register.engine.sqlite import Reader, WritingConnection, register_url
from adapters.register.engine.upgrade import upgrade
from adapters.register.engine.writer import RegisterWriter
from adapters.register.figures.triage import FigurePart
from adapters.register.intake.baskets import BasketPart
from adapters.register.intake.claim_index import ClaimIndexPart
from adapters.register.intake.placed_reports import PlacedReportPart
from adapters.register.intake.reports import ReportPart
from adapters.register.intake.sources import SourcePart
from adapters.register.intake.splits import SplitPart
from adapters.register.parts.access.logins import PasskeyPart, SessionPart, ShortLinkPart
from adapters.register.parts.access.readers import FileReaderPart
from adapters.register.parts.access.signing_codes import SigningCodePart
from adapters.register.parts.bulletin import BulletinPart
from adapters.register.parts.case_queries import CaseQueryPart
from adapters.register.parts.cursors import CursorPart
from adapters.register.parts.decisions import DecisionPart
from adapters.register.parts.list_letters import ListLetterPart
from adapters.register.parts.receipts import HandoverPart, ReceiptPart
from adapters.register.parts.timeline import TimelinePart
from adapters.register.parts.undelivered import UndeliveredPart
from domain.ports.register import Register

PATIENCE = timedelta(seconds=5)
"""How long a call waits for another process that is writing."""


class SqlRegister(
    ReportPart,
    TimelinePart,
    CursorPart,
    ReceiptPart,
    HandoverPart,
    ListLetterPart,
    UndeliveredPart,
    BulletinPart,
    DecisionPart,
    SigningCodePart,
    ShortLinkPart,
    SessionPart,
    PasskeyPart,
    CaseQueryPart,
    ClaimIndexPart,
    SplitPart,
    BasketPart,
    PlacedReportPart,
    FileReaderPart,
    FigurePart,
    SourcePart,
    Register,
):
    """The office's register (台账) in one SQLite file; several processes may have it open.

    Every call that cannot be served now raises `Unavailable` and has changed nothing.
    """

    @classmethod
    async def open(cls, place: str | Path, patience: timedelta = PATIENCE) -> Self:
        """Return the register in a file, or at `sqlite:///<file>`; the file is made and migrated where needed.

        Raises:
            ValueError: the URL names no SQLite file.
            Unavailable: the file cannot be opened or migrated now.
            RegisterUnfit: the file is missing, damaged, or of a newer version.

        """
        address = register_url(place)
        await asyncio.to_thread(upgrade, address)
        identity = FileIdentity(Path(address.database or ""))
        writing = WritingConnection(address, patience, identity)
        return cls(RegisterWriter(writing), Reader(address, patience, identity))

    async def close(self) -> None:
        """Finish what is being written and close the file."""
        await self._writer.close()
        await self._reader.close()

    async def ping(self) -> None:
        """Raise Unavailable unless the register answers and can be written."""
        await self._writer.run(_beat)


def _beat(transaction: Connection) -> None:
    # SQLite writes and syncs only pages that change, so this moves a counter that nothing else uses.
    beats = transaction.exec_driver_sql("PRAGMA user_version").scalar_one()
    transaction.exec_driver_sql(f"PRAGMA user_version = {(beats + 1) % 1_000_000}")
