"""What every part of the register stands on."""

from __future__ import annotations

from adapters.register.engine.sqlite import Reader
from adapters.register.engine.writer import RegisterWriter


class RegisterPart:
    """Hold the ways into the file: writing goes through one, reading through the other."""

    def __init__(self, writer: RegisterWriter, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
