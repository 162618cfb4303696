"""What the reply of a mail server is about, by its codes alone: a person or letter, the office, or neither for now."""

from __future__ import annotations

import re

import aiosmtplib

from domain.errors import NotAdmitted, RefusedForGood, Unavailable

OFFICE_CODES = (500, 502, 503, 504, 521, 523, 524, 525, 530, 534, 535, 538)
"""Replies that ask for a login, for encryption or for other commands, or shut the host: whenever they come."""

BAD_SENDER = ("5.1.7", "5.1.8")
"""Enhanced codes (RFC 3463) about the sender: many servers look at it when a recipient is named."""

POLICY, PROTOCOL = "5.7", "5.5"
"""Enhanced codes of what the server allows this sender to do, and of how it is spoken to.

A missing login is answered with 554 5.7.1 by Postfix and with 550 5.7.1 by Exchange.
"""

OF_ONE = ("5.1", "5.2", "5.6")
"""Enhanced codes about an address, a mailbox, or what a letter holds."""

_ENHANCED = re.compile(r"\s*(5\.\d{1,3})(\.\d{1,3})(?!\S)")


def refusal_of(answer: aiosmtplib.SMTPResponseException, reason: str) -> Unavailable:
    """Return the error for a reply; `reason` is what people read of it.

    What is refused before a recipient is named (greeting, login, sender) is refused to every letter. A reply of 5yz
    without a code that says whom it is about is for good, unless everybody gets it (`RefusedForGood.codes`).
    """
    if not 500 <= answer.code < 600:
        return Unavailable(reason)
    about_letter = isinstance(answer, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
    found = _ENHANCED.match(answer.message)
    kind, whole = (found[1], found[1] + found[2]) if found else ("", "")
    if not about_letter or answer.code in OFFICE_CODES or kind in (POLICY, PROTOCOL) or whole in BAD_SENDER:
        return NotAdmitted(reason)
    return RefusedForGood(reason, "" if kind in OF_ONE else f"{answer.code} {whole}".strip())
