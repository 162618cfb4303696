"""Who stands behind a page: the register's own record of the decisions, stored before Temporal was asked anything.

A page that reaches the publish activity is sealed by a case. This is the second wall: without the decisions of the
people it needs, it is shown to nobody, whatever a workflow says (docs/design.md, rules 12 and 16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from domain.case.obligations import Page, Publication
from domain.decisions import Wording
from domain.ports.rows import DecisionRow
from domain.vocabulary import PublicationKind, Vote

VOTES = ("review", "consent", "sign")
"""The kinds of vote on a text."""


def stands_behind(publication: Publication, decided: Sequence[DecisionRow]) -> bool:
    """Return whether the people a page needs have decided it; `decided` are the decisions of its case."""
    page = publication.page
    if page.publication is PublicationKind.INTERIM:
        return _confirmed(decided, "interim", lambda row, _: _asks_for_notice(row, publication))
    if page.source is not None:
        return _confirmed(decided, "record_publication", lambda _, body: _says(body, page) and _found_at(body, page))
    return _signed(publication, decided)


def _signed(publication: Publication, decided: Sequence[DecisionRow]) -> bool:
    """Return whether a text was drafted by one person, and reviewed and signed by two others, exactly as it is."""
    drafters = {row.actor.voice for row, body in _of(decided, "draft") if _says(body, publication.page)}
    votes = {
        kind: {row.actor.voice for row, body in _of(decided, kind) if _approves(body, publication.digest)}
        for kind in VOTES
    }
    return any(
        len({drafter, reviewer, signer}) == 3
        for drafter in drafters
        for reviewer in votes["review"]
        for signer in votes["sign"]
    )


def _confirmed(
    decided: Sequence[DecisionRow], kind: str, asks_for_it: Callable[[DecisionRow, Mapping[str, Any]], bool]
) -> bool:
    """Return whether one person has asked for exactly this page, and another has confirmed what was asked."""
    confirmed = {(body.get("ref"), row.actor.voice) for row, body in _of(decided, "confirm") if _approved(body)}
    return any(
        row.seq == ref and voice != row.actor.voice
        for row, body in _of(decided, kind)
        if row.seq is not None and asks_for_it(row, body)
        for ref, voice in confirmed
    )


def _asks_for_notice(row: DecisionRow, publication: Publication) -> bool:
    """Return whether a decision asked for exactly this interim notice.

    The key of the page names the proposal, which has the number of its entry, as the confirmation does. The text is the
    one the desk sent with it; of a notice asked for before that was kept, it is not known.
    """
    digest = Wording(title=publication.page.title, text=publication.page.text).digest
    return f"/publish/interim{row.seq}/" in publication.key and (not row.wording or digest in row.wording.split())


def _of(decided: Iterable[DecisionRow], kind: str) -> Iterable[tuple[DecisionRow, Mapping[str, Any]]]:
    return ((row, from_json(row.body)) for row in decided if row.kind == kind)


def _says(body: Mapping[str, Any], page: Page) -> bool:
    return (body.get("title"), body.get("text")) == (page.title, page.text)


def _found_at(body: Mapping[str, Any], page: Page) -> bool:
    """Return whether a decision names the address and the kind of a page that is re-posted."""
    source = page.source
    return source is not None and (body.get("url"), body.get("publication")) == (source.url, page.publication)


def _approved(body: Mapping[str, Any]) -> bool:
    return body.get("outcome") == Vote.APPROVE


def _approves(body: Mapping[str, Any], digest: str) -> bool:
    return body.get("digest") == digest and _approved(body)
