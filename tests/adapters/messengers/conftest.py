from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.messengers import courier
from adapters.register.store import SqlRegister
from tests import empty_register
from tests.adapters.messengers.sending import FAST


@pytest.fixture
async def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlRegister]:
    monkeypatch.setattr(courier, "PATIENCE", FAST)
    empty_register.lay(tmp_path)
    store = await SqlRegister.open(f"sqlite:///{tmp_path / 'register.db'}")
    yield store
    await store.close()
