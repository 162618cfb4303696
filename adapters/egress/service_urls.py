"""The addresses of services as settings write them: read once, refused with what is allowed, never with a secret."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from standardwebhooks import Webhook

from adapters.egress.mail_address import is_mail_address
from texts.catalogue import current


class UnfitUrl(ValueError):
    """Raised when a setting is no address of its service; its text says what is allowed and holds no secret."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(current().phrase("config", rule, **values))


class MailUrl(NamedTuple):
    """A mail server, who logs in there, and in whose name letters go; `encrypted`: the whole connection is."""

    host: str
    port: int
    encrypted: bool
    user: str | None
    password: str | None
    sender: str


def mail_url(url: str) -> MailUrl:
    """Read `smtp://user:password@host:port?from=office@example.org` (`smtps://`: encrypted from the first byte).

    A plus sign is itself, also in the address of the sender.

    Raises:
        UnfitUrl: it is no such address.

    """
    parts = _split(url, "mail_url")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise UnfitUrl("mail_url")
    given = dict(parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True))
    sender = given.pop("from", "")
    if given:
        raise UnfitUrl("mail_url_query", names="、".join(given))
    if not is_mail_address(sender):
        raise UnfitUrl("mail_url_from")
    return MailUrl(
        host=parts.hostname,
        port=parts.port or (465 if parts.scheme == "smtps" else 25),
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        sender=sender,
    )


def webhook_url(url: str) -> str:
    """Return the address of a receiver.

    Raises:
        UnfitUrl: it does not begin with http:// or https://, or names no host.

    """
    parts = _split(url, "webhook_url")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or not url.isprintable():
        raise UnfitUrl("webhook_url")
    return url


class ScannerUrl(NamedTuple):
    """A virus scanner: host and port, or the path of its socket."""

    host: str
    port: int
    socket: str | None


def scanner_url(url: str) -> ScannerUrl:
    """Read `tcp://host:port` or `unix:///path`.

    Raises:
        UnfitUrl: it is neither.

    """
    parts = _split(url, "scanner_url")
    if parts.query or parts.fragment:
        raise UnfitUrl("scanner_url")
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        return ScannerUrl("", 0, unquote(parts.path))
    if parts.scheme != "tcp" or not parts.hostname or not parts.port or parts.path.strip("/"):
        raise UnfitUrl("scanner_url")
    return ScannerUrl(parts.hostname, parts.port, None)


def webhook_secret(secret: str | None) -> str | None:
    """Return the secret by which bodies are signed.

    Raises:
        UnfitUrl: it is no Base64 text.

    """
    try:
        if secret is not None:
            Webhook(secret)
    except ValueError:
        raise UnfitUrl("webhook_secret") from None
    return secret


def _split(url: str, rule: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # its words may quote a password
        raise UnfitUrl(rule) from None
    return parts
