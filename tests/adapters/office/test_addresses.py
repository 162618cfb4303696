"""An address that cannot work is refused where it is written, not found out at night by whoever is not reached."""

from __future__ import annotations

import pytest

from adapters.messengers.smtp import SmtpMessenger
from adapters.office.rules.addresses import fault_of

GOOD = [
    ("mail", "wang@example.org"),
    ("mail", "wang.li+piyao@wxb.mc.example"),
    ("mail", "o'brien@example.org"),
    ("mail", "wang@mailhost"),
    ("mail", "wang@mail.gov.local"),
    ("mail", "duty@placeholder.invalid"),
    ("mail", "Wang@Example.ORG"),
    ("sms", "13800138000"),
    ("sms", "+86-000-0001-01"),
    ("sms", "+86 138 0013 8000"),
    ("phone", "110"),
    ("phone", "(010) 6550-1234"),
    ("phone", "010-65501234转801"),
    ("phone", "010-65501234 ext. 801"),
    ("phone", "010-65501234#801"),
    ("wecom", "wxb-duty"),
    ("wecom", "LiMing_2"),
    ("wecom", "li@wxb"),
    ("dingtalk", "李明"),
]

BAD = [
    ("mail", "wang@@example"),
    ("mail", "wang＠example.org"),
    ("mail", "wang"),
    ("mail", "名 <wang@example.org>"),
    ("mail", "<wang@example.org>"),
    ("mail", "wang @example.org"),
    ("mail", "wang@example .org"),
    ("mail", "wang@example.org."),
    ("mail", "wang@.example.org"),
    ("mail", ".wang@example.org"),
    ("mail", "wang..li@example.org"),
    ("mail", "王@example.org"),
    ("mail", "wang@例子.example"),
    ("mail", "wang@exa_mple.org"),
    ("mail", "wang@example.org,li@example.org"),
    ("mail", "wang@example.org;li@example.org"),
    ("mail", "@example.org"),
    ("mail", "wang@"),
    ("mail", "wang@[127.0.0.1]"),
    ("mail", '"wang li"@example.org'),
    ("mail", "mailto:wang@example.org"),
    ("mail", "wang@example.org\r\nBcc: x@y"),
    ("sms", "1380013800O"),
    ("sms", "１３８００１３８０００"),
    ("sms", "+"),
    ("sms", "12"),
    ("sms", "138-0013-8000-0000-0000-0000"),
    ("sms", "010-65501234转801"),
    ("sms", "wang@example.org"),
    ("sms", "13800138000、13900139000"),
    ("phone", "八一二三"),
    ("phone", "010-65501234转"),
    ("phone", "ext 801"),
    ("wecom", "wxb duty"),
    ("wecom", "李明"),
    ("wecom", "-duty"),
    ("wecom", "a" * 65),
    ("dingtalk", "li ming"),
]


@pytest.mark.parametrize(("channel", "address"), GOOD)
def test_an_address_that_can_work_is_taken(channel: str, address: str) -> None:
    assert fault_of(channel, None, address) is None


@pytest.mark.parametrize(("channel", "address"), BAD)
def test_an_address_that_cannot_work_is_refused_with_what_is_allowed(channel: str, address: str) -> None:
    assert "应" in (fault_of(channel, None, address) or "")


@pytest.mark.parametrize(("service", "address"), [("smtp", "wang"), ("phone_task", "wang")])
def test_a_channel_of_another_name_is_judged_by_its_service(service: str, address: str) -> None:
    assert fault_of("duty", service, address) is not None


@pytest.mark.parametrize("address", [address for channel, address in BAD if channel == "mail" and "\r" not in address])
def test_a_sender_that_cannot_work_is_refused_at_start(address: str) -> None:
    with pytest.raises(ValueError, match=r"from=office@example\.org"):
        SmtpMessenger(f"smtp://mail.example:25?from={address}")


def test_a_plus_in_the_senders_address_is_a_part_of_it() -> None:
    assert SmtpMessenger("smtp://mail.example:25?from=office+piyao@example.org")._sender.addr_spec == (
        "office+piyao@example.org"
    )
