"""Signed texts by itsdangerous, and short codes: each purpose has its own key, derived from the key of the seal."""

from __future__ import annotations

import hashlib
import hmac
import string
from collections.abc import Sequence

from itsdangerous import BadData, URLSafeSerializer

from domain.tasks.task_links import BadToken

LABEL = b"piyao tokens v1:"

DIGITS = string.digits + string.ascii_letters
"""The characters of a code, none of which a phone takes for the end of a link."""

LENGTH = 17
"""How many characters a code has: 101 bits."""


class SignedTokens:
    """A signer of texts: it signs with the last of `keys` and reads with all of them, so that a key can be changed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("signed tokens need at least one key")
        self._keys = tuple(keys)
        self._serializers: dict[str, URLSafeSerializer] = {}

    def sign(self, purpose: str, value: object) -> str:
        """Return a value as a signed text that is safe in a URL; the same value gives the same text."""
        text = self._of(purpose).dumps(value)
        return text if isinstance(text, str) else text.decode("ascii")

    def read(self, purpose: str, text: str) -> object:
        """Return the value of a signed text.

        Raises:
            BadToken: it was not signed for this purpose with one of the keys.

        """
        try:
            return self._of(purpose).loads(text)
        except (BadData, ValueError):
            raise BadToken from None

    def codes(self, purpose: str, value: str) -> tuple[str, ...]:
        """Return the code of a value under each key, the newest key's first; the same value gives the same codes."""
        return tuple(_code(_derived(key, purpose), value) for key in reversed(self._keys))

    def _of(self, purpose: str) -> URLSafeSerializer:
        if purpose not in self._serializers:
            derived = [_derived(key, purpose) for key in self._keys]
            self._serializers[purpose] = URLSafeSerializer(
                derived,
                salt=purpose.encode(),
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
        return self._serializers[purpose]


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, LABEL + purpose.encode(), hashlib.sha256).digest()


def _code(key: bytes, value: str) -> str:
    number = int.from_bytes(hmac.new(key, value.encode(), hashlib.sha256).digest())
    found = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(DIGITS))
        found.append(DIGITS[place])
    return "".join(found)
