"""The index over the wordings of claims: what is like a text is found by its rarest terms, never by a scan.

How much is read is bounded by `POSTINGS`, so a query takes as long beside 100,000 known claims as beside 1,000.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adapters.register.engine.claim_tables import baskets, claim_terms, claim_texts, known_terms, splits
from adapters.register.engine.part import RegisterPart
from adapters.register.engine.tables import cases, reports
from adapters.register.intake.apart import APART
from domain.matching.candidates import Candidate, Candidates
from domain.matching.canonical import terms
from domain.ports.rows import UnindexedClaim

POSTINGS = 4000
"""How many places of terms are read for one query."""
COMPARED = 60
"""How many texts are compared in full."""
MOST_TERMS = 300
"""By how many different terms one text is found."""
LONGEST = 800
"""How many characters of a folded text are stored."""

_FOUND = select(claim_texts.c.id).where(
    claim_texts.c.case_id == bindparam("case_id"), claim_texts.c.digest == bindparam("digest")
)
_ADD = insert(claim_texts).returning(claim_texts.c.id)
_PLACE = insert(claim_terms)
_COUNT = sqlite_insert(known_terms).values(term=bindparam("term"), texts=1)
_COUNT = _COUNT.on_conflict_do_update(index_elements=["term"], set_={"texts": known_terms.c.texts + 1})
_KNOWN = select(func.coalesce(func.max(claim_texts.c.id), 0))
_RARE = select(known_terms.c.term, known_terms.c.texts).where(
    known_terms.c.term.in_(bindparam("terms", expanding=True))
)
_POSTINGS = select(claim_terms.c.term, claim_terms.c.text).where(
    claim_terms.c.term.in_(bindparam("terms", expanding=True))
)
_TEXTS = select(*(claim_texts.c[name] for name in ("id", "case_id", "folded", "digest", "since"))).where(
    claim_texts.c.id.in_(bindparam("ids", expanding=True))
)
_MOVE = (
    update(claim_texts)
    .where(claim_texts.c.case_id == bindparam("of_case"), claim_texts.c.digest == bindparam("of_wording"))
    .values(case_id=bindparam("to_case"))
)
_MOVED_TO = (
    select(splits.c.to_case)
    .where(
        splits.c.from_case == bindparam("of_case"),
        splits.c.wording == bindparam("of_wording"),
        splits.c.made,
    )
    .order_by(splits.c.asked_at.desc())
    .limit(1)
)
_OLD = (
    select(cases.c.position, cases.c.case_id)
    .where(
        cases.c.position > bindparam("after"),
        ~exists().where(claim_texts.c.case_id == cases.c.case_id),
        ~exists().where(baskets.c.case_id == cases.c.case_id),  # what waits in one says too little
    )
    .order_by(cases.c.position)
    .limit(bindparam("most"))
    .subquery()
)
_UNINDEXED = (
    select(_OLD.c.position, _OLD.c.case_id, reports.c.text)
    .join(reports, reports.c.case_id == _OLD.c.case_id)
    .order_by(_OLD.c.position, reports.c.position)
)


def digest_of(folded: str) -> str:
    """Return by what a wording is known again."""
    return hashlib.sha256(folded.encode()).hexdigest()[:32]


def move_claim(transaction: Connection, wording: str, from_case: str, to_case: str) -> None:
    """Make a wording of one case that of another, by its digest; the other has none yet."""
    of = {"of_case": from_case, "of_wording": wording, "to_case": to_case}
    transaction.execute(_MOVE, of)


def owner_now(transaction: Connection, case_id: str, wording: str) -> str:
    """Return the case that has a wording now which a case had when a report was compared with it."""
    if transaction.scalar(_FOUND, {"case_id": case_id, "digest": wording}) is not None:
        return case_id
    return str(transaction.scalar(_MOVED_TO, {"of_case": case_id, "of_wording": wording}) or case_id)


def add_claim(transaction: Connection, case_id: str, folded: str, since: datetime | None = None) -> None:
    """Index a wording of a case's claim, unless the case has it already."""
    digest = digest_of(folded)
    if transaction.scalar(_FOUND, {"case_id": case_id, "digest": digest}) is not None:
        return
    held = terms(folded)
    places = _placed(held)
    row = {"case_id": case_id, "digest": digest, "folded": folded[:LONGEST], "terms": len(places), "since": since}
    text = transaction.execute(_ADD, row).scalar_one()
    if places:
        transaction.execute(_PLACE, [{"term": term, "text": text} for term in places])
        transaction.execute(_COUNT, [{"term": term} for term in held])


