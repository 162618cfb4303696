"""The messenger for channels with a gateway of their own (sms, wecom): a generic JSON webhook."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.egress.address_guard import Network
from adapters.egress.signed_post import Outbound, refused
from adapters.messengers.courier import Ready, ready
from domain.errors import RefusedForGood
from domain.ports.delivery import Letter
from texts.catalogue import current

UNCLEAR = (400, 406, 410, 415)
"""Statuses by which a gateway may mean this letter, or how it is called by the office: that, if everybody gets them."""


class WebhookMessenger:
    """A messenger over a gateway's webhook; the gateway removes duplicates by `Idempotency-Key`."""

    def __init__(self, url: str, secret: str | None = None, *, trusted: Sequence[Network] = ()) -> None:
        self._gateway = Outbound(url, secret, trusted=trusted)

    async def send(self, letter: Letter, ready: Ready = ready) -> None:
        """Post one letter; only a status of 2xx is a receipt.

        Raises:
            RefusedForGood: the gateway refuses this letter for good.
            NotAdmitted: it refuses the office.
            NotYet: it says when to come again.
            Unanswered: it has the whole letter, and did not answer.
            NotWanted: `ready` said so; nothing was posted.
            Unavailable: it does not answer, or with a status that may change.

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
        await ready()
        answer = await self._gateway.post(letter.key, body, letter.mode)
        if answer.for_good:
            unclear = str(answer.status) if answer.status in UNCLEAR else ""
            raise RefusedForGood(current().phrase("effect", "status", status=answer.status), unclear)
        if not 200 <= answer.status < 300:
            raise refused(answer)
