"""What is stored on this machine: keys, files of evidence, the register's version."""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from pathlib import Path

import structlog

from adapters.credentials import key_files, private_folder
from adapters.credentials.passkeys import WebPasskeys
from adapters.credentials.signed_tokens import SignedTokens
from adapters.credentials.source_keys import SourceKeyFiles
from adapters.evidence.clamd import Clamd
from adapters.evidence.store import DiskFiles
from adapters.register.engine import errors, run_status, upgrade
from adapters.register.engine.sqlite import register_url
from adapters.register.store import SqlRegister
from desk.projection import SET_ASIDE
from domain.office.office import Office
from domain.tasks.short_links import ShortLinks
from domain.tasks.task_links import Links
from settings import ENV_FILE, Settings
from temporal.seal import Seal
from temporal.seal_keys import SealKeys

log = structlog.get_logger(__name__)

new_personal_key, write_key_when_done = key_files.new_personal_key, key_files.written_when_done
ForeignOwner, FolderUnfit, KeyFileUnfit = (
    private_folder.ForeignOwner,
    private_folder.FolderUnfit,
    key_files.KeyFileUnfit,
)
Locked, locked = private_folder.Locked, private_folder.locked
"""What the command line uses, without knowing which adapter it comes from."""


RegisterUnfit = errors.RegisterUnfit
"""Raised when the register's file is missing, damaged, or of a newer version."""


def private_data_folder(settings: Settings) -> None:
    """Make the data folder, or take from others what they may do in it.

    Raises:
        ForeignOwner: it belongs to somebody else.
        FolderUnfit: it cannot be made.

    """
    private_folder.keep_private(settings.data)
    private_folder.keep_private_files(_register_files(settings))


def exposed_data(settings: Settings) -> list[Path]:
    """Return what in the data folder others than its owner own or can use; the register too, wherever it is."""
    found = {*private_folder.exposed(settings.data), *private_folder.exposed_files(_register_files(settings))}
    return sorted(found)


def _register_files(settings: Settings) -> list[Path]:
    file = Path(register_url(settings.register).database or "")
    return [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))]


def make_seal(settings: Settings) -> Seal:
    """Return the seal with the keys that API and worker share; whichever process needs one first creates it."""
    read = partial(key_files.token_keys, settings.seal_key)
    return Seal(SealKeys(read(), read))


def codes_key(settings: Settings) -> bytes:
    """Return the key of the digests of signing codes, made of the seal's: who reads the register cannot try codes."""
    return hmac.new(key_files.seal_key(settings.seal_key), b"signing codes", hashlib.sha256).digest()


def source_keys(settings: Settings) -> SourceKeyFiles:
    """Return the keys under which the networks of reporters are marked; each lies here for seven days."""
    return SourceKeyFiles(settings.data / "keys" / "sources")


def make_links(settings: Settings, register: SqlRegister) -> ShortLinks:
    """Return the maker and reader of links to task pages; worker and API share its key, as with the seal."""
    tokens = SignedTokens(key_files.token_keys(settings.seal_key))
    return ShortLinks(Links(tokens, settings.base_url), tokens, register)


def make_passkeys(settings: Settings, office: Office) -> WebPasskeys:
    """Return the check of passkeys at the address people reach the program by."""
    return WebPasskeys(settings.base_url, office.terms.city)


def evidence_store(settings: Settings) -> DiskFiles:
    """Return the store of files of evidence, with the scanner if one is set."""
    scan = Clamd(settings.clamd_url).scan if settings.clamd_url else None
    return DiskFiles(settings.data / "files", scan=scan)


def swept(store: DiskFiles) -> DiskFiles:
    """Return `store` without the files that killed processes left half written.

    A disk that refuses must not keep the API from starting, so that error is only logged.
    """
    try:
        if removed := store.sweep():
            log.info("files.swept", removed=removed)
    except OSError as fault:
        log.warning("files.not_swept", reason=fault.strerror)
    return store


def never_started(settings: Settings) -> bool:
    """Return whether there is neither a register nor the mark that there was one."""
    return upgrade.never_made(register_url(settings.register))


def check_register(settings: Settings) -> None:
    """Check that the register's file can be used or made; nothing is made or changed.

    Raises:
        RegisterUnfit: it is missing, damaged, or of a newer version.
        Unavailable: it cannot be opened now.

    """
    upgrade.examine(register_url(settings.register))


def register_revisions(settings: Settings) -> upgrade.Revisions:
    """Return the migration the register is at, and the newest.

    Raises:
        Unavailable: the register cannot be opened.

    """
    return upgrade.revisions(register_url(settings.register))


def troubled_runs(settings: Settings) -> run_status.TroubledRuns:
    """Return the open cases whose workflow was stopped, and those that have not answered for long.

    Raises:
        Unavailable: the register cannot be opened.

    """
    return run_status.troubled_runs(register_url(settings.register), SET_ASIDE)


def open_cases_of(settings: Settings, unit: str) -> list[str]:
    """Return the numbers of open cases that ask a unit or wait for it; none without a register.

    Raises:
        Unavailable: the register cannot be opened.

    """
    url = register_url(settings.register)
    return run_status.open_cases_of(url, unit) if Path(url.database or "").is_file() else []


def circular_merges(settings: Settings) -> list[str]:
    """Return the numbers of cases that were merged into one another in a circle.

    Raises:
        Unavailable: the register cannot be opened.

    """
    return run_status.circular_merges(register_url(settings.register))


def undelivered_cases(settings: Settings) -> list[str]:
    """Return the numbers of cases of which something could not be delivered.

    Raises:
        Unavailable: the register cannot be opened.

    """
    return run_status.undelivered_cases(register_url(settings.register))


def exposed_key_files(settings: Settings) -> list[Path]:
    """Return the files with keys or passwords that others than their owner can use."""
    office = settings.office_folder
    return key_files.open_to_others((settings.seal_key, settings.data / "keys", office / "keys", office / ENV_FILE))
