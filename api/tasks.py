"""Task pages: `/t/{token}` shows an officer one task, and takes what the officer says by a plain form.

Reading never acts, whoever opens the link: mail is read by machines too.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.auth import Desk
from api.fields import WHOLE, Form
from api.filling import filled
from api.forms import BY_NAME, SEND_CODE
from api.opened import LinkRefused, Opened, opened
from api.problems import status_of
from api.sent import Sent, UnfitForm, sent_in
from api.taskpage import TaskPage, Trouble
from desk import CaseDesk
from domain.errors import NotPermitted, Refused, Stale, Unfit, Unknown
from domain.links import OF_A_CLOCK
from domain.ports import KeyReused, Unavailable
from temporal.seal import sentence
from texts import current

INBOX = "desk"
"""The channel of a link minted in the inbox: whoever follows it came by the personal key."""

PIECE = 64 * 1024
FIELD_CODE = re.compile(r"（[a-z_]+）")

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/t", include_in_schema=False)


@router.get("/style.css")
async def style(request: Request) -> Response:
    """Give the style sheet of the pages."""
    return Response(request.app.state.page_style, media_type="text/css")


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str, desk: Desk, done: str | None = None) -> Response:
    """Show a task; `done` names the form that was just taken."""
    try:
        page = await _page(desk, opened(request, desk, token))
    except LinkRefused as refused:
        return refusal(desk, refused)
    return HTMLResponse(page.written(said=done))


@router.post("/{token}")
async def act(request: Request, token: str, desk: Desk) -> Response:
    """Take what a form says; taken, the page is shown anew, so that reloading it sends nothing again."""
    try:
        link = opened(request, desk, token)
        sent = await sent_in(request)
        form = _form(link, sent)
        page = await _page(desk, link)
        if page.ended:
            return HTMLResponse(page.written(), 409)
        if page.brief is None and not page.over:
            return _later(page, form, sent)
        return await _taken(page, form, sent)
    except LinkRefused as refused:
        return refusal(desk, refused)
    except UnfitForm as unfit:
        return refusal(desk, LinkRefused(unfit.status, unfit.code))


async def _taken(page: TaskPage, form: Form, sent: Sent) -> Response:
    """Pass a form on to the case, or show it again with what is wrong."""
    link, desk = page.opened, page.desk
    try:
        if form.name == SEND_CODE:
            via = link.link.channel if link.link.channel != INBOX else None
            await desk.send_code(link.link.case_id, to=link.person, via=via)
            return _done(link, form)
        digests, faults = await _files(desk, sent)
        sent = sent.with_files(digests)  # what is stored already is not asked for again
        made = filled(form, sent, current().zone, digests)
        if made.said is None or faults:
            return _again(page, 422, Trouble(form, sent, faults={**made.faults, **faults}))
        code = sent.one("code") or None
        await desk.decide(link.link.case_id, made.said, by=link.person, key=sent.one("key"), code=code)
    except KeyReused:
        return _again(page, 422, Trouble(form, sent, says=current().word("page", "key_reused")))
    except Unavailable:
        return _later(page, form, sent)
    except Refused as no:
        return await _refused(page, form, sent, no)
    log.info("task.taken", case_id=link.link.case_id, kind=form.kind, task=link.link.task, channel=link.link.channel)
    return _done(link, form)


def _done(link: Opened, form: Form) -> Response:
    return RedirectResponse(f"{link.path}?done={form.name}", 303)


async def _files(desk: CaseDesk, sent: Sent) -> tuple[dict[int, str], dict[str, str]]:
    """Hand the files of a form to the store; returns digests by row, and what is wrong by field."""
    digests: dict[int, str] = {}
    faults: dict[str, str] = {}
    for name, given in sent.files.items():
        row = name.removeprefix("evidence-").removesuffix("-file")
        if not row.isdecimal():
            raise UnfitForm(400, "invalid_request")
        try:
            digests[int(row)] = (await desk.files.keep(_pieces(given.content))).digest
        except Unfit as refused:
            faults[name] = sentence(refused)
    return digests, faults


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    """Hand a file over piece by piece, as it would come over the wire."""
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


async def _page(desk: CaseDesk, link: Opened) -> TaskPage:
    try:
        return await TaskPage.of(desk, link)
    except Unknown:
        raise LinkRefused(404, "no_case") from None
    except Unavailable as later:
        log.warning("task.unavailable", reason=str(later))
        raise LinkRefused(503, "unavailable") from None


def _form(link: Opened, sent: Sent) -> Form:
    """Return the form that was sent, if this link may send it.

    Raises:
        LinkRefused: it is another kind than the link's task has, or speaks of another clock.
        UnfitForm: it has no key, without which a second sending could not be told from a second decision.

    """
    form = BY_NAME.get(sent.one("form"))
    if form is None or form.kind != sent.one("kind") or form.kind not in link.link.kinds:
        raise LinkRefused(403, "other_kind")
    spoken_of = (sent.one("clock"), sent.one("unit"))
    if form.kind in OF_A_CLOCK and spoken_of != (link.link.clock, link.link.owner):
        raise LinkRefused(403, "other_kind")
    if not 16 <= len(sent.one("key")) <= 200:
        raise UnfitForm(400, "invalid_request")
    return form


async def _refused(page: TaskPage, form: Form, sent: Sent, no: Refused) -> Response:
    """Show the page as the case now stands, the reason on top, everything typed still there."""
    now = await _page(page.desk, page.opened)
    status = 422 if isinstance(no, Unknown) else 403 if isinstance(no, NotPermitted) else status_of(no)
    says = FIELD_CODE.sub("", sentence(no))  # an officer sees fields by their labels, not by the API's names
    if form.stale and isinstance(no, Stale):
        return _again(now, status, Trouble(form, sent, faults={form.stale: says}))
    return _again(now, status, Trouble(form, sent, says=says))


def _later(page: TaskPage, form: Form, sent: Sent) -> Response:
    trouble = Trouble(form, sent, says=current().word("page", "later"), key=sent.one("key"))
    return _again(page, 503, trouble, {"Retry-After": "5"})


def _again(page: TaskPage, status: int, trouble: Trouble, headers: Mapping[str, str] | None = None) -> Response:
    faults = dict(trouble.faults)
    if whole := faults.pop(WHOLE, None):
        trouble = Trouble(trouble.form, trouble.sent, trouble.says or whole, faults, trouble.key)
    return HTMLResponse(page.written(trouble=trouble), status, headers=dict(headers or {}))


def refusal(desk: CaseDesk, no: LinkRefused) -> Response:
    """Say on a page of its own why a link opens nothing, and what to do."""
    log.info("task.refused", code=no.code, status=no.status)
    text = current().say("task_refused.html", code=no.code, mode=desk.office.terms.mode)
    return HTMLResponse(text, no.status)
