"""A wave, a page, an office and a catalogue for the tests of the effects."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities import fence
from activities.notices import Notices
from adapters.credentials.signed_tokens import SignedTokens
from domain.case.notice_kinds import Message
from domain.case.obligations import Notice, Page, Publication, digest_of
from domain.case.payloads import Issue, Wave, WaveSent
from domain.case.summary import ClockStatus, Record, Summary
from domain.decisions import Actor, Decision, DraftSubmission, Review, Sign
from domain.errors import Unavailable
from domain.office.office import Person, Reached
from domain.ports.delivery import Letter, LetterBound, Receipt, Recipient, Undelivered
from domain.ports.rows import DecisionRow
from domain.ports.short_links import KeptLink
from domain.tasks.short_links import ShortLinks
from domain.tasks.task_links import Links
from domain.terms import Addressee, Gap
from domain.values import TimelinePosition
from domain.vocabulary import ClockName, Level, Mode, PublicationKind, PublicationState, Seat, Stage, Verdict, Vote
from texts.catalogue import Texts

CASE = "k7m2p9x4qa"
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
POSITION = TimelinePosition(epoch=1, seq=3, head="0" * 64)
TOKENS = SignedTokens([b"k" * 32])
LINKS = Links(TOKENS, "http://127.0.0.1:8400")
SHORTS = {"wxb": "市委网信办", "wjw": "市卫生健康委", "sjw": "市市场监管委"}

WORDS = """
[mode]
demo = "【演示】"
drill = "【演练】"
[seat]
duty = "值班员"
[channel]
mail = "邮件"
sms = "短信"
[receiver]
register = "台账"
partner = "合作媒体"
[letter]
handed_over = "【交接】"
[effect]
undelivered = "{of} 封中有 {left} 封未送达：\\n{names}"
without = "{who}（{channel}）：{reason}"
unavailable = "{who}暂不可用：{reason}"
other_text = "正文与签发的不一致，未发往{channel}"
no_answer = "{seconds} 秒内无应答"
"""

NOTICE = "{{ number }} {{ message }} {{ claim }} {{ unit_short }} {{ seat }} {{ owner_short }} {{ level }}"


LETTER = """{% if handed_over %}{{ "handed_over"|word("letter") }}{% endif %}
{% for one in said %}
{{ one.sentence }}

