"""The last question before a slow letter is handed over: whether its case still wants it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from desk.case_client import CaseClient
from domain.case.summary import RecordQuery
from domain.errors import Unavailable
from domain.ports.delivery import Letter


def recall_of(cases: CaseClient) -> Callable[[Letter], Awaitable[bool]]:
    """Return what asks the case of a letter whether all notices in it are still owed and not called off.

    If only some are, they come in a letter of their own.

    A case that does not answer recalls nothing: the letter was wanted when it was begun.
    """

    async def still_wanted(letter: Letter) -> bool:
        try:
            record = (await cases.read(letter.case_id, RecordQuery())).record
        except Unavailable:
            return True
        return record is None or record.wanted.issuperset(letter.about)

    return still_wanted
