"""The search attributes of a case: by what an operator finds cases in Temporal.

An attribute nobody registered would brick every case that sets it, so the worker registers or checks them at start.
SQLite allows 10 of type Keyword and 3 of each other type.
"""

from __future__ import annotations

from typing import Any

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


class AttributeMismatch(Exception):
    """Say that the namespace has an attribute of ours under another type."""


async def ensure(client: Client) -> None:
    """Register what is missing in the client's namespace, and refuse to go on where a type differs.

    Raises:
        AttributeMismatch: an attribute exists with another type; names it, what it is and what it must be.

    """
    service, namespace = client.operator_service, client.namespace
    known = dict(
        (await service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))).custom_attributes
    )
    wanted = {key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in ALL}
    for name, kind in wanted.items():
        if name in known and known[name] != kind:
            is_, must = IndexedValueType.Name(known[name]), IndexedValueType.Name(kind)
            raise AttributeMismatch(f"search attribute {name} in namespace {namespace!r} is {is_}; it must be {must}")
    missing = {name: kind for name, kind in wanted.items() if name not in known}
    if missing:
        await service.add_search_attributes(AddSearchAttributesRequest(namespace=namespace, search_attributes=missing))
