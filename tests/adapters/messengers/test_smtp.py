from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from adapters.egress.service_urls import UnfitUrl, mail_url
from adapters.messengers import smtp
from adapters.messengers.smtp import SmtpMessenger
from domain.errors import NotAdmitted, RefusedForGood, Unavailable
from domain.vocabulary import Mode
from tests.activities.factories import letter
from tests.adapters.receivers import MailServer, black_hole, free_port, mail_server

FROM = "?from=office@wxb.mc.example"


HEADERS = {
    *("Message-ID", "From", "To", "Subject", "Date", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}


@pytest.fixture
def mail() -> Iterator[tuple[MailServer, str]]:
    with mail_server() as served:
        yield served


async def test_a_letter_arrives_in_chinese_with_an_id_made_of_its_key(mail: tuple[MailServer, str]) -> None:
    server, url = mail
    await SmtpMessenger(url).send(letter())
    (message,) = server.messages
    assert message["Subject"] == "【演示】请反馈"
    assert message["To"] == "李同志 <li@wjw.mc.example>"
    assert message["From"] == "office@wxb.mc.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip().splitlines() == letter().text.splitlines()
    assert server.envelopes[0].rcpt_tos == ["li@wjw.mc.example"]


async def test_the_same_letter_twice_is_the_same_message(mail: tuple[MailServer, str]) -> None:
    server, url = mail
    for key in ("a/1", "a/1", "a/2"):
        await SmtpMessenger(url).send(letter(key))
    ids = [message["Message-ID"] for message in server.messages]
    assert ids[0] == ids[1] != ids[2]
    assert server.messages[0].get_content() == server.messages[1].get_content()


@pytest.mark.parametrize(
    "hostile",
    [
        "a\r\nBcc: all@mc.example",
        "a\nBcc: all@mc.example",
        "a\rBcc: x",
        "a\u2028Bcc: x",
        "a\x00b",
        "a\r\n\r\n<b>",
        "=?utf-8?q?a=0ABcc:_x?=",
    ],
)
async def test_a_text_cannot_add_a_header(mail: tuple[MailServer, str], hostile: str) -> None:
    server, url = mail
    await SmtpMessenger(url).send(letter(subject=hostile, name=hostile, text=f"{hostile}\r\n.\r\nRCPT TO:<x@y>"))
    (message,) = server.messages
    assert set(message.keys()) == HEADERS
    assert message["Bcc"] is None
    assert server.envelopes[0].rcpt_tos == ["li@wjw.mc.example"]
    assert len(server.envelopes) == 1
    assert "RCPT TO:<x@y>" in message.get_content()


@pytest.mark.parametrize("address", ["li", "li@", "li@a\r\nRCPT TO:<x@y>", "李@mc.example", "a@b, c@d", "", "<a@b>"])
async def test_an_address_that_is_none_is_said_and_reaches_nobody(mail: tuple[MailServer, str], address: str) -> None:
    server, url = mail
    with pytest.raises(Unavailable):
        await SmtpMessenger(url).send(letter(address=address))
    assert not server.envelopes


@pytest.mark.parametrize(
    "reply", ["450 4.2.1 mailbox busy li@wjw.mc.example", "550 5.1.1 no such user <li@wjw.mc.example>"]
)
async def test_a_refused_recipient_is_tried_again_and_the_reason_hides_the_address(
    mail: tuple[MailServer, str], reply: str
) -> None:
    server, url = mail
    server.refuse["li@wjw.mc.example"] = reply
    with pytest.raises(Unavailable) as refused:
        await SmtpMessenger(url).send(letter())
    assert reply[:3] in str(refused.value)
    assert "li@wjw" not in str(refused.value)


async def test_a_server_that_is_away_is_known_at_once_and_one_that_never_answers_when_its_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(Unavailable):
        await SmtpMessenger(f"smtp://127.0.0.1:{free_port()}{FROM}").send(letter())
    monkeypatch.setattr(smtp, "GREETING", 0.5)
    begun = time.monotonic()
    async with black_hole() as port:
        with pytest.raises(Unavailable):
            await SmtpMessenger(f"smtp://127.0.0.1:{port}{FROM}").send(letter())
    assert 0.5 <= time.monotonic() - begun < 2.5


@pytest.mark.parametrize("mode", [Mode.DEMO, Mode.DRILL])
async def test_a_server_outside_is_not_called_in_demo_and_drill(mode: Mode) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await SmtpMessenger(f"smtp://192.0.2.1:25{FROM}").send(letter(mode=mode))
    assert time.monotonic() - begun < 0.5


@pytest.mark.parametrize(
    "url",
    ["smtp://mail.example", "http://a?from=a@b", "smtp://?from=a@b", "smtp://a?from=nobody", "smtp://a?from=<a@b>"],
)
def test_an_address_without_server_or_sender_is_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError, match=r"from=office@example\.org"):
        SmtpMessenger(url)


