"""The keys of the seal: one signs, those it replaced still verify, so it can be changed while cases are open."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from functools import cache

from temporalio import workflow

NONE = "0" * 64
"""What stands in place of a MAC where there is no key; it fits nothing."""


class SealKeys:
    """The keys of the seal, the signing one last; `read` reads them anew from where they are stored."""

    def __init__(self, keys: Sequence[bytes], read: Callable[[], Sequence[bytes]] | None = None) -> None:
        if not keys:
            raise ValueError("a seal needs at least one key")
        self._keys, self._read = tuple(keys), read

    @property
    def name(self) -> str:
        """Return the name of the signing key, which goes with each proof and says nothing about the key."""
        return _name(self._keys[-1])

    def knows(self, name: str) -> bool:
        """Return whether a proof by the key of that name can be judged here; a proof without a name can.

        The keys are read anew if it is not among them.
        """
        if not name or name in map(_name, self._keys):
            return True
        self._read_anew()
        return name in map(_name, self._keys)

    def mac(self, purpose: str, *parts: str | bytes) -> str:
        """Return the MAC (hex) over what must not be exchanged; no purpose has the MACs of another."""
        return _mac(self._keys[-1], purpose, parts)

    def fits(self, mac: str, purpose: str, *parts: str | bytes) -> bool:
        """Return whether a MAC was made with one of the keys over exactly these parts.

        If it was not, the keys are read anew: another process may have begun to sign with a newer one.
        """
        if any(_same(_mac(key, purpose, parts), mac) for key in self._keys):
            return True
        return self._read_anew() and any(_same(_mac(key, purpose, parts), mac) for key in self._keys)

    def _read_anew(self) -> bool:
        """Read the keys from where they are stored; return whether they are others now."""
        if self._read is None:
            return False
        with workflow.unsafe.sandbox_unrestricted():
            newest = tuple(self._read())
        if not newest or newest == self._keys:
            return False
        self._keys = newest
        return True


class NoKeys(SealKeys):
    """The keys of a replayer of recorded histories: it has none, signs nothing, and takes what stands there."""

    def __init__(self) -> None:
        self._keys, self._read = (), None

    @property
    def name(self) -> str:
        """Return no name."""
        return ""

    def knows(self, name: str) -> bool:
        """Return true."""
        return True

    def mac(self, purpose: str, *parts: str | bytes) -> str:
        """Return what stands in place of a MAC."""
        return NONE

    def fits(self, mac: str, purpose: str, *parts: str | bytes) -> bool:
        """Return true: what a history holds has happened."""
        return True


@cache
def _name(key: bytes) -> str:
    return hashlib.sha256(b"piyao seal key name:" + key).hexdigest()[:16]


def _same(expected: str, found: str) -> bool:
    return hmac.compare_digest(expected.encode(), found.encode(errors="replace"))


def _mac(key: bytes, purpose: str, parts: Sequence[str | bytes]) -> str:
    written = [part.hex() if type(part) is bytes else part for part in parts]
    return hmac.new(key, json.dumps([purpose, *written]).encode(), hashlib.sha256).hexdigest()
