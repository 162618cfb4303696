"""Signed texts by itsdangerous: each purpose has its own salt and key, derived from the key of the seal."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from itsdangerous import BadData, URLSafeSerializer

from domain.tasks.task_links import BadToken

LABEL = b"piyao tokens v1:"


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

    def _of(self, purpose: str) -> URLSafeSerializer:
        if purpose not in self._serializers:
            derived = [hmac.new(key, LABEL + purpose.encode(), hashlib.sha256).digest() for key in self._keys]
            self._serializers[purpose] = URLSafeSerializer(
                derived,
                salt=purpose.encode(),
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
        return self._serializers[purpose]
