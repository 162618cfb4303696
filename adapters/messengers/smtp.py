"""The channel mail: one letter to one person, over SMTP."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from adapters.egress.loopback import OutsideError, on_loopback, require_loopback
from domain.errors import RefusedForGood, Unavailable
from domain.ports.delivery import Letter
from texts.catalogue import current

LIMIT = 1.5
"""Seconds a letter may take."""
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
ENCODED = re.compile(r"=(?=\?)")
"""The beginning of an encoded word: Python decodes one in a name it is given, line breaks included."""


class SmtpMessenger:
    """A messenger over the mail server of `smtp://user:password@host:port?from=office@example.org` (`smtps://`: TLS).

    With `smtps://` the whole connection is encrypted. A password is sent only encrypted, unless the server is on this
    machine. The Message-ID is made of the letter's key, so the same letter sent twice is the same message to its
    recipient.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        sender = _address(parse_qs(parts.query).get("from", [""])[0])
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or sender is None:
            raise ValueError(
                "a mail server's address looks like smtp://user:password@host:port?from=office@example.org"
            )
        self._url, self._host = url, parts.hostname
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender

    @property
    def address(self) -> str:
        """Return host and port, without user and password."""
        return f"{self._host}:{self._port}"

    async def send(self, letter: Letter) -> None:
        """Send one letter.

        Raises:
            Unavailable: the server did not take it; the message says why, and the letter is to be tried again.
            RefusedForGood: the server refuses this recipient or this letter for good (RFC 5321, a reply of 5yz).

        """
        phrase = current().phrase
        try:
            require_loopback(self._url, letter.mode, "smtp_url")
            async with asyncio.timeout(LIMIT):
                await self._hand_over(self._message(letter), letter.address)
        except OutsideError as outside:
            raise Unavailable(phrase("effect", "forbidden_address")) from outside
        except TimeoutError as slow:
            raise Unavailable(phrase("effect", "no_answer", seconds=LIMIT)) from slow
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused) as answer:
            kind = RefusedForGood if _for_good(answer) else Unavailable
            raise kind(phrase("effect", "mail_refused", reply=_reply(answer, letter))) from answer
        except (aiosmtplib.SMTPException, OSError) as broken:
            raise Unavailable(phrase("effect", "no_connection")) from broken

    async def greet(self, patience: float) -> None:
        """Connect and send EHLO, encrypted as a letter would be; no letter is sent and nobody logs in.

        `patience` is in seconds.

        Raises:
            Unavailable: the server cannot be reached, or does not answer as a mail server.

        """
        server = aiosmtplib.SMTP(
            hostname=self._host, port=self._port, use_tls=self._tls, start_tls=self._start_tls(), timeout=patience
        )
        try:
            async with server:
                await server.ehlo()
        except (aiosmtplib.SMTPException, OSError) as broken:
            raise Unavailable(current().phrase("effect", "no_connection")) from broken

    def _start_tls(self) -> bool | None:
        must_encrypt = self._password is not None and not on_loopback(self._url)
        return None if self._tls or not must_encrypt else True

    async def _hand_over(self, message: EmailMessage, recipient: str) -> None:
        await aiosmtplib.send(
            message,
            sender=self._sender.addr_spec,
            recipients=[recipient],
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls,
            start_tls=self._start_tls(),
            timeout=LIMIT,
        )

    def _message(self, letter: Letter) -> EmailMessage:
        """Return the mail of a letter; no text in a header can add another header."""
        recipient = _address(letter.address, letter.name)
        if recipient is None:
            raise RefusedForGood(current().phrase("effect", "bad_address"))
        message = EmailMessage(policy=LINES)
        message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()}@{self._sender.domain}>"
        message["From"] = self._sender
        message["To"] = recipient
        message["Subject"] = _one_line(letter.subject)
        message["Date"] = formatdate(time.time())  # when it is sent; the letter's text has its own times
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _one_line(text: str) -> str:
    return ENCODED.sub("= ", CONTROL.sub(" ", text))


def _address(spec: str, name: str = "") -> Address | None:
    """Return a mail address in ASCII; None if `spec` is none."""
    try:
        address = Address(display_name=_one_line(name), addr_spec=spec)
    except (ValueError, IndexError, HeaderParseError):
        return None
    return address if spec.isascii() and address.username and address.domain else None


def _for_good(answer: aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused) -> bool:
    """Return whether it is this recipient or this letter that is refused for good.

    What is refused before (greeting, login, sender) is about the office: somebody will mend that, for all letters.
    """
    if isinstance(answer, aiosmtplib.SMTPRecipientsRefused):
        return all(500 <= one.code < 600 for one in answer.recipients)
    about_letter = isinstance(answer, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
    return about_letter and 500 <= answer.code < 600


def _reply(answer: aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused, letter: Letter) -> str:
    """Return the server's reply without the person's address: it is shown and kept for long."""
    first = answer.recipients[0] if isinstance(answer, aiosmtplib.SMTPRecipientsRefused) else answer
    reply = CONTROL.sub(" ", f"{first.code} {first.message}").replace(letter.address, "…")
    return reply[:200]
