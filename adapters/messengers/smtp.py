"""The channel mail: one letter to one person, over SMTP."""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import suppress
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import aiosmtplib

from adapters.egress.loopback import OutsideError, on_loopback, require_loopback
from adapters.egress.mail_address import is_mail_address
from adapters.egress.service_urls import mail_url
from adapters.messengers.courier import Ready, ready
from adapters.messengers.mail_replies import refusal_of
from domain.errors import NotAdmitted, RefusedForGood, Unanswered, Unavailable
from domain.ports.delivery import Letter
from texts.catalogue import current

GREETING, COMMAND, DATA, TAKEN = 300.0, 300.0, 120.0, 600.0
"""Seconds a server has for its greeting, for a command, to let the data begin, and to take it (RFC 5321, 4.5.3.2)."""

INPUT, TOOK = 354, 250
LINES = SMTP.clone(cte_type="7bit")
"""How a mail is written: its text is encoded, since a server may take 7-bit lines only."""
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
DOT = re.compile(rb"(?m)^\.")
ENCODED = re.compile(r"=(?=\?)")
"""The beginning of an encoded word: Python decodes one in a name it is given, line breaks included."""


class SmtpMessenger:
    """A messenger over the mail server of `smtp://user:password@host:port?from=office@example.org` (`smtps://`: TLS).

    With `smtps://` the whole connection is encrypted. A password is sent only encrypted, unless the server is on this
    machine. The Message-ID is made of the letter's key, so the same letter sent twice is the same message to its
    recipient.
    """

    def __init__(self, url: str) -> None:
        read = mail_url(url)
        self._url, self._host, self._port = url, read.host, read.port
        self._tls, self._user, self._password = read.encrypted, read.user, read.password
        self._sender = Address(addr_spec=read.sender)

    @property
    def address(self) -> str:
        """Return host and port, without user and password."""
        return f"{self._host}:{self._port}"

    async def send(self, letter: Letter, ready: Ready = ready) -> None:
        """Hand over one letter, with the patience the protocol asks for; `ready` is called before its text goes.

        Raises:
            RefusedForGood: the server refuses this recipient or this letter for good (a reply of 5yz).
            NotAdmitted: it refuses the office: its login or its sender (5yz before any recipient is named, or 5.7.x).
            Unanswered: it has the whole letter, and the connection ended before it had answered.
            NotWanted: `ready` said so; nothing was handed over.
            Unavailable: it did not take the letter; the message says why, and the letter is to be tried again.

        """
        phrase = current().phrase
        try:
            require_loopback(self._url, letter.mode, "smtp_url")
        except OutsideError as outside:
            raise Unavailable(phrase("effect", "forbidden_address")) from outside
        message, server = self._message(letter), self._server(COMMAND)
        try:
            await self._address_to(server, letter)
            await ready()
            await self._hand_over(server, message)
        except aiosmtplib.SMTPTimeoutError as slow:
            raise Unavailable(phrase("effect", "no_answer", seconds=int(COMMAND))) from slow
        except aiosmtplib.SMTPResponseException as answer:
            raise refusal_of(answer, phrase("effect", "mail_refused", reply=_reply(answer, letter))) from answer
        except (aiosmtplib.SMTPException, OSError) as broken:
            raise Unavailable(phrase("effect", "no_connection")) from broken
        finally:
            server.close()

    async def greet(self, patience: float) -> None:
        """Connect and send EHLO, encrypted as a letter would be; no letter is sent and nobody logs in.

        `patience` is in seconds.

        Raises:
            Unavailable: the server cannot be reached, or does not answer as a mail server.

        """
        server = self._server(patience, login=False)
        try:
            async with server:
                await server.ehlo()
        except (aiosmtplib.SMTPException, OSError) as broken:
            raise Unavailable(current().phrase("effect", "no_connection")) from broken

    def _start_tls(self) -> bool | None:
        must_encrypt = self._password is not None and not on_loopback(self._url)
        return None if self._tls or not must_encrypt else True

    def _server(self, patience: float, *, login: bool = True) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user if login else None,
            password=self._password if login else None,
            use_tls=self._tls,
            start_tls=self._start_tls(),
            timeout=patience,
        )

    async def _address_to(self, server: aiosmtplib.SMTP, letter: Letter) -> None:
        """Connect, log in, and name sender and recipient."""
        try:
            await server.connect(timeout=GREETING)
        except aiosmtplib.SMTPNotSupported as missing:  # encryption or login, which the office asks for
            raise NotAdmitted(current().phrase("effect", "mail_refused", reply=missing.message[:200])) from missing
        await server.mail(self._sender.addr_spec, timeout=COMMAND)
        await server.rcpt(letter.address, timeout=COMMAND)

    async def _hand_over(self, server: aiosmtplib.SMTP, message: EmailMessage) -> None:
        """Send the text; what happens between its last line and the answer to it leaves open whether it was taken."""
        begun = await server.execute_command(b"DATA", timeout=DATA)
        if begun.code != INPUT or server.protocol is None:
            raise aiosmtplib.SMTPDataError(begun.code, begun.message)
        try:
            server.protocol.write(_block(message))
            taken = await server.protocol.read_response(timeout=TAKEN)
        except (aiosmtplib.SMTPException, OSError) as broken:
            raise Unanswered(current().phrase("effect", "unanswered")) from broken
        if taken.code != TOOK:
            raise aiosmtplib.SMTPDataError(taken.code, taken.message)
        with suppress(aiosmtplib.SMTPException, RuntimeError):  # it has the letter: what it says now is of no interest
            server.protocol.write(b"QUIT\r\n")

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
    return address if is_mail_address(spec) else None


def _block(message: EmailMessage) -> bytes:
    """Return a mail as it is sent after DATA: a line that begins with a dot gets another, and a dot ends it."""
    return DOT.sub(b"..", message.as_bytes()) + b".\r\n"


def _reply(answer: aiosmtplib.SMTPResponseException, letter: Letter) -> str:
    """Return the server's reply without the person's address: it is shown and kept for long."""
    return CONTROL.sub(" ", f"{answer.code} {answer.message}").replace(letter.address, "…")[:200]
