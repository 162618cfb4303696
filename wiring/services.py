"""The settings of services, read before anything is started: one that is wrong is named, with what is allowed."""

from __future__ import annotations

from collections.abc import Callable

from adapters.egress.loopback import require_loopback
from adapters.egress.service_urls import mail_url, scanner_url, webhook_secret, webhook_url
from domain.office.office import Office
from settings import Settings
from wiring.delivery import NEEDS, open_secret


def unfit_services(settings: Settings, office: Office) -> dict[str, str]:
    """Return what is wrong with each setting that names a service, by the setting; empty if nothing is.

    What is returned holds no secret.
    """
    secret, mode = open_secret, office.terms.mode
    inside = (NEEDS["smtp"], NEEDS["webhook"], NEEDS["partner"])
    reads: dict[str, tuple[str | None, Callable[[str], object]]] = {
        NEEDS["smtp"]: (secret(settings.smtp_url), mail_url),
        NEEDS["webhook"]: (settings.message_url, webhook_url),
        NEEDS["partner"]: (settings.partner_url, webhook_url),
        "PIYAO_MESSAGE_SECRET": (secret(settings.message_secret), webhook_secret),
        "PIYAO_PARTNER_SECRET": (secret(settings.partner_secret), webhook_secret),
        "PIYAO_CLAMD_URL": (settings.clamd_url, scanner_url),
    }
    found = {}
    for setting, (value, read) in reads.items():
        try:
            if value is not None:
                read(value)
                if setting in inside:
                    require_loopback(value, mode, "")
        except ValueError as unfit:
            found[setting] = str(unfit)
    return found
