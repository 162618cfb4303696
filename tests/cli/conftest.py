"""A folder of an office, and one running stack for all tests beside one: starting it costs more than all they do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import PACKAGED
from tests.cli.piyao import Up


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An office's own folder: the sample, copied."""
    folder = tmp_path / "office"
    folder.mkdir()
    for name in ("units.toml", "policy.toml", "people.toml"):
        shutil.copy(PACKAGED / name, folder)
    return folder


class OneStack:
    """A stack that is started when the first test asks for it, and shared until a test takes it to end it."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._running: Up | None = None

    def shared(self) -> Up:
        if self._running is None:
            self._running = Up(self._folder())
            self._running.addresses = self._running.ready()
        return self._running

    def taken(self) -> Up:
        """The stack, which no other test will be given."""
        running, self._running = self.shared(), None
        return running

    def stop(self) -> None:
        if self._running is not None:
            code, _, err = self._running.stop()
            assert (code, err) == (0, "")

    def _folder(self) -> Path:
        return self._folders.mktemp("stack") / "data"


@pytest.fixture(scope="session")
def one_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneStack]:
    one = OneStack(tmp_path_factory)
    yield one
    one.stop()


@pytest.fixture(scope="module")
def up(one_stack: OneStack) -> Up:
    """A running stack, which others have worked with and will work with."""
    return one_stack.shared()
