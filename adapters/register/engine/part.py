"""The base of every part of the register."""

from __future__ import annotations

from adapters.register.engine.sqlite import Reader
from adapters.register.engine.writer import RegisterWriter


class RegisterPart:
    """A part of the register, with its two ways into the file: one for writing, one for reading."""

    def __init__(self, writer: RegisterWriter, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
