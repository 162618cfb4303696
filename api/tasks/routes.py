"""Task pages: `/t/{token}` shows an officer one task, and takes the officer's decisions by a plain form.

Reading changes nothing, whoever opens the link: machines read mail, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.forms.catalogue import BY_NAME, CODE_ON_ITS_WAY, SEND_CODE
from api.forms.faults import place_of
from api.forms.model import SURE, WHOLE, Form
from api.forms.parse import filled, unmeant
from api.forms.resubmission import RejectedForm, alone, typed
from api.forms.submission import FormSubmission, UnfitForm, sent_in
from api.forms.uploads import UploadedForm, handed_in
from api.http.admission import admit_decision
from api.http.auth import Desk
from api.http.problems import RETRY_AFTER, retry_after, status_of
from api.tasks.open_link import LinkRefused, OpenLink, opened
from api.tasks.page import TaskPage
from desk import CaseDesk
from domain.errors import KeyReused, NotPermitted, Refused, Stale, Unavailable, Unknown
from domain.tasks.task import OF_A_CLOCK
from texts.catalogue import current
from texts.refusals import refusal_sentence

INBOX = "desk"
"""The channel of a link made in the inbox: its holder came by the personal key."""

FIELD_CODE = re.compile(r"（[a-z_]+）")

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/t", include_in_schema=False)


@router.get("/style.css")
async def style(request: Request) -> Response:
    """Return the style sheet of the pages."""
    return Response(request.app.state.page_style, media_type="text/css")


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str, desk: Desk, done: str | None = None) -> Response:
    """Return the page of a task; `done` names the form that was just accepted."""
    try:
        page = await _page(desk, await opened(request, desk, token))
    except LinkRefused as refused:
        return refusal(desk, refused)
    except Unavailable as later:
        log.warning("task.unavailable", reason=str(later))
        return refusal(desk, LinkRefused(503, "unavailable"))
    return HTMLResponse(page.written(taken=done))


@router.post("/{token}")
async def act(request: Request, token: str, desk: Desk) -> Response:
    """Take a form; if it is accepted, redirect to the page, so that reloading it sends nothing again.

    If it is not accepted, the answer holds everything that was typed.
    """
    sent: FormSubmission | None = None
    try:
        link = await opened(request, desk, token)
        sent = await sent_in(request)
        form = _form(link, sent)
        return await _weighed(request, desk, link, form, await handed_in(desk, form, sent, link.person))
    except LinkRefused as refused:
        return refusal(desk, refused, await _unread(request, refused) if sent is None else sent)
    except UnfitForm as unfit:
        return refusal(desk, LinkRefused(unfit.status, unfit.code), sent)


async def _unread(request: Request, refused: LinkRefused) -> FormSubmission | None:
    """Return the form sent by a link that opens nothing any more.

    None for a link that was not written here: its sender has typed into no page of the program.
    """
    if refused.status == 404:
        return None
    try:
        return await sent_in(request)
    except UnfitForm:
        return None


async def _weighed(request: Request, desk: CaseDesk, link: OpenLink, form: Form, handed: UploadedForm) -> Response:
    """Send a form to the case, unless the case is past the link's task or does not answer."""
    try:
        page = await _page(desk, link)
    except Unavailable as later:
        log.warning("task.unavailable", reason=str(later))
        return _later(None, desk, form, handed)
    if page.ended:
        return _again(page, 409, RejectedForm(form, handed.sent, says=current().word("page", "not_taken")))
    if (page.heard or not page.over) and (page.brief is None or handed.later):
        return _later(page, desk, form, handed)
    return await _taken(request, page, form, handed)


