"""Real receivers on loopback: a mail server, and ports that are dead in two ways."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """A mail server that takes mail, or answers `refuse[address]` where the test sets it."""

    def __init__(self) -> None:
        self.refuse: dict[str, str] = {}
        self.envelopes: list[Envelope] = []
        self.messages: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802  (the name aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[MailServer, str]]:
    """Serve mail on a free port; give the handler and the URL."""
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{controller.port}?from=office@wxb.mc.example"
    finally:
        controller.stop()


def free_port() -> int:
    """Take a port for as long as this process lives: who connects is refused until a server of the test listens there.

    The port stays bound, so nobody else is given it; a server that is told its number may listen there all the same,
    since servers share an address nobody listens at.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
        if sys.platform == "linux":  # elsewhere an address that is bound cannot be shared
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.detach()
        return port


@asynccontextmanager
async def black_hole() -> AsyncIterator[int]:
    """Accept connections and never answer; give the port."""
    writers: list[asyncio.StreamWriter] = []

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in writers:
            writer.close()
        server.close()
        await server.wait_closed()
