"""What every command reads and keeps as long as it runs: read once, before the fork server forks the first command.

Only what the program itself remembers is kept, such as a country's holidays: nothing that a command could change.
"""

from __future__ import annotations

from adapters.office.load import read_office
from settings import PACKAGED
from texts.catalogue import Texts

read_office(PACKAGED)
Texts()
