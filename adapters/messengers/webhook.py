"""The messenger for channels with a gateway of their own (sms, wecom): a generic JSON webhook."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.egress.address_guard import Network
from adapters.egress.signed_post import Outbound, refused
from domain.errors import RefusedForGood
from domain.ports.delivery import Letter
from texts.catalogue import current

FOR_GOOD = (400, 410, 413, 414, 422)
"""Statuses of an answer that stays the same however often the letter is sent: what is wrong is in the letter."""


class WebhookMessenger:
    """A messenger over a gateway's webhook; the gateway removes duplicates by `Idempotency-Key`."""

    def __init__(self, url: str, secret: str | None = None, *, trusted: Sequence[Network] = ()) -> None:
        self._gateway = Outbound(url, secret, trusted=trusted)

    async def send(self, letter: Letter) -> None:
        """Post one letter; only a status of 2xx is a receipt.

        Raises:
            Unavailable: the gateway does not answer, or with a status that may change.
            RefusedForGood: the gateway refuses this letter for good.

        """
        body = {
            "key": letter.key,
            "channel": letter.channel,
            "to": letter.address,
            "name": letter.name,
            "unit": letter.unit,
            "subject": letter.subject,
            "text": letter.text,
            "number": letter.number,
        }
        status = await self._gateway.post(letter.key, body, letter.mode)
        if not 200 <= status < 300:
            for_good = RefusedForGood(current().phrase("effect", "status", status=status))
            raise for_good if status in FOR_GOOD else refused(status)
