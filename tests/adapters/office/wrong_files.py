"""A corpus of wrong files: each is the sample office with one thing changed, and the one problem that must be told."""

from __future__ import annotations

from typing import NamedTuple

PEOPLE, POLICY, UNITS = "people.toml", "policy.toml", "units.toml"
WXB_DUTY = "00f9e4c453942d6875794709d1903afa617dc9f5178cc92e855fb2976f49886f"


class Wrong(NamedTuple):
    """Be one wrong file: `old` becomes `new` at its first place; `says` are parts of the line people read."""

    rule: str
    file: str
    old: str
    new: str
    key: str
    says: tuple[str, ...]


def _level(rule: str, old: str, new: str, key: str, *says: str) -> Wrong:
    """Change the first level of the policy, which is red."""
    return Wrong(rule, POLICY, old, new, f"level.red.{key}", says)


LADDER_TO = 'kind = "remind", to = ["owner.duty", '
LADDER_BY = 'to = ["owner.duty", "owner.deputy"], by = ["phone", '

POLICY_FILES = [
    Wrong("no toml", POLICY, "bounce_limit = 2", "bounce_limit = = 2", "", ("is no TOML", "line 10")),
    Wrong("key twice", POLICY, "bounce_limit = 2", "bounce_limit = 2\nbounce_limit = 2", "", ("is no TOML", "line 11")),
    Wrong("unknown key", POLICY, 'basis = "local"', 'basis = "local"\ncolour = "red"', "colour", ("found", "provisional_level")),
    Wrong("missing key", POLICY, 'version = "2026-11-23"', "", "version", ("is missing",)),
    Wrong("no text", POLICY, 'version = "2026-11-23"', "version = 5", "version", ("found 5", "a text in quotes")),
    Wrong("empty text", POLICY, 'version = "2026-11-23"', 'version = " "', "version", ("not empty",)),
    Wrong("bad mode", POLICY, 'mode = "demo"', 'mode = "test"', "mode", ('"test"', "'demo', 'drill' or 'live'")),
    Wrong("bad zone", POLICY, "Asia/Shanghai", "Asia/Mingcheng", "zone", ('"Asia/Mingcheng"', "IANA")),
    Wrong("zone is a folder", POLICY, "Asia/Shanghai", "Asia", "zone", ("IANA",)),
    Wrong("bounce limit zero", POLICY, "bounce_limit = 2", "bounce_limit = 0", "bounce_limit", ("found 0", "1 or more")),
    Wrong("bounce limit is text", POLICY, "bounce_limit = 2", 'bounce_limit = "2"', "bounce_limit", ("a whole number",)),
    Wrong("bounce limit is true", POLICY, "bounce_limit = 2", "bounce_limit = true", "bounce_limit", ("found true",)),
    Wrong("provisional level", POLICY, 'provisional_level = "yellow"', 'provisional_level = "green"', "provisional_level", ('"green"', "'red'")),
    Wrong("empty red word", POLICY, '"投毒"', '""', "red_words[0]", ("not empty",)),
    Wrong("red word of blanks", POLICY, '"投毒"', '"  "', "red_words[0]", ("not empty",)),
    Wrong("red words no list", POLICY, 'red_words = ["投毒"', 'red_words = "投毒" #', "red_words", ("a list",)),
    Wrong("unknown service", POLICY, 'sms = "webhook"', 'sms = "modem"', "channel.sms", ('"modem"', "'smtp', 'webhook', 'phone_task' or 'outbox'")),
    Wrong("unknown quorum key", POLICY, "lead_alone_publishes", "lead_alone", "quorum.lead_alone", ("lead_alone_publishes",)),
    Wrong("quorum level", POLICY, '["red", "orange"]', '["red", "green"]', "quorum.lead_alone_publishes[1]", ('"green"',)),
    Wrong("level missing", POLICY, "[level.blue]", "[quorum.blue]", "level.blue", ("is missing",)),
    Wrong("level no table", POLICY, "[level.red]", "[level]\nred = 5\n[quorum.red]", "level.red", ("found 5", "a table")),
]  # fmt: skip

