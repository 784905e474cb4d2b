"""Message catalogues: `.po` compiled to `.mo` by Babel, without a gettext binary."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings


def app_folders() -> Iterator[Path]:
    """The folders of our own apps, and those that settings name besides."""
    yield from (Path(path).parent for path in settings.LOCALE_PATHS)
    for config in apps.get_app_configs():
        if config.name.startswith("tongban."):
            yield Path(config.path)


def sources(folders: Iterator[Path] | None = None) -> Iterator[Path]:
    """Every hand-kept catalogue."""
    for folder in folders or app_folders():
        yield from sorted(folder.glob("locale/*/LC_MESSAGES/django.po"))


def compile_one(po: Path) -> Path:
    """Compile one catalogue; the new file takes the old one's place in one step."""
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parent.parent.name)
    mo = po.with_suffix(".mo")
    handle, name = tempfile.mkstemp(dir=mo.parent, suffix=".mo.part")
    with os.fdopen(handle, "wb") as target:
        write_mo(target, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(mo)
    return mo


def is_stale(po: Path) -> bool:
    """Whether the compiled file is missing or older than its source."""
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def compile_stale(folders: Iterator[Path] | None = None) -> list[Path]:
    """Compile what is stale and may be written; an installed package carries its compiled files."""
    return [
        compile_one(po) for po in sources(folders) if is_stale(po) and os.access(po.parent, os.W_OK)
    ]
