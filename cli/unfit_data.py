"""What is said when the data folder or the register in it cannot be used: what, where, and what to do."""

from __future__ import annotations

from cli.messages import message
from domain.errors import Unavailable
from wiring.storage import FolderUnfit, ForeignOwner, KeyFileUnfit, RegisterUnfit

UNFIT_DATA = (ForeignOwner, FolderUnfit, KeyFileUnfit, RegisterUnfit, Unavailable)
"""What ends a start because of the data."""


def unfit_data(unfit: Exception) -> str:
    """Return the sentence for one of `UNFIT_DATA`."""
    match unfit:
        case ForeignOwner():
            return message("data_foreign", path=unfit.path, owner=unfit.owner)
        case FolderUnfit():
            return message("data_unfit", path=unfit.path, reason=unfit.reason)
        case KeyFileUnfit():
            return message(f"key_file_{unfit.why}", file=unfit.path)
        case RegisterUnfit():
            return message(f"register_{unfit.why}", file=unfit.file, **unfit.values)
        case _:
            return message("data_away", problem=unfit)
