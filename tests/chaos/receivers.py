"""Who is told: a gateway for messages and a partner, over real HTTP, slow enough to be killed in the midst."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.chaos.watch import Kind, Watch

TAKES = 0.05
"""Seconds a receiver needs for one letter."""


@dataclass
class Receivers:
    """Every body that was received, by its key."""

    watch: Watch
    messages: dict[str, list[Any]] = field(default_factory=dict)
    pages: dict[str, list[Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def message(self, request: Request) -> Response:
        """Take a letter."""
        return self._take(self.messages, "key", request)

    def page(self, request: Request) -> Response:
        """Take a page."""
        return self._take(self.pages, "id", request)

    def _take(self, into: dict[str, list[Any]], name: str, request: Request) -> Response:
        body = json.loads(request.get_data())
        key = str(body[name])
        assert request.headers["Idempotency-Key"] == key
        with self.watch.flight(Kind.EFFECT, key):
            time.sleep(TAKES / 2)
            with self._lock:
                into.setdefault(key, []).append(body)
            time.sleep(TAKES / 2)
        return Response(status=202)


@contextmanager
def receiving(watch: Watch) -> Iterator[tuple[Receivers, dict[str, str]]]:
    """Serve both; give what they received and the settings that point to them."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    receivers = Receivers(watch)
    with HTTPServer(threaded=True) as server:
        server.expect_request("/messages", method="POST").respond_with_handler(receivers.message)
        server.expect_request("/pages", method="POST").respond_with_handler(receivers.page)
        yield (
            receivers,
            {"PIYAO_MESSAGE_URL": server.url_for("/messages"), "PIYAO_PARTNER_URL": server.url_for("/pages")},
        )
