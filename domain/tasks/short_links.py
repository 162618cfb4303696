"""Short links: what a letter shows of a link, so that a text message holds it.

A short link is a code; the register keeps the code's digest, with what the link is bound to. The code is made of that
alone, so a letter sent again has the same one. Nothing else differs from a signed link, which opens its page, too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import ValidationError

from domain.ports.short_links import KeptLink, ShortLinkStore
from domain.tasks.task_links import PATH, BadToken, Links, TaskLink

PURPOSE = "short-link"
"""The purpose a code is made for: the same link has another text for any other purpose."""

KEPT_ON = timedelta(days=30)
"""How long an expired link is kept, so that its page can say that it has expired."""

CODE = re.compile(r"[0-9A-Za-z]{17}")
"""What a code looks like: letters and digits only, since phones leave other characters out of a link."""


class Codes(Protocol):
    """What makes unguessable codes of small values, for a purpose."""

    def codes(self, purpose: str, value: str) -> tuple[str, ...]:
        """Return the code of a value under each key that is still valid, the newest key's first."""


@dataclass(frozen=True)
class ShortLinks:
    """Short links, made with `codes` and kept in `store`; `signed` are those letters carried before."""

    signed: Links
    codes: Codes
    store: ShortLinkStore

    async def urls(self, links: Iterable[TaskLink]) -> dict[TaskLink, str]:
        """Return the address of each link's page; the links are stored before anybody can have their addresses.

        A link that was made before the key was changed keeps its code.

        Raises:
            Unavailable: the register does not answer.

        """
        made = {link: self.codes.codes(PURPOSE, _bound_to(link)) for link in links}
        kept = await self.store.kept_links([_digest(code) for codes in made.values() for code in codes])
        chosen = {
            link: next((code for code in codes if _digest(code) in kept), codes[0]) for link, codes in made.items()
        }
        fresh = {link: code for link, code in chosen.items() if _digest(code) not in kept}
        if fresh:
            await self.store.keep_links([_kept(link, code) for link, code in fresh.items()])
        return {link: self.signed.base_url + PATH + code for link, code in chosen.items()}

    async def read(self, token: str) -> TaskLink:
        """Return the link of a token, short or signed.

        Raises:
            BadToken: it was not made here, or with a key that is valid no more.
            Unavailable: the register does not answer.

        """
        if not CODE.fullmatch(token):
            return self.signed.read(token)
        digest = _digest(token)
        bound_to = (await self.store.kept_links([digest])).get(digest)
        if bound_to is None or token not in self.codes.codes(PURPOSE, bound_to):  # written by nobody who has the key
            raise BadToken
        try:
            return TaskLink.model_validate_json(bound_to)
        except ValidationError:  # written by a version that had other codes
            raise BadToken from None

    async def drop_expired(self, now: datetime) -> None:
        """Remove the links that expired long ago."""
        await self.store.drop_links(int((now - KEPT_ON).timestamp()))


def _kept(link: TaskLink, code: str) -> KeptLink:
    return KeptLink(digest=_digest(code), link=_bound_to(link), expires=link.expires)


def _bound_to(link: TaskLink) -> str:
    return link.model_dump_json()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
