"""Static files under hashed names, served by the program itself."""

from pathlib import Path

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

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file: hashed when the manifest knows it."""
        if name is not None and not self.hashed_files:
            return str(super(CompressedManifestStaticFilesStorage, self)._url(lambda n: n, name))
        return str(super().url(name, force))


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves static files; a checkout where nothing was collected yet is no reason to warn."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Add a folder of files if it is there."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
