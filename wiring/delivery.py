"""Messengers and publishers: each channel of the policy joined to the service that the settings name."""

from __future__ import annotations

import structlog
from pydantic import SecretStr

from adapters.egress.loopback import on_loopback, require_loopback
from adapters.messengers import live_only as messages_by_mode
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
from domain.vocabulary import Mode
from settings import Settings

log = structlog.get_logger(__name__)


class MissingMail(Exception):
    """Raised when no mail server is set, though the office is live and its policy sends `channels` by one."""

    def __init__(self, channels: list[str]) -> None:
        super().__init__(f'PIYAO_SMTP_URL is not set; with mode = "live" the policy sends by smtp: {channels}')
        self.channels = channels


def make_messengers(settings: Settings, office: Office) -> dict[str, Messenger]:
    """Return the messenger of each channel of the policy whose service is set.

    In a demo or a drill the outbox on disk stands in for a service that is not. In a live office such a channel is left
    out, so that people are reached by another one: a file nobody reads is no letter.
    """
    outbox = OutboxMessenger(settings.data / "outbox")
    named: dict[str, Messenger] = {"outbox": outbox, "phone_task": PhoneTasks(settings.data / "outbox")}
    mode = office.terms.mode
    if (server := mail_server(settings, office)) is not None:
        named["smtp"] = _guarded(open_secret(settings.smtp_url) or "", server, outbox)
    if settings.message_url is not None:
        require_loopback(settings.message_url, mode, "PIYAO_MESSAGE_URL")
        secret = open_secret(settings.message_secret)
        webhook = WebhookMessenger(settings.message_url, secret, trusted=settings.trusted_networks)
        named["webhook"] = _guarded(settings.message_url, webhook, outbox)
    if mode is not Mode.LIVE:
        stand_in = messages_by_mode.StandInMessenger(outbox)
        named = {service: named.get(service, stand_in) for service in office.policy.channels.values()}
    elif missing := [channel for channel, service in office.policy.channels.items() if service not in named]:
        log.warning("delivery.channels_left_out", channels=missing)
    return {channel: named[service] for channel, service in office.policy.channels.items() if service in named}


def mail_server(settings: Settings, office: Office) -> SmtpMessenger | None:
    """Return the messenger that sends mail; None if letters stay in the outbox.

    Raises:
        MissingMail: no server is set, though the office is live and its policy sends mail.
        ValueError: what is set is no address of a mail server, or one outside this machine in demo or drill.

    """
    url, mode = open_secret(settings.smtp_url), office.terms.mode
    if url is None:
        by_mail = [channel for channel, service in office.policy.channels.items() if service == "smtp"]
        if by_mail and mode is Mode.LIVE:
            raise MissingMail(by_mail)
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
