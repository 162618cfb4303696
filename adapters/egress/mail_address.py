"""What a mail address is: one that a mail server on the way takes, without a name beside it."""

from __future__ import annotations

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

SPECIAL_USE_DOMAIN_NAMES.clear()  # .local is an office's own network, .invalid what `piyao init` writes


def is_mail_address(text: str) -> bool:
    """Return whether a text is one mail address in ASCII; one that is good inside an office's own network only counts.

    No server is asked whether it knows the address.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return text.isascii() and found.normalized.lower() == text.lower()