LEVEL_FILES = [
    _level("unknown key in a level", 'publish = "15m"', 'publish = "15m"\nsession = "1h"', "session", '"1h"', "unknown key", "ack_lives"),
    _level("key of a level missing", 'min_gap = "10m"', "", "min_gap", "is missing"),
    _level("bad duration", 'triage = "15m"', 'triage = "15 min"', "triage", '"15 min"', "such as 15m, 5h, 7d"),
    _level("duration zero", 'triage = "15m"', 'triage = "0m"', "triage", '"0m"', "above 0"),
    _level("duration as number", 'triage = "15m"', "triage = 15", "triage", "found 15", '"15m"'),
    _level("working days", 'triage = "15m"', 'triage = "1wd"', "triage", '"1wd"', "working time", "not offered yet"),
    _level("working hours", 'publish = "15m"', 'publish = "4wh"', "publish", '"4wh"', "working time", "wall time"),
    _level("working time after due", 'at = "+15m"', 'at = "+1wd"', "ladder[3].at", '"+1wd"', "not offered yet"),
    _level("response without basis", 'budget = "5h", basis', 'budget = "5h", basics', "response.basis", "is missing"),
    _level("steps exceed response", 'budget = "5h"', 'budget = "3h"', "response.budget", '"3h"',
           "triage 15m + answer 150m + draft 30m + approval 30m + publish 15m = 4h"),
    _level("accept exceeds answer", 'accept = "30m"', 'accept = "3h"', "accept", '"3h"', "150m or less"),
    _level("rung nowhere", 'at = "50%"', 'at = "half"', "ladder[0].at", '"half"', '"+15m"'),
    _level("rung at 0%", 'at = "50%"', 'at = "0%"', "ladder[0].at", '"1%"'),
    _level("rung past 100%", 'at = "80%"', 'at = "180%"', "ladder[1].at", '"180%"', '"100%"'),
    _level("rung by bare time", 'at = "+15m"', 'at = "15m"', "ladder[3].at", '"15m"', '"+15m"'),
    _level("rungs out of order", 'at = "80%"', 'at = "40%"', "ladder[1].at", '"40%"', "order"),
    _level("rungs at one time", 'at = "+30m"', 'at = "+15m"', "ladder[4].at", '"+15m"', "order"),
    _level("unknown rung", 'kind = "due_soon"', 'kind = "warn"', "ladder[1].kind", '"warn"', "'escalate'"),
    _level("start as rung", 'kind = "due_soon"', 'kind = "start"', "ladder[1].kind", "due_soon"),
    _level("no rungs", "ladder = [", "ladder = []\nrest = [", "ladder", "at least one"),
    _level("unknown seat", LADDER_TO, LADDER_TO.replace("duty", "chief"), "ladder[0].to[0]", '"owner.chief"', "liaison_a"),
    _level("audience is nobody", LADDER_TO, LADDER_TO.replace("owner", "boss"), "ladder[0].to[0]", '"boss.duty"', "unit:CODE.SEAT"),
    _level("audience without seat", LADDER_TO, LADDER_TO.replace("owner.duty", "owner"), "ladder[0].to[0]", '"owner"', "owner.SEAT"),
    _level("audience of no unit", "unit:zfb.duty", "unit:zzz.duty", "ladder[4].to[0]", '"unit:zzz.duty"', "no such unit zzz"),
    _level("seat the unit lacks", "unit:zfb.duty", "unit:zfb.editor", "ladder[4].to[0]", "zfb has no seat editor"),
    _level("seat the office lacks", '"office.head"', '"office.officer"', "ladder[3].to[0]", "wxb has no seat officer"),
    _level("rung for nobody", 'to = ["office.head"]', "to = []", "ladder[3].to", "at least one"),
    _level("rung by nothing", 'to = ["office.head"], by = ["phone"]', 'to = ["office.head"], by = []', "ladder[3].by", "at least one"),
    _level("start for nobody", 'start = { to = ["owner.duty"]', "start = { to = []", "start.to", "at least one"),
    _level("unknown channel", LADDER_BY, LADDER_BY.replace("phone", "pager"), "ladder[0].by[0]", '"pager"', "mail, sms, wecom, phone"),
    _level("unknown place", '"bulletin", "partner"', '"bulletin", "labels"', "publish_to[1]", '"labels"', "'bulletin' or 'partner'"),
    _level("published nowhere", '["bulletin", "partner"]', "[]", "publish_to", "[]", "bulletin"),
    _level("not in the bulletin", '["bulletin", "partner"]', '["partner"]', "publish_to", "[partner]", "bulletin"),
    _level("a place twice", '["bulletin", "partner"]', '["bulletin", "bulletin"]', "publish_to", "twice"),
]  # fmt: skip

