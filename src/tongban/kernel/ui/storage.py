"""Static files under hashed names, served by the program itself."""

from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names once files are collected, plain names before.

    Only CSS is rewritten: vendored scripts carry sourceMappingURL comments that would break the
    collecting. Without a manifest (a fresh checkout, a test) files are served from their apps.
    """

    patterns = tuple(
        pattern
        for pattern in CompressedManifestStaticFilesStorage.patterns
        if pattern[0] == "*.css"
    )
    manifest_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[tuple[object, ...], str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file: hashed when the manifest knows it."""
        if name is None:
            return str(super().url(name, force))
        # A page asks for dozens; names change with the manifest only.
        known = (name, force, settings.DEBUG, self.base_url, self.hashed_files.get(name))
        if known not in self._addresses:
            self._addresses[known] = self._address(name, force)
        return self._addresses[known]

    def _address(self, name: str, force: bool) -> str:
        if not self.hashed_files:
            return str(super(CompressedManifestStaticFilesStorage, self)._url(lambda n: n, name))
        return str(super().url(name, force))


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves static files; a checkout where nothing was collected yet is no reason to warn."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Add a folder of files if it is there."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