{% endfor %}
{{ link }}"""


def seat(unit: str, name: Seat = Seat.DUTY) -> Addressee:
    return Addressee(unit=unit, seat=name)


def person(name: str, unit: str = "wjw", **addresses: str) -> Person:
    return Person(id=name, name=f"{name} 同志", unit=unit, seats=(Seat.DUTY,), addresses=addresses)


def catalogue(folder: Path) -> Texts:
    (folder / "words.toml").write_text(WORDS, encoding="utf-8")
    for message in Message:
        text = NOTICE.replace("{{ message }}", message)
        (folder / f"notice_{message}.j2").write_text(text, encoding="utf-8")
    (folder / "letter.j2").write_text(LETTER, encoding="utf-8")
    (folder / "notice_subject.j2").write_text("{{ number }} {{ notice.message }}", encoding="utf-8")
    return Texts(folder)


def summary(**changes: Any) -> Summary:
    debt = ClockStatus(clock=ClockName.ANSWER, unit="wjw", short="市卫生健康委", due=AT + timedelta(hours=24))
    values: dict[str, Any] = {
        "case_id": CASE,
        "epoch": 1,
        "number": "辟〔2026〕0123",
        "seq": 5,
        "stage": Stage.VERIFICATION,
        "visit": 1,
        "level": Level.YELLOW,
        "provisional": False,
        "verdict": None,
        "publication": PublicationState.NONE,
        "topic": "传染病",
        "district": None,
        "lead": "wjw",
        "units": ("wjw",),
        "due": debt.due,
        "next_wake": None,
        "escalation": 0,
        "overdue": False,
        "sightings": 1,
        "debts": (debt,),
        "opened_at": AT,
        "closed_at": None,
    }
    return Summary(**(values | changes))


def notice(
    *to: Addressee, by: Sequence[str] = ("mail",), message: Message = Message.REMINDER, suffix: str = "r1"
) -> Notice:
    return Notice(
        key=f"{CASE}/v1/answer:wjw/g1/{suffix}",
        message=message,
        to=to or (seat("wjw"),),
        by=tuple(by),
        clock=ClockName.ANSWER,
        clock_key="v1/answer:wjw/g",
        owner="wjw",
        due=AT + timedelta(hours=24),
        values={"kind": "remind", "n": 1, "late_by": 0},
        wave=1,
    )


def wave(*notices: Notice, mode: Mode = Mode.DEMO, claim: str = "开窗通风会传播流感") -> Wave:
    return Wave(case_id=CASE, at=AT, claim=claim, mode=mode, notices=notices or (notice(),), view=summary())


def page(**changes: Any) -> Page:
    values: dict[str, Any] = {
        "number": "辟〔2026〕0123",
        "version": 1,
        "publication": PublicationKind.REBUTTAL,
        "title": "开窗通风不会传播流感",
        "text": "通风是预防流感的有效办法。",
        "claim": "开窗通风会传播流感",
        "verdict": Verdict.FALSE,
        "units": ("市卫生健康委",),
        "issuer": "明澄市（演示）",
        "as_of": AT,
    }
    return Page(**(values | changes))


def issue(channel: str = "bulletin", *, mode: Mode = Mode.DEMO, **changes: Any) -> Issue:
    of = page(**changes)
    publication = Publication(key=f"{CASE}/publish/v1/{channel}", channel=channel, page=of, digest=digest_of(of))
    return Issue(case_id=CASE, at=AT, mode=mode, publication=publication)


def votes(of: Page | None = None, **actors: str) -> list[DecisionRow]:
    """The decisions behind a page: drafted, reviewed and signed by three persons, but for those named otherwise."""
    text = of or page()
    digest = digest_of(text)
    bodies: dict[str, Decision] = {
        "draft": DraftSubmission(publication=text.publication, title=text.title, text=text.text),
        "review": Review(digest=digest, outcome=Vote.APPROVE),
        "sign": Sign(digest=digest, outcome=Vote.APPROVE),
    }
    return [row(kind, body, actors.get(kind, f"wxb-{kind}")) for kind, body in bodies.items()]


def row(kind: str, body: Decision, person: str, outcome: str | None = "done") -> DecisionRow:
    written = body.model_dump_json()
    return DecisionRow(
        update_id=hashlib.sha256(f"{kind}{person}{written}".encode()).hexdigest()[:40],
        case_id=CASE,
        kind=kind,
        body=written,
        body_digest=hashlib.sha256(written.encode()).hexdigest(),
        actor=Actor(person=person, unit="wxb", short="市委网信办", seats=(Seat.EDITOR,)),
        created_at=AT,
        outcome=outcome,
    )


def letter(key: str = f"{CASE}/r1/li/mail", **changes: Any) -> Letter:
    values: dict[str, Any] = {
        "key": key,
        "case_id": CASE,
        "number": "辟〔2026〕0123",
        "person": "li",
        "name": "李同志",
        "unit": "wjw",
        "channel": "mail",
        "address": "li@wjw.mc.example",
        "subject": "【演示】请反馈",
        "text": "【演示】请于今日反馈：“开窗通风会传播流感”是否属实。\n链接：http://127.0.0.1/v1",
        "mode": Mode.DEMO,
    }
    return Letter(**(values | changes))


@dataclass
class Roster:
    """A roster that answers as the office does, from a dictionary the test can change between attempts."""

    seats: dict[Addressee, tuple[Person, ...]]
    instead: Addressee | None = None

    def addresses(self, person: str) -> dict[str, str]:
        return next((one.addresses for seated in self.seats.values() for one in seated if one.id == person), {})

    def reach(self, wanted: Addressee, at: datetime, but: Collection[str] = ()) -> Reached:
        if persons := tuple(one for one in self.seats.get(wanted, ()) if one.id not in but):
            return Reached(seat=wanted, persons=persons)
        persons = tuple(one for one in self.seats[self.instead] if one.id not in but) if self.instead else ()
        return Reached(seat=self.instead, persons=persons, gap=Gap(wanted=wanted, reached=self.instead))


@dataclass
class Box:
    """A messenger that remembers the letters it was handed, and fails for the persons the test names."""

    failing: dict[str, Exception] = field(default_factory=dict)
    taken: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        if (problem := self.failing.get(letter.person)) is not None:
            raise problem
        self.taken.append(letter)


@dataclass
class Memory:
    """A register in memory, as the ports promise one."""

    told: list[Record] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    planned: dict[str, list[Recipient]] = field(default_factory=dict)
    kept: dict[str, Receipt] = field(default_factory=dict)
    waves: list[Wave] = field(default_factory=list)
    lost: list[Undelivered] = field(default_factory=list)
    votes: list[DecisionRow] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    down: bool = False

    async def append(self, record: Record) -> TimelinePosition:
        self._answers()
        self.told.append(record)
        return record.position

    async def expect(self, case_id: str, effects: Sequence[str]) -> TimelinePosition:
        self._answers()
        self.expected += effects
        return POSITION

    async def admits(self, case_id: str, chain: str, nonce: str) -> bool:
        self._answers()
        return True

    async def decided(self, case_id: str) -> list[DecisionRow]:
        self._answers()
        return self.votes

    async def keep_links(self, links: Sequence[KeptLink]) -> None:
        self._answers()
        for one in links:
            self.links.setdefault(one.digest, one.link)

    async def kept_links(self, digests: Sequence[str]) -> dict[str, str]:
        self._answers()
        return {digest: self.links[digest] for digest in digests if digest in self.links}

    def _answers(self) -> None:
        if self.down:
            raise Unavailable("database is locked")

    async def plan(
        self, recipients: Sequence[Recipient], notices: Sequence[str], bound: LetterBound | None = None
    ) -> tuple[list[Recipient], set[str]]:
        self._answers()
        for key in notices:
            fixed = [row for row in recipients if row.notice == key and not row.incoming]
            self.planned.setdefault(key, fixed)
        told = {row.person for key in notices for row in self.planned[key]}
        heard = {(row.notice, row.wanted) for key in notices for row in self.planned[key] if row.key in self.kept}
        for row in recipients:
            if row.incoming and row.person not in told and (row.notice, row.wanted) not in heard:
                self.planned[row.notice].append(row)
        rows = [row for key in notices for row in self.planned[key]]
        return rows, {row.key for row in rows if row.key in self.kept}

    async def first_planned(self, of: Wave) -> list[Wave]:
        earlier = [one for one in self.waves if set(one.keys) & set(of.keys)]
        rest = of.without(earlier)
        self.waves += [rest.model_copy(update={"in_task": False})] if rest.notices and of.in_task else []
        return earlier

    async def also(self, recipients: Sequence[Recipient], bound: LetterBound | None = None) -> None:
        for row in recipients:
            if row.key not in {one.key for one in self.planned[row.notice]}:
                self.planned[row.notice].append(row)

    async def give_up(self, rows: Sequence[Undelivered]) -> None:
        known = {(row.key, row.person, row.channel) for row in self.lost}
        self.lost += [row for row in rows if (row.key, row.person, row.channel) not in known]

    async def keep(self, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            self.kept.setdefault(receipt.key, receipt)


def short(register: Any) -> ShortLinks:
    return ShortLinks(LINKS, TOKENS, register)


def notices_of(register: Any, roster: Roster, **messengers: Any) -> Notices:
    return Notices(
        receipts=register,
        entries=register,
        given_up=register,
        roster=roster,
        messengers=messengers,
        links=short(register),
        shorts=SHORTS,
        office="wxb",
    )


async def attempt(
    activity: Callable[..., Coroutine[Any, Any, Any]],
    *arguments: Any,
    started: float = 0.0,
    allowed: float = 5.0,
    is_local: bool = False,
    clock: float = 0.0,
) -> Any:
    """Run one attempt that the server, whose clock is `clock` seconds behind, started `started` seconds ago."""
    environment = ActivityEnvironment()
    begun = datetime.fromtimestamp(time.time() - started - clock, UTC)
    environment.info = replace(
        environment.info,
        started_time=begun,
        scheduled_time=begun,
        start_to_close_timeout=timedelta(seconds=allowed),
        is_local=is_local,
    )
    return await environment.run(activity, *arguments)


async def notify(notices: Notices, of: Wave, tried: timedelta = timedelta(), **timing: Any) -> WaveSent:
    """Run one attempt to send a wave that was gathered `tried` before, by a server whose clock says so."""
    ahead = time.time() - (of.at + tried).timestamp()
    fence._samples.clear()
    fence._samples.append(fence.Sample(time.monotonic(), ahead))
    return await attempt(notices.notify, of, clock=ahead, **timing)