UNIT_FILES = [
    Wrong("units no toml", UNITS, 'office = "wxb"', 'office = "wxb', "", ("is no TOML", "line 5")),
    Wrong("unknown unit key", UNITS, 'code = "tgj"', 'code = "tgj"\ntel = "1"', "unit[tgj].tel", ("unknown key", "topics")),
    Wrong("unit code twice", UNITS, 'code = "mzw"', 'code = "tgj"', "unit[tgj].code", ('"tgj"', "2 times")),
    Wrong("unit code pattern", UNITS, 'code = "mzw"', 'code = "MZW"', "unit[MZW].code", ('"MZW"', "a text that matches")),
    Wrong("unit kind", UNITS, 'kind = "platform"', 'kind = "shop"', "unit[pt1].kind", ('"shop"', "'platform'")),
    Wrong("unit seat", UNITS, '"head", "editor", "duty_leader"]', '"head", "editor", "duty_leader", "clerk"]', "unit[wxb].seats[7]", ('"clerk"',)),
    Wrong("parent unknown", UNITS, 'parent = "skx"', 'parent = "zzz"', "unit[yxh].parent", ('"zzz"', "no such unit")),
    Wrong("parent of itself", UNITS, 'parent = "skx"', 'parent = "yxh"', "unit[yxh].parent", ("yxh → yxh",)),
    Wrong("office unknown", UNITS, 'office = "wxb"', 'office = "zzz"', "office", ('"zzz"', "no such unit")),
    Wrong("can_lead is text", UNITS, "can_lead = true", 'can_lead = "yes"', "unit[wxb].can_lead", ("true or false",)),
]  # fmt: skip

PERSON_FILES = [
    Wrong("people no toml", PEOPLE, 'id = "wxb-duty"', "id = wxb-duty", "", ("is no TOML", "line 7")),
    Wrong("unknown person key", PEOPLE, 'unit = "wxb"', 'unit = "wxb"\nage = 40', "person[wxb-duty].age", ("unknown key", "key_digest")),
    Wrong("person id twice", PEOPLE, 'id = "zgh-liaison-a"', 'id = "zgh-duty"', "person[zgh-duty].id", ("2 times",)),
    Wrong("person id pattern", PEOPLE, 'id = "zgh-liaison-a"', 'id = "../zgh"', "person[../zgh].id", ("a text that matches",)),
    Wrong("person of no unit", PEOPLE, 'unit = "zgh"', 'unit = "zzz"', "person[zgh-duty].unit", ('"zzz"', "no such unit")),
    Wrong("seat of another unit", PEOPLE, 'seats = ["duty", "liaison_b"]', 'seats = ["duty", "editor"]', "person[jbzx-duty].seats[1]", ('"editor"', "is no seat of jbzx")),
    Wrong("seats empty", PEOPLE, 'seats = ["head"]', "seats = []", "person[wxb-head].seats", ("administrator = true",)),
    Wrong("since after until", PEOPLE, 'seats = ["head"]', 'seats = ["head"]\nsince = 2026-12-01\nuntil = 2026-11-30', "person[wxb-head].since", ("2026-12-01", "2026-11-30")),
    Wrong("key digest no hex", PEOPLE, WXB_DUTY, "secret", "person[wxb-duty].key_digest", ('"secret"', "[0-9a-f]{64}")),
    Wrong("key of another", PEOPLE, "33db770078e814dc6cc36b3effe240bc432bced8fa7bbd53fed29afe2da53225", WXB_DUTY, "person[wxb-liaison-a].key_digest", ("is also the key of wxb-duty",)),
    Wrong("nobody administers", PEOPLE, "administrator = true", "administrator = false\nuntil = 2030-01-01", "person", ("administrator = true",)),
    Wrong("no address", PEOPLE, "addresses = {", "#", "person[wxb-duty].addresses", ("at least one address",)),
    Wrong("empty address", PEOPLE, "duty@wxb.mc.example", "", "person[wxb-duty].addresses.mail", ("not empty",)),
    Wrong("address by no channel", PEOPLE, "wecom =", "pigeon =", "person[wxb-duty].addresses.pigeon", ("unknown channel", "wecom")),
]  # fmt: skip

WRONG = [*POLICY_FILES, *LEVEL_FILES, *UNIT_FILES, *PERSON_FILES]
