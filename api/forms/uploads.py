"""Files handed in with a form: stored before anything else is checked, so that no later error loses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from api.forms.model import MOST, Form, Widget
from api.forms.submission import FormSubmission, UnfitForm
from desk import CaseDesk
from domain.errors import Unavailable, Unfit
from domain.office.office import Person
from texts.catalogue import current
from texts.refusals import refusal_sentence

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class UploadedForm:
    """A form whose files are stored and named by their digests; `faults` says, by field, which are not and why.

    `later` is True where the store did not answer, so that the same file may be sent again.
    """

    sent: FormSubmission
    faults: Mapping[str, str]
    later: bool = False


async def handed_in(desk: CaseDesk, form: Form, sent: FormSubmission, by: Person) -> UploadedForm:
    """Store the files that a person sent with a form, and return the form with their digests.

    Raises:
        UnfitForm: the form has no field for such a file.

    """
    with_files = [one for one in form.fields if one.widget is Widget.EVIDENCE]
    rows = {f"{one.name}-{row}-file": row for one in with_files for row in range(MOST[one.widget])}
    if not sent.files.keys() <= rows.keys():
        raise UnfitForm(400, "invalid_request")
    digests: dict[int, tuple[str, str]] = {}
    faults: dict[str, str] = {}
    later = False
    for name, given in sent.files.items():
        try:
            kept = await desk.files.keep(given.pieces(), desk.right_of(by))
            digests[rows[name]] = (kept.digest, given.name)
        except Unfit as refused:
            faults[name] = refusal_sentence(refused.code, refused.values)
        except Unavailable as lost:
            log.warning("task.file_unavailable", reason=str(lost))
            faults[name], later = current().word("page", "file_lost"), True
    return UploadedForm(sent.with_files(digests), faults, later)
