"""Where contents lie: a folder by default, anything that keeps the Protocol in its place."""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings


class Backend(Protocol):
    """A place for contents (存储). Contents never change under their key, so a write is final."""

    def has(self, key: str) -> bool:
        """Whether the content is there."""

    def write(self, key: str, data: bytes) -> None:
        """Keep the content durably, whole or not at all."""

    def open(self, key: str) -> BinaryIO:
        """Open the content for reading; FileNotFoundError when it is not there."""


class Folder:
    """A folder on a disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def has(self, key: str) -> bool:
        return self._path(key).is_file()

    def write(self, key: str, data: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, 0o440)  # Never written again, not even by mistake.
            os.rename(draft, path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # The row commits next: the name must survive a power cut.
        finally:
            os.close(folder)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def _path(self, key: str) -> Path:
        path = self.root / key
        if ".." in path.parts or not path.is_relative_to(self.root):
            raise ValueError(f"{key!r} is not a storage key.")
        return path


_installed: list[Backend] = []


def install(backend: Backend | None) -> None:
    """Put another backend in place, from an app's `ready`; None goes back to the folder."""
    _installed[:] = [backend] if backend else []


def current() -> Backend:
    """Answer the backend in use."""
    return _installed[0] if _installed else Folder(Path(settings.TONGBAN_FILES))
