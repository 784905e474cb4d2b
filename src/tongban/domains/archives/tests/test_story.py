"""From a closed case to a package that opens without us."""

import argparse
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tongban.cli.commands import archive as command
from tongban.client import archives as client
from tongban.connectors import archives as connector
from tongban.connectors.archives import SimulatedOffice
from tongban.domains.archives import actions, queries, rules, workbench
from tongban.domains.archives.models import ArchivePackage
from tongban.domains.archives.rules import State
from tongban.domains.cases.actions import ending
from tongban.domains.cases.models import Case, Notice
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.ledger.models import Event
from tongban.kernel.ui import modes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ARCHIVIST = Actor(
    kind="official",
    key="official:1@post:1",
    organ="X",
    grants=frozenset({"archive.read", "archive.pack"}),
)
READER = Actor(
    kind="official", key="official:2@post:2", organ="Y", grants=frozenset({"archive.read"})
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def closed() -> Iterator[ArchivePackage]:
    """A birth certificate, granted by a rule and closed on Monday; due on Saturday."""
    application = given.birth()
    given.settle()
    case = application.cases.get(item_key="birth-certificate")
    assert case.state == "closed"
    yield ArchivePackage.objects.get(case_no=case.case_no)


def office() -> SimulatedOffice:
    found = connector.office()
    assert isinstance(found, SimulatedOffice)
    return found


def a_day(moment: str) -> None:
    clock.move(moment)
    deadlines.begin_day(by=part("test"))
    given.settle()


def test_a_closed_case_becomes_a_package(closed: ArchivePackage, tmp_path: Path) -> None:
    a_day("2026-09-08 00:10")
    closed.refresh_from_db()
    assert closed.state == State.WAITING
    a_day(f"{closed.due_on.isoformat()} 00:10")
    closed.refresh_from_db()
    assert (closed.state, closed.failed) == (State.RECEIVED, [])
    assert closed.receipt_no and closed.years == 30
    case = Case.objects.get(case_no=closed.case_no)
    assert case.state == "archived" and case.archived_at
    # Anyone opens and verifies it, with the program that lies inside and nothing else.
    file = tmp_path / "package.zip"
    file.write_bytes(actions.take_out(case_no=closed.case_no, purpose="查阅", by=ARCHIVIST))
    with zipfile.ZipFile(file) as archive:
        archive.extract("verify.py", tmp_path)
        names = archive.namelist()
    assert any(name.startswith("办理结果/") for name in names)
    (tmp_path / "platform.pem").write_text(vault.public_key())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "package.zip", "--key", "platform.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 8 and "BAD" not in done.stdout


def repack(file: Path, change: dict[str, bytes | None]) -> Path:
    """The same package with files changed, added, or (None) left out."""
    with zipfile.ZipFile(file) as old:
        held: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
    other = file.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as new:
        for name, content in {**held, **change}.items():
            if content is not None:
                new.writestr(name, content)
    return other


def test_whatever_is_altered_is_found(closed: ArchivePackage, tmp_path: Path) -> None:
    found = actions.pack(package=closed.pk, by=actions.SELF)
    assert found.state == State.PACKED, found.failed
    file = tmp_path / "package.zip"
    file.write_bytes(actions.take_out(case_no=closed.case_no, purpose="查阅", by=ARCHIVIST))
    key = vault.public_key()

    def bad(change: dict[str, bytes | None]) -> set[str]:
        return {f.check for f in client.verify(repack(file, change), key) if not f.is_sound}

    with zipfile.ZipFile(file) as archive:
        manifest, ledger = archive.read("manifest.json"), archive.read("ledger.json")
        signature = archive.read("manifest.sig")
        notice = next(name for name in archive.namelist() if name.startswith("办理文书/"))
    assert bad({}) == set()
    assert bad({"form.json": b"{}"}) == {"authenticity"}
    assert bad({notice: None}) == {"completeness"}
    assert bad({"stray.txt": b"x"}) == {"completeness"}
    assert "safety" in bad({"run.exe": b"MZ\x90"})
    assert "usability" in bad({notice: b"no pdf"})
    assert "authenticity" in bad({"manifest.json": manifest.replace(b"granted", b"refused")})
    assert "authenticity" in bad({"ledger.json": ledger.replace(b"case.closed", b"case.cloned")})
    flipped = signature[:-6] + (b"A" if signature[-6:-5] != b"A" else b"B") + signature[-5:]
    assert "authenticity" in bad({"manifest.sig": flipped})
    for change in ({"ledger.json": None}, {"manifest.json": b"[]"}, {"manifest.json": b"{"}):
        with pytest.raises(client.Broken):
            client.verify(repack(file, change), key)  # type: ignore[arg-type]
    (tmp_path / "none.zip").write_bytes(b"PK")
    assert client.main([str(tmp_path / "none.zip")]) == 2
    assert client.main([str(tmp_path / "absent.zip")]) == 2


def test_the_same_case_gives_the_same_bytes_and_is_closed(closed: ArchivePackage) -> None:
    first = actions.pack(package=closed.pk, by=actions.SELF)
    again = actions.pack(package=closed.pk, by=actions.SELF)
    assert again.file == first.file
    with pytest.raises(rules.PackedAlready):
        actions.pack(package=closed.pk, by=ARCHIVIST)
    assert Event.objects.filter(name="archive.packed").count() == 1


def test_a_document_that_is_missing_is_named(closed: ArchivePackage) -> None:
    case = Case.objects.get(case_no=closed.case_no)
    Notice.objects.filter(case=case, kind="granted").update(kind="special")
    found = actions.pack(package=closed.pk, by=actions.SELF)
    assert found.state == State.FAULTY
    [[check, says]] = found.failed
    assert check == "completeness" and "notice:granted" in says
    Notice.objects.filter(case=case, kind="special").update(kind="granted")
    with pytest.raises(NotPermitted):
        actions.pack(package=closed.pk, by=READER)
    assert actions.pack(package=closed.pk, by=ARCHIVIST).state == State.PACKED


def test_the_office_is_down_says_no_and_loses(closed: ArchivePackage) -> None:
    actions.pack(package=closed.pk, by=actions.SELF)
    office().rejects = "目录不全"
    assert actions.hand_over(package=closed.pk, by=actions.SELF).state == State.REJECTED
    assert actions.pack(package=closed.pk, by=ARCHIVIST).state == State.PACKED
    office().failures = 1
    given.settle()
    closed.refresh_from_db()
    assert closed.state == State.PACKED
    received = actions.hand_over(package=closed.pk, by=actions.SELF)
    assert received.state == State.RECEIVED
    assert actions.hand_over(package=closed.pk, by=actions.SELF).receipt_no == received.receipt_no
    assert actions.compare(by=actions.SELF) == 0
    (office().folder / f"{received.file}.zip").unlink()
    assert actions.compare(by=actions.SELF) == 1
    assert actions.hand_over(package=closed.pk, by=actions.SELF).state == State.RECEIVED
    assert actions.compare(by=actions.SELF) == 0


def test_the_archivists_pages(closed: ArchivePackage, rf: Any) -> None:
    def ask(view: Any, by: Actor, *args: str, post: dict[str, str] | None = None) -> Any:
        request = rf.get("/") if post is None else rf.post("/", post)
        request.actor, request.ui = by, modes.read("zh")
        return view(request, *args)

    no = closed.case_no
    assert no in ask(workbench.packages, ARCHIVIST).content.decode()
    assert no not in ask(workbench.packages, READER).content.decode()
    assert "未检测" in ask(workbench.package, ARCHIVIST, no).content.decode()
    Notice.objects.filter(case__case_no=no, kind="granted").update(kind="special")
    actions.pack(package=closed.pk, by=actions.SELF)
    assert "缺少" in ask(workbench.package, ARCHIVIST, no).content.decode()
    Notice.objects.filter(case__case_no=no, kind="special").update(kind="granted")
    with pytest.raises(NotPermitted):
        ask(workbench.pack, READER, no, post={})
    assert ask(workbench.pack, ARCHIVIST, no, post={}).status_code == 302
    assert "通过" in ask(workbench.package, ARCHIVIST, no).content.decode()
    given_out = ask(workbench.take_out, ARCHIVIST, no, post={"purpose": "查阅"})
    assert given_out.content.startswith(b"PK") and given_out["Content-Type"] == "application/zip"
    with pytest.raises(NotFound):
        ask(workbench.package, ARCHIVIST, "none")


def test_the_command(closed: ArchivePackage, tmp_path: Path, capsys: Any) -> None:
    actions.pack(package=closed.pk, by=actions.SELF)
    file = tmp_path / "package.zip"
    file.write_bytes(actions.take_out(case_no=closed.case_no, purpose="查阅", by=ARCHIVIST))
    words = argparse.ArgumentParser()
    command.arguments(words)
    assert command.run(words.parse_args(["verify", str(file)])) == 0
    other = repack(file, {"form.json": b"{}"})
    assert command.run(words.parse_args(["verify", str(other)])) == 1
    file.write_bytes(b"")
    assert command.run(words.parse_args(["verify", str(file)])) == 2
    assert "BAD authenticity" in capsys.readouterr().out


def test_who_may_open_one(closed: ArchivePackage) -> None:
    with pytest.raises(rules.NotPacked):
        actions.take_out(case_no=closed.case_no, purpose="查阅", by=ARCHIVIST)
    actions.pack(package=closed.pk, by=actions.SELF)
    with pytest.raises(rules.PurposeMissing):
        actions.take_out(case_no=closed.case_no, purpose=" ", by=ARCHIVIST)
    with pytest.raises(NotFound):
        actions.take_out(case_no=closed.case_no, purpose="查阅", by=READER)
    with pytest.raises(NotPermitted):
        queries.packages(by=Actor(kind="person", key="person:1"))
    assert not Event.objects.filter(name="archive.opened").exists()


def test_what_ended_without_a_decision_is_kept_too_but_not_so_long() -> None:
    case = given.food_licence()
    ending.withdraw(case_no=case.case_no, by=given.restaurateur())
    given.settle()
    kept = ArchivePackage.objects.get(case_no=case.case_no)
    assert (kept.result, kept.years) == ("withdrawn", 5)
    a_day(f"{kept.due_on.isoformat()} 00:10")
    kept.refresh_from_db()
    assert (kept.state, kept.failed) == (State.RECEIVED, [])
    case.refresh_from_db()
    assert case.state == "withdrawn", "an end stays the end that it was"


def test_what_never_reached_anyone_in_writing_is_not_kept() -> None:
    """A case that only waited for another is taken back without a document."""
    application = given.restaurant()
    waiting = application.cases.filter(state="waiting").first()
    assert waiting is not None
    ending.withdraw(case_no=waiting.case_no, by=given.restaurateur())
    given.settle()
    assert not ArchivePackage.objects.filter(case_no=waiting.case_no).exists()
