"""A real mail server that behaves as real ones do: slow, greylisting, refusing, or gone after the last line."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

ID = re.compile(rb"(?im)^Message-ID:\s*<([^>]+)>")


@dataclass
class AwkwardMail:
    """What such a server does, and what it has seen.

    `greeting` and `data` are how many seconds it takes to greet, and to answer once it has a letter. `greylist` is for
    how many seconds it puts off whom it does not know. `rcpt`, `mail` and `banner` are replies in place of its own.
    `cut` is whether it ends the connection once it has a letter, `cut_at` on which command.
    """

    greeting: float = 0.0
    data: float = 0.0
    greylist: float | None = None
    rcpt: str | None = None
    mail: str | None = None
    banner: str = "220 mail.mc.example"
    reply: str = "250 taken"
    cut: bool = False
    cut_at: str | None = None
    copies: Counter[str] = field(default_factory=Counter)
    to: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    first_seen: dict[str, float] = field(default_factory=dict)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    @property
    def url(self) -> str:
        """The setting that names it."""
        return f"smtp://127.0.0.1:{self.port}?from=office@wxb.mc.example"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        self.begun.set()
        try:
            await asyncio.sleep(self.greeting)
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, self.banner)
        recipient = ""
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == self.cut_at:
                return
            if verb == "RCPT":
                recipient = line.partition(":")[2].strip("<> ")
            if verb == "DATA":
                await self._say(writer, "354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                if not await self._take(writer, recipient, content):
                    return
                continue
            await self._say(writer, self._answer(verb, recipient))
            if verb == "QUIT":
                return

    def _answer(self, verb: str, recipient: str) -> str:
        if verb == "RCPT":
            since = time.monotonic() - self.first_seen.setdefault(recipient, time.monotonic())
            if self.greylist is not None and since < self.greylist:
                return "451 4.7.1 greylisted, come again"
            return self.rcpt or "250 OK"
        if verb == "MAIL":
            return self.mail or "250 OK"
        return "221 bye" if verb == "QUIT" else "250 OK"

    async def _take(self, writer: asyncio.StreamWriter, recipient: str, content: bytes) -> bool:
        if self.reply.startswith("2"):
            found = ID.search(content)
            assert found is not None
            self.copies[found[1].decode()] += 1
            self.to.append(recipient)
            self.texts.append(str(message_from_bytes(content, policy=policy.default).get_content()))
        await asyncio.sleep(self.data)
        if self.cut:
            return False
        await self._say(writer, self.reply)
        return True

    @staticmethod
    async def _say(writer: asyncio.StreamWriter, reply: str) -> None:
        writer.write(reply.encode() + b"\r\n")
        await writer.drain()


@asynccontextmanager
async def awkward_mail(**how: object) -> AsyncIterator[AwkwardMail]:
    """Serve mail on a free port of this machine."""
    mail = AwkwardMail(**how)  # type: ignore[arg-type]
    server = await asyncio.start_server(mail.serve, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
