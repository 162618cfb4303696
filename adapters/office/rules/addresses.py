"""The rules of the addresses in `people.toml`: one that cannot work would be found out by whoever is not reached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.egress.mail_address import is_mail_address
from adapters.office.parsed import Parsed
from adapters.office.problems import PEOPLE, ConfigProblem, rule, shown
from domain.terms import MAIL, PHONE

SMS, WECOM = "sms", "wecom"
"""Channels whose addresses have a form of their own, whatever service the office sends them by."""

SMTP, CALLS = "smtp", "phone_task"
"""Services whose addresses have one, whatever the office calls their channel."""

NUMBER = re.compile(r"\+?[0-9(](?:[0-9() -]{0,28}[0-9])?")
EXTENSION = re.compile(r"[ ,]?(?:\u8f6c|ext\.?|#)[ ]?[0-9]{1,6}$")
"""How people write an extension (the first is the Chinese word for it); whoever calls reads it."""

WECOM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
"""What WeCom takes as the id of a member."""

DIGITS = range(3, 21)
"""How many digits a telephone number has."""


def addresses_can_work(parsed: Parsed) -> Iterator[ConfigProblem]:
    """Refuse an address its channel cannot use."""
    services = {name: service.value for name, service in parsed.policy.channel.items()} if parsed.policy else {}
    for person in parsed.persons:
        for channel, address in person.addresses.items():
            if says := fault_of(channel, services.get(channel), address):
                yield ConfigProblem(PEOPLE, f"person[{person.id}].addresses.{channel}", shown(address), says)


def fault_of(channel: str, service: str | None, address: str) -> str | None:
    """Return what is allowed instead of an address; None if it can work."""
    if channel == MAIL or service == SMTP:
        return None if is_mail_address(address) else rule("no_mail_address")
    if channel == PHONE or service == CALLS:
        return None if _is_number(EXTENSION.sub("", address)) else _no_number("no_number_to_call")
    if channel == SMS:
        return None if _is_number(address) else _no_number("no_number")
    if channel == WECOM:
        return None if WECOM_ID.fullmatch(address) else rule("no_wecom_id")
    return rule("address_with_blanks") if re.search(r"\s", address) else None


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None and sum(mark.isdigit() for mark in text) in DIGITS


def _no_number(code: str) -> str:
    return rule(code, least=DIGITS.start, most=DIGITS.stop - 1)
