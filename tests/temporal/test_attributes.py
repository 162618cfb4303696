"""The search attributes are there before any case sets them, and of the right type."""

from __future__ import annotations

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from temporal import search_attributes
from tests.conftest import SERVER


async def test_missing_attributes_are_registered_once() -> None:
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=str(SERVER)) as fresh:
        assert not {key.name for key in search_attributes.ALL} & await known(fresh.client)

        await search_attributes.ensure(fresh.client)
        await search_attributes.ensure(fresh.client)

        assert {key.name for key in search_attributes.ALL} <= await known(fresh.client)


async def test_an_attribute_of_another_type_is_refused_by_name() -> None:
    other = SearchAttributeKey.for_int("CaseStage")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(SERVER), search_attributes=[other]
    ) as taken:
        with pytest.raises(search_attributes.AttributeMismatch) as caught:
            await search_attributes.ensure(taken.client)

        assert "CaseStage" in str(caught.value)
        assert "INDEXED_VALUE_TYPE_INT" in str(caught.value)
        assert "INDEXED_VALUE_TYPE_KEYWORD" in str(caught.value)
        assert not {"CaseLevel", "CaseSeq"} & await known(taken.client)


async def known(client: Client) -> set[str]:
    asked = ListSearchAttributesRequest(namespace=client.namespace)
    return set((await client.operator_service.list_search_attributes(asked)).custom_attributes)
