"""The key ring (密钥环): one file of keys by use; old keys still read what they wrote."""

import base64
import binascii
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings

from tongban.kernel.crypto.errors import (
    KeysDamaged,
    KeysExist,
    KeysExposed,
    KeysMissing,
    RotationRefused,
    UnknownKey,
)
from tongban.kernel.crypto.providers import USES, Provider, Use, provider_named, provider_of

FILE: Final = "keyring.json"
VERSION: Final = 1
State = Literal["active", "old"]


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One key (密钥). Its secret never enters a repr, hence no traceback or log."""

    id: str
    use: Use
    algorithm: str
    state: State
    secret: bytes
    """Empty for an old signing key: it must sign nothing more."""
    public: bytes = b""

    def __repr__(self) -> str:
        return f"<Key {self.id} {self.algorithm} {self.state}>"

    @property
    def provider(self) -> Provider:
        return provider_of(self.algorithm)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one deployment."""

    keys: tuple[Key, ...]

    def active(self, use: Use) -> Key:
        """Answer the key under which new values of this use are written."""
        for key in self.keys:
            if key.use == use and key.state == "active":
                return key
        raise UnknownKey(key_id=f"{use}:active")

    def find(self, key_id: str) -> Key:
        """Answer the key that a value names, be it active or old."""
        for key in self.keys:
            if key.id == key_id:
                return key
        raise UnknownKey(key_id=key_id)


def new_keyring(provider: str = "international") -> Keyring:
    """Make a ring in memory; tests need no file."""
    return Keyring(tuple(_new_key(use, 1, provider_named(provider)) for use in USES))


def create_keyring(folder: Path, *, provider: str = "international") -> Keyring:
    """Create the ring of a new deployment; an existing one is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    with _locked(folder):
        if (folder / FILE).exists():
            raise KeysExist(folder=folder)
        ring = new_keyring(provider)
        _write(folder, ring)
    return ring


_cache: dict[Path, Keyring] = {}


def load_keyring(folder: Path | None = None) -> Keyring:
    """Answer the ring, read once per process."""
    folder = folder or _folder()
    if folder not in _cache:
        _cache[folder] = _read(folder)
    return _cache[folder]


def reload_keyring(folder: Path | None = None) -> Keyring:
    """Read the ring anew: another process may have rotated a key since."""
    folder = folder or _folder()
    _cache.pop(folder, None)
    return load_keyring(folder)


def rotate(use: Use, *, folder: Path | None = None, provider: str = "") -> Key:
    """Put a new key in place of the active one; what the old one encrypted stays readable.

    A provider may be named to move to another profile, such as the national one. Running
    processes learn of the new key when they meet it; restart them to write under it.
    """
    if use == "hash":
        # A keyed hash is only ever compared: under a new key every person number already stored
        # would no longer be found, and its holder silently be taken for a stranger.
        raise RotationRefused()
    folder = folder or _folder()
    if not (folder / FILE).exists():
        raise KeysMissing(folder=folder)
    with _locked(folder):
        ring = _read(folder)
        before = ring.active(use)
        number = 1 + max(int(key.id.partition(":")[2]) for key in ring.keys if key.use == use)
        made = _new_key(use, number, provider_named(provider) if provider else before.provider)
        retired = replace(before, state="old", secret=b"" if use == "sign" else before.secret)
        keys = tuple(retired if key.id == before.id else key for key in ring.keys)
        _write(folder, Keyring((*keys, made)))
    _cache.pop(folder, None)
    return made


def _folder() -> Path:
    folder = settings.TONGBAN_KEYS
    return folder if isinstance(folder, Path) else Path(folder)


def _new_key(use: Use, number: int, provider: Provider) -> Key:
    secret = provider.new_secret(use)
    public = provider.public_of(secret) if use == "sign" else b""
    return Key(f"{use}:{number}", use, provider.algorithms[use], "active", secret, public)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder: of two rotations at once, one would lose its key and what it wrote."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(folder: Path) -> Keyring:
    path = folder / FILE
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeysMissing(folder=folder) from None
    # Reading by the group is let pass: secrets mounted into a container come as 0440.
    if mode & 0o027:
        raise KeysExposed(path=path, mode=f"{mode:04o}")
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise KeysDamaged(path=path, reason=f"version {document['version']}")
        ring = Keyring(tuple(_key(row) for row in document["keys"]))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise KeysDamaged(path=path, reason=type(error).__name__) from None
    for use in USES:
        if sum(key.use == use and key.state == "active" for key in ring.keys) != 1:
            raise KeysDamaged(path=path, reason=f"not exactly one active key for {use}")
    return ring


def _key(row: dict[str, Any]) -> Key:
    if row["use"] not in USES or row["state"] not in {"active", "old"}:
        raise ValueError(row["id"])
    secret, public = (base64.b64decode(row[half], validate=True) for half in ("secret", "public"))
    return Key(row["id"], row["use"], row["algorithm"], row["state"], secret, public)


def _write(folder: Path, ring: Keyring) -> None:
    rows = [
        {
            "id": key.id,
            "use": key.use,
            "algorithm": key.algorithm,
            "state": key.state,
            "secret": base64.b64encode(key.secret).decode("ascii"),
            "public": base64.b64encode(key.public).decode("ascii"),
        }
        for key in ring.keys
    ]
    text = json.dumps({"version": VERSION, "keys": rows}, indent=1)
    draft = folder / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    # Created with its mode, not given it afterwards: there is no moment in which others may read.
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / FILE)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)  # The new name must survive a power cut too.
    finally:
        os.close(handle)
