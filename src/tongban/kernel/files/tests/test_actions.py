"""Contents are stored once, durably, and read back as they were."""

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from django.test import override_settings

from tongban.kernel import actor, clock, errors
from tongban.kernel.files import actions, backends, queries, rules
from tongban.kernel.files.models import StoredFile
from tongban.kernel.files.tests import contents

WU = actor.part("cases")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(TONGBAN_FILES=tmp_path):
        yield tmp_path


def test_a_content_is_stored_once_whatever_its_name(folder: Path) -> None:
    with clock.at("2026-01-05 10:00"):
        first = actions.store(data=contents.a_pdf(), name="a.pdf", by=WU)
    second = actions.store(data=io.BytesIO(contents.a_pdf()), name="b.pdf", by=WU)
    assert first == second
    assert first.content_type == "application/pdf"
    assert first.stored_at == clock.moment("2026-01-05 10:00")
    assert queries.stored(sha256=first.sha256) == first
    assert queries.read_file(first) == contents.a_pdf()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [str(path.relative_to(folder)) for path in files] == [first.storage_key]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o440


def test_a_refused_content_leaves_nothing(folder: Path) -> None:
    with pytest.raises(rules.KindNotAccepted):
        actions.store(data=b"MZ", name="a.pdf", by=WU)
    with pytest.raises(errors.SignInNeeded):
        actions.store(data=contents.a_pdf(), name="a.pdf", by=actor.NOBODY)
    assert not StoredFile.objects.exists()
    assert not list(folder.iterdir())


def test_no_more_is_read_than_may_be_stored() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size == 2 * rules.MEGABYTE + 1
            return contents.a_pdf().ljust(size)

    with pytest.raises(rules.FileTooLarge):
        actions.store(data=Endless(), name="a.pdf", by=WU, most_mb=2)


def test_a_lost_or_altered_content_is_said_and_can_be_healed(folder: Path) -> None:
    stored = actions.store(data=contents.a_pdf(), name="a.pdf", by=WU)
    path = folder / stored.storage_key
    path.chmod(0o640)
    path.write_bytes(b"altered")
    with pytest.raises(queries.ContentLost):
        queries.read_file(stored)
    path.unlink()
    with pytest.raises(queries.ContentLost):
        queries.open_file(stored)
    actions.store(data=contents.a_pdf(), name="a.pdf", by=WU)
    assert queries.read_file(stored) == contents.a_pdf()
    with pytest.raises(errors.NotFound):
        queries.stored(sha256="0" * 64)


def test_another_backend_can_stand_in(folder: Path) -> None:
    class Memory:
        def __init__(self) -> None:
            self.kept: dict[str, bytes] = {}

        def has(self, key: str) -> bool:
            return key in self.kept

        def write(self, key: str, data: bytes) -> None:
            self.kept[key] = data

        def open(self, key: str) -> BinaryIO:
            return io.BytesIO(self.kept[key])

    memory = Memory()
    backends.install(memory)
    try:
        stored = actions.store(data=contents.a_png(), name="a.png", by=WU)
        assert queries.read_file(stored) == memory.kept[stored.storage_key] == contents.a_png()
    finally:
        backends.install(None)
    assert not list(folder.iterdir())


def test_a_write_that_fails_leaves_no_draft(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        actions.store(data=contents.a_pdf(), name="a.pdf", by=WU)
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert not StoredFile.objects.exists()


def test_keys_do_not_lead_out_of_the_folder(folder: Path) -> None:
    for key in ("../x", "/etc/passwd"):
        with pytest.raises(ValueError, match="storage key"):
            backends.Folder(folder).open(key)
