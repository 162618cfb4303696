from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities import fence
from tests.activities.factories import catalogue
from texts import catalogue as texts


@pytest.fixture(autouse=True)
def own_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let every test read the small catalogue of these tests, whatever the office says."""
    before = texts._installed
    folder: Path = tmp_path_factory.mktemp("texts")
    texts.install(catalogue(folder))
    yield
    texts._installed = before


@pytest.fixture(autouse=True)
def prompt_server() -> Iterator[None]:
    """Let the fence know a server whose clock agrees with ours."""
    fence._samples.clear()
    fence._samples.append(fence.Sample(0.0, 0.0))
    yield
    fence._samples.clear()