@pytest.mark.parametrize(("reply", "for_good"), [("550 no such user", True), ("451 try later", False)])
async def test_a_refusal_for_good_is_told_from_a_passing_one(
    mail: tuple[MailServer, str], reply: str, for_good: bool
) -> None:
    server, url = mail
    server.refuse["li@wjw.mc.example"] = reply
    with pytest.raises(Unavailable) as refused:
        await SmtpMessenger(url).send(letter())
    assert isinstance(refused.value, RefusedForGood) is for_good


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("554 5.7.1 <li@wjw.mc.example>: Relay access denied", NotAdmitted),
        ("550 5.7.1 Unable to relay", NotAdmitted),
        ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", NotAdmitted),
        ("503 5.5.1 authenticate first", NotAdmitted),
        ("503 need AUTH first", NotAdmitted),
        ("504 5.5.2 <piyao>: Helo command rejected: need fully-qualified hostname", NotAdmitted),
        ("550 5.1.8 Sender address rejected: Domain not found", NotAdmitted),
        ("550 5.1.1 no such user, see 5.7.1 in our manual", RefusedForGood),
        ("552 5.2.2 mailbox full", RefusedForGood),
        ("550 relay not permitted, say the words 5.7.1", RefusedForGood),
        ("450 4.7.1 greylisted", Unavailable),
    ],
)
async def test_whether_a_refusal_is_about_the_office_is_told_by_its_codes_alone(
    mail: tuple[MailServer, str], reply: str, kind: type[Unavailable]
) -> None:
    server, url = mail
    server.refuse["li@wjw.mc.example"] = reply
    with pytest.raises(Unavailable) as refused:
        await SmtpMessenger(url).send(letter())
    assert type(refused.value) is kind


@pytest.mark.parametrize(
    ("url", "user", "password", "sender"),
    [
        ("smtp://h:25?from=a+b@mc.example", None, None, "a+b@mc.example"),
        ("smtp://h:25?from=a%2Bb@mc.example", None, None, "a+b@mc.example"),
        ("smtp://u+v:p+w@h:25?from=a@mc.example", "u+v", "p+w", "a@mc.example"),
        ("smtp://u%40corp:p%2F%23%3F%25@h:25?from=a@mc.example", "u@corp", "p/#?%", "a@mc.example"),
        ("smtps://h?from=%61@mc.example", None, None, "a@mc.example"),
    ],
)
def test_a_plus_in_an_address_is_a_plus(url: str, user: str | None, password: str | None, sender: str) -> None:
    read = mail_url(url)

    assert (read.user, read.password, read.sender) == (user, password, sender)
    assert SmtpMessenger(url).address == f"h:{465 if url.startswith('smtps') else 25}"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("smtp://user:p#ss@h:25?from=a@mc.example", "%23"),
        ("smtp://user:p/ss@h:25?from=a@mc.example", "%2F"),
        ("smtp://user:p?ss@h:25?from=a@mc.example", "%3F"),
        ("smtp://h:70000?from=a@mc.example", "smtp://"),
        ("smtp://h:x?from=a@mc.example", "smtp://"),
        ("smtp://[::1?from=a@mc.example", "smtp://"),
        ("smtp://h/x?from=a@mc.example", "smtp://"),
        ("smtp://h", "from"),
        ("smtp://h?from=a b@mc.example", "from"),
        ("smtp://h?from=@mc.example", "from"),
        ("smtp://h?from=a@mc.example&tls=1", "tls"),
        ("http://h?from=a@mc.example", "smtp://"),
    ],
)
def test_what_is_no_address_of_a_mail_server_is_refused_without_its_password(url: str, says: str) -> None:
    with pytest.raises(UnfitUrl) as refused:
        SmtpMessenger(url)

    assert says in str(refused.value)
    assert "p/ss" not in str(refused.value)
    assert "ss@h" not in str(refused.value)
