"""Who is written to: a gateway for messages and a partner over real HTTP, which keep every key they are sent."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


@dataclass
class Taken:
    """How often each key was taken, of letters and of pages, and the letters' texts by key."""

    letters: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    texts: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def letter(self, request: Request) -> Response:
        self.texts[request.headers["Idempotency-Key"]] = json.loads(request.get_data())["text"]
        return self._take(self.letters, request)

    def page(self, request: Request) -> Response:
        return self._take(self.pages, request)

    def _take(self, into: Counter[str], request: Request) -> Response:
        with self._lock:
            into[request.headers["Idempotency-Key"]] += 1
        return Response(status=202)


@contextmanager
def receivers() -> Iterator[tuple[Taken, dict[str, str]]]:
    """Serve both; give what they have taken, and the settings that point to them."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    taken = Taken()
    with HTTPServer(threaded=True) as server:
        server.expect_request("/messages", method="POST").respond_with_handler(taken.letter)
        server.expect_request("/pages", method="POST").respond_with_handler(taken.page)
        yield taken, {"message_url": server.url_for("/messages"), "partner_url": server.url_for("/pages")}
