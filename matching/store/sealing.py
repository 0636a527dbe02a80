"""A file under a passphrase: encrypted in chunks, so that nothing needs to fit in memory.

The key comes from the passphrase by scrypt. Each chunk is sealed by AES-256-GCM
under a number of its own that also says whether it is the last one, so that no
chunk can be changed, moved, left out or cut off without that being seen.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matching.domain.errors import InputError

#: What such a file begins with.
MAGIC = b"MATCHBK1"
#: Bytes of content in one chunk.
CHUNK = 1 << 16
#: Work for whoever tries passphrases: scrypt with n = 2**17, r = 8, p = 1 (128 MB).
WORK = 17
_MOST_WORK = 20
_TAG, _SALT, _PREFIX = 16, 16, 7
_HEADER = struct.Struct(f">8sB{_SALT}s{_PREFIX}s")

_WRONG = InputError(
    "The passphrase is wrong, or the file is damaged.",
    next_step="Check the passphrase, or take another copy of the file.",
)


def _key(passphrase: str, salt: bytes, work: int) -> bytes:
    size = 128 * 8 * 2**work
    secret = passphrase.encode()
    return hashlib.scrypt(secret, salt=salt, n=2**work, r=8, p=1, maxmem=2 * size, dklen=32)


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


def is_sealed(file: BinaryIO) -> bool:
    """Tell whether a file is under a passphrase; it is read from the beginning."""
    file.seek(0)
    found = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return found


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it; complete only once it is closed.

    Parameters
    ----------
    file : BinaryIO
        Stays open.
    passphrase : str
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        super().__init__()
        self._file = file
        salt, self._prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._header = _HEADER.pack(MAGIC, WORK, salt, self._prefix)
        self._cipher = AESGCM(_key(passphrase, salt, WORK))
        self._waiting = bytearray()
        self._number = 0
        file.write(self._header)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; whole chunks are sealed at once."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal the last chunk."""
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
            self._waiting.clear()
        super().close()

    def _seal(self, content: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, content, self._header))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads a sealed file as if it were not, from any place.

    Parameters
    ----------
    file : BinaryIO
        Stays open.
    passphrase : str

    Raises
    ------
    InputError
        If the passphrase is wrong, or the file was cut off or changed.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        super().__init__()
        self._file = file
        file.seek(0)
        self._header = file.read(_HEADER.size)
        if len(self._header) < _HEADER.size:
            raise _WRONG
        magic, work, salt, self._prefix = _HEADER.unpack(self._header)
        if magic != MAGIC or work > _MOST_WORK:
            raise _WRONG
        self._cipher = AESGCM(_key(passphrase, salt, work))
        body = file.seek(0, io.SEEK_END) - _HEADER.size
        self._chunks = max(1, -(-body // (CHUNK + _TAG)))
        self._size = body - self._chunks * _TAG
        if self._size < 0:
            raise _WRONG
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._chunk(self._chunks - 1)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the content."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Return the place in the content."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read on from the place."""
        view = memoryview(buffer).cast("B")
        if self._at >= self._size or not len(view):
            return 0
        number, offset = divmod(self._at, CHUNK)
        part = self._chunk(number)[offset : offset + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] == number:
            return self._held[1]
        last = number == self._chunks - 1
        self._file.seek(_HEADER.size + number * (CHUNK + _TAG))
        sealed = self._file.read(CHUNK + _TAG)
        nonce = _nonce(self._prefix, number, last=last)
        try:
            content = self._cipher.decrypt(nonce, sealed, self._header)
        except InvalidTag:
            raise _WRONG from None
        self._held = (number, content)
        return content
