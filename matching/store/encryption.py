"""A record whose whole file is encrypted (SQLCipher): how it is opened, made and re-keyed.

The address is ``sqlite+sqlcipher://:KEY@/path/record.db``, of which the settings put in
the key; it is shown nowhere. Everything else is as with any SQLite file.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from matching.domain.errors import InputError, StoreError

_DRIVER = "sqlite+sqlcipher"
#: 64 digits are the key itself; anything else is a passphrase, of which one is derived.
_RAW = re.compile(r"[0-9a-fA-F]{64}")


def address_of(file: Path, key: str) -> str:
    """Return the address of an encrypted record, with its key."""
    return f"{_DRIVER}://:{quote(key, safe='')}@/{file.absolute()}"


def is_encrypted(url: URL) -> bool:
    """Tell whether an address is that of an encrypted file."""
    return url.drivername == _DRIVER


def names_encrypted(address: str) -> bool:
    """Tell whether an address, as the settings give it, is that of an encrypted file."""
    return is_encrypted(make_url(address))


def opened(url: URL, wait: int) -> tuple[URL, dict[str, Any]]:
    """Return the address without the key, and what SQLAlchemy needs to open it.

    Parameters
    ----------
    url : URL
    wait : int
        Seconds to wait for another writer.

    Raises
    ------
    StoreError
        If there is no key, or the package that encrypts is not installed.
    """
    if not url.password:
        raise StoreError(
            "The record is encrypted and no key was given.",
            next_step="Set MATCHING_DATABASE_KEY or MATCHING_DATABASE_KEY_FILE.",
        )
    module, key, path = _module(), str(url.password), str(url.database)
    plain = URL.create("sqlite", database=path)
    return plain, {"module": module, "creator": _opener(module, path, key, wait)}


def _opener(module: ModuleType, path: str, key: str, wait: int) -> Callable[[], Any]:
    def connect() -> Any:
        connection = module.connect(path, timeout=wait, check_same_thread=False)
        connection.execute(f"PRAGMA key = {_quoted(key)}")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except module.DatabaseError as error:
            connection.close()
            if "locked" in str(error):
                raise
            raise StoreError(
                "The key does not fit the record, or the file is no encrypted record.",
                next_step="Check MATCHING_DATABASE_KEY; a plain record is encrypted by "
                "'encrypt-record'.",
            ) from None
        return connection

    return connect


def _module() -> ModuleType:
    try:
        return importlib.import_module("sqlcipher3.dbapi2")
    except ImportError:
        raise StoreError(
            "An encrypted record needs the package sqlcipher3, which is not installed.",
            next_step="Install it: pip install sqlcipher3==0.6.4",
        ) from None


def _quoted(key: str) -> str:
    if _RAW.fullmatch(key):
        return f"\"x'{key}'\""
    return "'" + key.replace("'", "''") + "'"


def require_copyable(url: str, target: Path) -> None:
    """Refuse an encrypted copy that cannot be made, before anything is done for it.

    Parameters
    ----------
    url : str
        Address of the record.
    target : Path
        Of the copy.

    Raises
    ------
    InputError
        If the record is not a file of SQLite, or there is such a file already or no
        such folder.
    StoreError
        If the package that encrypts is not installed.
    """
    if make_url(url).get_backend_name() != "sqlite":
        raise InputError(
            "Only a record in SQLite can be encrypted as a file.",
            next_step="PostgreSQL encrypts with the disk that it is on.",
        )
    target = target.absolute()
    if not target.parent.is_dir():
        raise InputError(f"There is no folder '{target.parent}'.", next_step="Create it first.")
    if target.exists():
        raise InputError(
            f"There is already a file '{target.name}'.", next_step="Choose another name."
        )
    _module()


def encrypted_copy(url: str, target: Path, key: str) -> None:
    """Write a copy of a SQLite record, plain or encrypted, under a key of its own.

    The record is left as it is; nobody may write to it meanwhile. The copy gets its
    name once it is complete and on the disk.

    Parameters
    ----------
    url : str
        Address of the record, with its key if it has one.
    target : Path
        Nothing may be there yet.
    key : str

    Raises
    ------
    InputError
        If the record is not a file of SQLite, or there is such a file already or no
        such folder.
    StoreError
        If the key of the record does not fit, or the package that encrypts is not
        installed.
    """
    require_copyable(url, target)
    parsed, target, module = make_url(url), target.absolute(), _module()
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        _export(module, parsed, part, key)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _export(module: ModuleType, source: URL, part: Path, key: str) -> None:
    if is_encrypted(source):
        connection = _opener(module, str(source.database), str(source.password), 15)()
    else:
        connection = module.connect(str(source.database), timeout=15)
    try:
        connection.isolation_level = None
        connection.execute(f"ATTACH DATABASE ? AS copy KEY {_quoted(key)}", (str(part),))
        connection.execute("SELECT sqlcipher_export('copy')").fetchone()
        connection.execute("DETACH DATABASE copy")
    except module.DatabaseError:
        raise StoreError(
            "The record cannot be copied: it is damaged, encrypted already, or in use.",
            next_step="Stop the dashboard, check the address and the key, and try again.",
        ) from None
    finally:
        connection.close()
    with part.open("rb+") as file:
        os.fsync(file.fileno())
