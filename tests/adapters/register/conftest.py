from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from adapters.register.store import SqlRegister
from tests import empty_register
from tests.adapters.register.factories import url


@pytest_asyncio.fixture(loop_scope="session")
async def register(tmp_path: Path) -> AsyncIterator[SqlRegister]:
    """A register in a fresh file of its own."""
    empty_register.lay(tmp_path)
    opened = await SqlRegister.open(url(tmp_path))
    yield opened
    await opened.close()
