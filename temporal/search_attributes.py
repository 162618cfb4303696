"""The search attributes of a case, by which an operator finds cases in Temporal.

An unregistered attribute would block every case that sets it, so the worker registers or checks them at start. SQLite
allows 10 of type Keyword and 3 of each other type.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

STAGE = SearchAttributeKey.for_keyword("CaseStage")
LEVEL = SearchAttributeKey.for_keyword("CaseLevel")
VERDICT = SearchAttributeKey.for_keyword("CaseVerdict")
TOPIC = SearchAttributeKey.for_keyword("CaseTopic")
DISTRICT = SearchAttributeKey.for_keyword("CaseDistrict")
LEAD = SearchAttributeKey.for_keyword("CaseLeadUnit")
UNITS = SearchAttributeKey.for_keyword_list("CaseUnits")
DUE = SearchAttributeKey.for_datetime("CaseDue")
NEXT_WAKE = SearchAttributeKey.for_datetime("CaseNextWake")
ESCALATION = SearchAttributeKey.for_int("CaseEscalation")
SEQ = SearchAttributeKey.for_int("CaseSeq")
OVERDUE = SearchAttributeKey.for_bool("CaseOverdue")
PAUSED = SearchAttributeKey.for_bool("CasePaused")

ALL: tuple[SearchAttributeKey[Any], ...] = (
    STAGE, LEVEL, VERDICT, TOPIC, DISTRICT, LEAD, UNITS, DUE, NEXT_WAKE, ESCALATION, SEQ, OVERDUE, PAUSED,
)  # fmt: skip
"""Every search attribute of a case."""


class AttributeMismatch(Exception):
    """Raised when the namespace has one of these attributes under another type."""


class Compared(NamedTuple):
    """What a namespace lacks of these attributes, and which it has under another type.

    `differing` holds name, actual type and required type.
    """

    missing: dict[str, IndexedValueType.ValueType]
    differing: list[tuple[str, str, str]]


async def compare(client: Client) -> Compared:
    """Return which attributes the client's namespace lacks or has under another type; nothing is changed."""
    asked = ListSearchAttributesRequest(namespace=client.namespace)
    known = dict((await client.operator_service.list_search_attributes(asked)).custom_attributes)
    wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in ALL}
    return Compared(
        missing={name: kind for name, kind in wanted.items() if name not in known},
        differing=[
            (name, IndexedValueType.Name(known[name]), IndexedValueType.Name(kind))
            for name, kind in wanted.items()
            if name in known and known[name] != kind
        ],
    )


async def ensure(client: Client) -> None:
    """Register the attributes that the client's namespace lacks.

    Raises:
        AttributeMismatch: an attribute exists with another type; the message names it, its type and the required one.

    """
    missing, differing = await compare(client)
    for name, is_, must in differing:
        raise AttributeMismatch(
            f"search attribute {name} in namespace {client.namespace!r} is {is_}; it must be {must}"
        )
    if missing:
        more = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        await client.operator_service.add_search_attributes(more)
