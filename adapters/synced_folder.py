"""What is named in a folder, on the disk: a file that was synced can still lose its name when the power fails."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Sync to the disk which names a folder holds, once a file was created, renamed or linked in it.

    Raises:
        OSError: the folder cannot be opened or synced.

    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
