"""What the demo checks at its end: the page is the text that was signed, and every history replays."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory

from cli.api_client import ApiClient
from cli.demo.officers import Officers
from cli.messages import message
from wiring.worker import build_replayer
from workflows import names

HEALTHY = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)


@dataclass(frozen=True)
class Proof:
    """The outcome of one check, with a sentence for people."""

    ok: bool
    sentence: str


async def page(api: ApiClient, officers: Officers, case: str, shown_as: str) -> Proof:
    """Check that the public page of a case, `shown_as` in the sentence, is exactly the text that was signed."""
    path = f"/bulletin/{case}"
    document = await api.text(f"{path}/document")
    computed = hashlib.sha256(document.encode()).hexdigest()
    events = [entry["event"] for entry in await officers.timeline(case)]
    approved = next((event["digest"] for event in reversed(events) if event["kind"] == "approved"), "")
    shown = _Meta.of(await api.text(path)).get("piyao-digest", "")
    ok = computed == approved == shown
    code = "page_holds" if ok else "page_differs"
    sentence = message(code, page=shown_as, computed=computed, approved=approved, shown=shown)
    return Proof(ok, sentence)


async def histories(client: Client, cases: Iterable[str]) -> tuple[Proof, list[str]]:
    """Replay the history of every case with today's code.

    Also returns the cases whose workflow neither runs nor is closed, or whose latest task failed.
    """
    found, unhealthy = [], []
    for case in cases:
        handle = client.get_workflow_handle(names.workflow_id(case))
        found.append(await handle.fetch_history())
        if (await handle.describe()).status not in HEALTHY or _stuck(found[-1]):
            unhealthy.append(case)

    async def each() -> AsyncIterator[WorkflowHistory]:
        for history in found:
            yield history

    failures = (await build_replayer().replay_workflows(each(), raise_on_replay_failure=False)).replay_failures
    if not failures:
        events = sum(len(history.events) for history in found)
        return Proof(ok=True, sentence=message("replay_holds", count=len(found), events=events)), unhealthy
    first = next(iter(failures.values()))
    return Proof(ok=False, sentence=message("replay_fails", count=len(failures), of=len(found), first=first)), unhealthy


def _stuck(history: WorkflowHistory) -> bool:
    """Return whether the latest workflow task that ended has failed."""
    ended = (EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    last = next((event for event in reversed(history.events) if event.event_type in ended), None)
    return last is not None and last.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED


class _Meta(HTMLParser):
    """A parser that collects the `<meta name= content=>` of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name"):
            self.found[str(given["name"])] = given.get("content") or ""

    @classmethod
    def of(cls, html: str) -> dict[str, str]:
        parser = cls()
        parser.feed(html)
        return parser.found