async def _taken(request: Request, page: TaskPage, form: Form, handed: UploadedForm) -> Response:
    """Send a form to the case, or show it again with what is wrong."""
    link, desk, sent = page.opened, page.desk, handed.sent
    try:
        if form.name == SEND_CODE:
            if faults := unmeant(form, sent):
                return _again(page, 422, RejectedForm(form, sent, faults=faults))
            via = link.link.channel if link.link.channel != INBOX else None
            code = await desk.send_code(link.link.case_id, to=link.person, via=via, right=link.right)
            return _done(link, CODE_ON_ITS_WAY if code.on_its_way else form.name)
        made = filled(form, sent, current().zone)
        if made.decision is None or handed.faults:
            return _again(page, 422, RejectedForm(form, sent, faults={**made.faults, **handed.faults}))
        admit_decision(request, link.person)
        typed, key = sent.one("code") or None, sent.one("key")
        await desk.decide(link.link.case_id, made.decision, by=link.person, key=key, code=typed, right=link.right)
    except KeyReused:
        return _again(page, 422, RejectedForm(form, sent, says=current().word("page", "key_reused")))
    except Unavailable as later:
        log.warning("task.unavailable", reason=str(later))
        return _later(page, desk, form, handed)
    except Refused as no:
        return await _refused(page, form, sent, no)
    log.info("task.taken", case_id=link.link.case_id, kind=form.kind, task=link.link.task, channel=link.link.channel)
    return _done(link, form.name)


def _done(link: OpenLink, taken: str) -> Response:
    return RedirectResponse(f"{link.path}?done={taken}", 303)


async def _page(desk: CaseDesk, link: OpenLink) -> TaskPage:
    try:
        return await TaskPage.of(desk, link)
    except Unknown:
        raise LinkRefused(404, "no_case") from None


def _form(link: OpenLink, sent: FormSubmission) -> Form:
    """Return the form that was sent, if this link may send it.

    Raises:
        LinkRefused: it is of a kind the link's task does not have, or about another clock.
        UnfitForm: it has no key, without which a form sent twice would be two decisions.

    """
    form = BY_NAME.get(sent.one("form"))
    if form is None or form.kind != sent.one("kind") or form.kind not in link.link.kinds:
        raise LinkRefused(403, "other_kind")
    if form.kind in OF_A_CLOCK and not link.link.speaks_of(sent.one("clock"), sent.one("unit")):
        raise LinkRefused(403, "other_kind")
    if not 16 <= len(sent.one("key")) <= 200:
        raise UnfitForm(400, "invalid_request")
    return form


async def _refused(page: TaskPage, form: Form, sent: FormSubmission, no: Refused) -> Response:
    """Return the page as the case now stands, with the reason on top and everything that was typed."""
    with suppress(Unavailable):  # else the page as it stood a moment ago
        page = await _page(page.desk, page.opened)
    status = 422 if isinstance(no, Unknown) else 403 if isinstance(no, NotPermitted) else status_of(no)
    says = FIELD_CODE.sub(
        "", refusal_sentence(no.code, no.values)
    )  # an officer sees fields by their labels, not by the API's names
    if isinstance(no, Stale):
        sent = sent.without(SURE.name)  # it was meant for what is no more
    place = form.stale if form.stale and isinstance(no, Stale) else place_of(form, no.code)
    if place:
        return _again(page, status, RejectedForm(form, sent, faults={place: says}), retry_after(no))
    return _again(page, status, RejectedForm(form, sent, says=says), retry_after(no))


def _later(page: TaskPage | None, desk: CaseDesk, form: Form, handed: UploadedForm) -> Response:
    """Return a form to be sent again under its own key, so that a decision that got through has no second effect.

    `page` is None if nothing of the case is known.
    """
    says = current().word("page", "later")
    trouble = RejectedForm(form, handed.sent, says, handed.faults, key=handed.sent.one("key"))
    if page is None:
        return HTMLResponse(alone(desk.office, trouble), 503, headers=RETRY_AFTER)
    return _again(page, 503, trouble, RETRY_AFTER)


def _again(page: TaskPage, status: int, trouble: RejectedForm, headers: Mapping[str, str] | None = None) -> Response:
    faults = dict(trouble.faults)
    if whole := faults.pop(WHOLE, None):
        trouble = RejectedForm(trouble.form, trouble.sent, trouble.says or whole, faults, trouble.key)
    return HTMLResponse(page.written(trouble=trouble), status, headers=headers)


def refusal(desk: CaseDesk, no: LinkRefused, sent: FormSubmission | None = None) -> Response:
    """Return a page that says why a link opens nothing and what to do, with what was typed, to be copied."""
    log.info("task.refused", code=no.code, status=no.status)
    lines = typed(desk.office, sent) if sent else []
    text = current().say("task_refused.html", code=no.code, mode=desk.office.terms.mode, typed=lines)
    return HTMLResponse(text, no.status, headers=RETRY_AFTER if no.status == 503 else None)
