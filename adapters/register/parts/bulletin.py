"""The pages of the bulletin as published."""

from __future__ import annotations

from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import Row, exists, func, select
from sqlalchemy.dialects.sqlite import insert

from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import INTERIM, cases, publications
from domain.case.obligations import Publication
from domain.case.payloads import Issue
from domain.ports.delivery import Published
from domain.vocabulary import Mode

log = structlog.get_logger(__name__)

NEWEST_FIRST = (publications.c.version.desc(), publications.c.position.desc())
"""The order of one case's pages: a late delivery of an older version does not hide a newer one."""


class BulletinPart(RegisterPart):
    """The store of public pages: one row per publication key; the newest version of each case is shown."""

    async def put(self, issue: Issue) -> None:
        """Store a page once per key."""
        publication = issue.publication
        once = (
            insert(publications)
            .values(
                key=publication.key,
                case_id=issue.case_id,
                version=publication.page.version,
                title=publication.page.title,
                publication=publication.model_dump_json(),
                mode=issue.mode,
                published_at=issue.at,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )
        await self._writer.run(lambda transaction: transaction.execute(once).rowcount)

    async def page(self, case_id: str) -> Published | None:
        """Return the newest page of a case in the bulletin, or None."""
        newest = select(publications).where(publications.c.case_id == case_id).order_by(*NEWEST_FIRST).limit(1)
        row = await self._reader.first(newest)
        return None if row is None else _published(row)

    async def pages(self, limit: int, skip: int = 0) -> list[Published]:
        """Return the newest page of each case, newest first; no interim notice of a case that has ended without answer.

        The first `skip` are left out. Nothing is being checked any more then. At its address it stays: what was public
        can be looked at.
        """
        rank = func.row_number().over(partition_by=publications.c.case_id, order_by=NEWEST_FIRST).label("rank")
        ranked = select(publications, rank).subquery()
        over = exists().where(cases.c.case_id == ranked.c.case_id, ~cases.c.running)
        newest = (
            select(ranked)
            .where(ranked.c.rank == 1, (ranked.c.version > INTERIM) | ~over)
            .order_by(ranked.c.published_at.desc(), ranked.c.position.desc())
            .limit(limit)
            .offset(skip)
        )
        return [page for row in await self._reader.rows(newest) if (page := _readable(row)) is not None]


def _readable(row: Row[Any]) -> Published | None:
    """Return a page; one of a later version that this one cannot read keeps nobody from the other pages."""
    try:
        return _published(row)
    except ValidationError:
        log.exception("register.page_unreadable", case_id=row.case_id)
        return None


def _published(row: Row[Any]) -> Published:
    return Published(
        case_id=row.case_id,
        publication=Publication.model_validate_json(row.publication),
        mode=Mode(row.mode),
        published_at=row.published_at,
    )
