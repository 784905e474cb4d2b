"""Static files under hashed names, served by the program itself."""

from pathlib import Path

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
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


class StaticMiddleware(WhiteNoiseMiddleware):
    """Serves static files; a checkout where nothing was collected yet is no reason to warn."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Add a folder of files if it is there."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
