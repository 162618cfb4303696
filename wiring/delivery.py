"""Messengers and publishers: each channel of the policy joined to the service that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pydantic import SecretStr

from adapters.egress.loopback import on_loopback, require_loopback
from adapters.messengers import live_only as messages_by_mode
from adapters.messengers.courier import Courier, StillWanted
from adapters.messengers.outbox import OutboxMessenger
from adapters.messengers.phone import PhoneTasks
from adapters.messengers.smtp import SmtpMessenger
from adapters.messengers.webhook import WebhookMessenger
from adapters.publishers import live_only as pages_by_mode
from adapters.publishers.bulletin import BulletinPublisher
from adapters.publishers.outbox import OutboxPublisher
from adapters.publishers.partner import PartnerPublisher
from adapters.register.store import SqlRegister
from domain.office.office import Office
from domain.ports.delivery import Messenger, Publisher
from domain.ports.letters_under_way import LettersUnderWay
from domain.vocabulary import Mode
from settings import Settings

NEEDS = {"smtp": "PIYAO_SMTP_URL", "webhook": "PIYAO_MESSAGE_URL", "partner": "PIYAO_PARTNER_URL"}
"""The setting that names the service of a channel."""

ON_FILE, LEFT_OUT = "outbox", "none"
"""What a policy writes for a channel that is only a file on our own disk, and for one the office does without."""


class MissingServices(Exception):
    """Raised when the office is live and channels have no service: a file on our own disk is no receipt.

    `channels` are the names of the channels by the setting that is missing, or by `ON_FILE`.
    """

    def __init__(self, channels: dict[str, list[str]]) -> None:
        super().__init__(f'with mode = "live" every channel needs a service; these have none: {channels}')
        self.channels = channels


def missing_services(settings: Settings, office: Office) -> dict[str, list[str]]:
    """Return the channels of a live office that have no service, by the setting that is missing, or by `ON_FILE`."""
    if office.terms.mode is not Mode.LIVE:
        return {}
    services = dict(office.policy.channels)
    services |= {channel: channel for level in office.terms.levels.values() for channel in level.publish_to}
    urls = {"smtp": settings.smtp_url, "webhook": settings.message_url, "partner": settings.partner_url}
    found: dict[str, list[str]] = {}
    for channel, service in services.items():
        if service == ON_FILE or (service in urls and urls[service] is None):
            found.setdefault(NEEDS.get(service, ON_FILE), []).append(channel)
    return found


def require_services(settings: Settings, office: Office) -> None:
    """Refuse to start a live office with a channel that reaches nobody.

    Raises:
        MissingServices: a channel has no service.

    """
    if missing := missing_services(settings, office):
        raise MissingServices(missing)


GRACE = 5.0
"""Seconds letters under way are waited for when a process stops."""


def make_messengers(
    settings: Settings, office: Office, handovers: LettersUnderWay, wanted: StillWanted | None = None
) -> dict[str, Messenger]:
    """Return the messenger of each channel of the policy that has a service.

    `wanted` asks a case whether it still wants a letter that has been under way for long; None: nobody is asked.

    In a demo or a drill the outbox on disk stands in for a service that is not set; a live office is not started then
    (`require_services`). A channel the office does without is left out: people are reached by another one.
    """
    outbox, mode = OutboxMessenger(settings.data / "outbox"), office.terms.mode
    named: dict[str, Messenger] = {"outbox": outbox, "phone_task": PhoneTasks(settings.data / "outbox")}
    if (server := mail_server(settings, office)) is not None:
        mail = Courier(server, handovers, wanted)
        named["smtp"] = _guarded(open_secret(settings.smtp_url) or "", mail, outbox)
    if settings.message_url is not None:
        require_loopback(settings.message_url, mode, "PIYAO_MESSAGE_URL")
        secret = open_secret(settings.message_secret)
        webhook = WebhookMessenger(settings.message_url, secret, trusted=settings.trusted_networks)
        named["webhook"] = _guarded(settings.message_url, Courier(webhook, handovers, wanted), outbox)
    if mode is not Mode.LIVE:
        stand_in = messages_by_mode.StandInMessenger(outbox)
        named = {"smtp": stand_in, "webhook": stand_in} | named
    return {channel: named[service] for channel, service in office.policy.channels.items() if service in named}


async def finish_letters(messengers: Mapping[str, Messenger]) -> None:
    """Wait a little for the letters that are under way, before the register is closed."""
    couriers = {id(one): one for one in map(_outside, messengers.values()) if isinstance(one, Courier)}
    await asyncio.gather(*(courier.close(GRACE) for courier in couriers.values()))


def _outside(messenger: Messenger) -> Messenger:
    return messenger.outside if isinstance(messenger, messages_by_mode.LiveOnlyMessenger) else messenger


def mail_server(settings: Settings, office: Office) -> SmtpMessenger | None:
    """Return the messenger that sends mail; None if letters stay in the outbox.

    Raises:
        ValueError: what is set is no address of a mail server, or one outside this machine in demo or drill.

    """
    url, mode = open_secret(settings.smtp_url), office.terms.mode
    if url is None:
        return None
    require_loopback(url, mode, "PIYAO_SMTP_URL")
    return SmtpMessenger(url)


def _guarded(url: str, outside: Messenger, outbox: Messenger) -> Messenger:
    """Return a messenger that keeps letters of demo and drill on this machine, even if the office is live meanwhile."""
    return outside if on_loopback(url) else messages_by_mode.LiveOnlyMessenger(outside, outbox)


def make_publishers(settings: Settings, office: Office, register: SqlRegister) -> dict[str, Publisher]:
    """Return the publisher of each public channel."""
    outbox: Publisher = OutboxPublisher(settings.data / "outbox", base_url=settings.base_url)
    partner = outbox
    if settings.partner_url is not None:
        require_loopback(settings.partner_url, office.terms.mode, "PIYAO_PARTNER_URL")
        secret, trusted = open_secret(settings.partner_secret), settings.trusted_networks
        partner = PartnerPublisher(settings.partner_url, secret, base_url=settings.base_url, trusted=trusted)
        if not on_loopback(settings.partner_url):
            partner = pages_by_mode.LiveOnlyPublisher(partner, outbox)
    return {"bulletin": BulletinPublisher(register, settings.base_url), "partner": partner}


def open_secret(secret: SecretStr | None) -> str | None:
    """Return the text of a secret; None if it is not set."""
    return secret.get_secret_value() if secret else None