def _add_all(claims: Iterable[tuple[str, str]], transaction: Connection) -> None:
    for case_id, folded in claims:
        add_claim(transaction, case_id, folded)


class ClaimIndexPart(RegisterPart):
    """The wordings of claims, found by what they have in common with a text."""

    async def index_claims(self, claims: Sequence[tuple[str, str]]) -> None:
        """Index wordings of claims, each a case and its folded text; once more changes nothing."""
        await self._writer.run(partial(_add_all, claims))

    async def unindexed_claims(self, after: int, limit: int) -> list[UnindexedClaim]:
        """Return the texts of the reports of cases that have no indexed wording, from a position of the cases on."""
        rows = await self._reader.rows(_UNINDEXED, {"after": after, "most": limit})
        return [UnindexedClaim(position=row.position, case_id=row.case_id, text=row.text) for row in rows]

    async def claims_like(self, folded: str) -> Candidates:
        """Return the known wordings that share most with a folded text, weighed by how rare it is, and how rare.

        Raises:
            Unavailable: the file cannot be read now.

        """
        wanted = terms(folded)
        known = int((await self._reader.rows(_KNOWN))[0][0])
        held = await self._texts_of(sorted(wanted))
        placed = set(_placed(wanted))
        chosen = _rarest({term: texts for term, texts in held.items() if term in placed})
        postings = await self._reader.rows(_POSTINGS, {"terms": chosen}) if chosen else []
        ids = _best(((row.term, row.text) for row in postings), held, known)
        rows = await self._reader.rows(_TEXTS, {"ids": ids}) if ids else []
        found = [Candidate(row.case_id, row.folded, row.digest, row.since) for row in rows]
        others = {term for one in found for term in terms(one.folded)} - wanted.keys()
        apart = frozenset(row.case_id for row in await self._reader.rows(APART, {"of_wording": digest_of(folded)}))
        texts = {**held, **await self._texts_of(sorted(others))}
        return Candidates(known=known, texts=texts, found=found, apart=apart)

    async def _texts_of(self, wanted: Sequence[str]) -> dict[str, int]:
        rows = await self._reader.rows(_RARE, {"terms": list(wanted)}) if wanted else []
        return {row.term: row.texts for row in rows}


def _placed(held: Iterable[str]) -> list[str]:
    """Return the terms a text is found by: single characters are in too many."""
    return [term for term in held if len(term) > 1][:MOST_TERMS]


def _rarest(held: Mapping[str, int]) -> list[str]:
    """Return the rarest terms whose texts are `POSTINGS` together at most, one at least."""
    chosen: list[str] = []
    left = POSTINGS
    for term, texts in sorted(held.items(), key=lambda one: one[1]):
        if chosen and texts > left:
            break
        chosen.append(term)
        left -= texts
    return chosen


def _best(postings: Iterable[tuple[str, int]], held: Mapping[str, int], known: int) -> list[int]:
    shared: defaultdict[int, float] = defaultdict(float)
    weights = {term: math.log((1 + known) / (1 + texts)) + 1 for term, texts in held.items()}
    for term, text in postings:
        shared[text] += weights[term] ** 2
    return heapq.nlargest(COMPARED, shared, key=shared.__getitem__)
