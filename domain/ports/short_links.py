"""What the register keeps of the short links in letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.values import Frozen


class KeptLink(Frozen):
    """A short link as the register keeps it: the digest of its code, what it is bound to as JSON, and its end.

    `expires` is in seconds since 1970 (UTC).
    """

    digest: str
    link: str
    expires: int


class ShortLinkStore(Protocol):
    """The store of short links."""

    async def keep_links(self, links: Sequence[KeptLink]) -> None:
        """Store short links; one that is there already is left as it is."""

    async def kept_links(self, digests: Sequence[str]) -> dict[str, str]:
        """Return what the links of some digests are bound to, as JSON, by digest; none for an unknown one."""

    async def drop_links(self, expired_before: int) -> None:
        """Remove the links that expired before an instant, in seconds since 1970 (UTC)."""
