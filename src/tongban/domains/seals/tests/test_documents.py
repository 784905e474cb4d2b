"""A seal in a document says by whom it is sealed, and finds any change."""

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.city import city as city  # a fixture
from tongban.connectors import seals as connector
from tongban.domains.seals import actions, queries, rules
from tongban.domains.seals.models import Impression, Seal, SealCertificate
from tongban.domains.seals.rules import Kind, Verdict
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.crypto import keyring, vault
from tongban.kernel.documents import ofd, renderer
from tongban.kernel.documents.tests import samples
from tongban.kernel.errors import Unavailable
from tongban.kernel.identity import queries as identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
BY = part("test")


def person(number: int, *grants: str) -> Actor:
    return Actor(kind="official", key=f"official:{number}", person=number, grants=frozenset(grants))


PROPOSER, APPROVER = person(1, "seal.propose"), person(2, "seal.approve")


@pytest.fixture
def day() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def seal(day: None) -> Seal:
    SealCertificate.objects.all().delete()
    Seal.objects.all().delete()
    proposed = actions.propose(
        organ="market",
        name="青禾市市场监督管理局",
        kind=Kind.OFFICIAL,
        valid_from=date(2026, 9, 1),
        valid_to=date(2029, 8, 31),
        by=PROPOSER,
    )
    return actions.approve(code=proposed.code, by=APPROVER)


def sealed_pdf(seal: Seal) -> bytes:
    data = renderer.render("licence", {**samples.LICENCE, "seal": True})
    return actions.seal_pdf(pdf=data, organ=seal.organ, purpose="licence", subject="x:1", by=BY)


def sealed_ofd(seal: Seal) -> bytes:
    data = ofd.render("licence", {**samples.LICENCE, "seal": True})
    return actions.seal_ofd(data=data, organ=seal.organ, purpose="licence", subject="x:1", by=BY)


MAKERS = [sealed_pdf, sealed_ofd]


@pytest.mark.parametrize("make", MAKERS)
def test_a_sealed_document_says_by_whom(seal: Seal, make: Callable[[Seal], bytes]) -> None:
    said = queries.check_document(make(seal))
    assert said.verdict is Verdict.GENUINE, said
    assert (said.organ, said.code, said.status) == (seal.name, seal.code, "valid")
    impression = Impression.objects.get()
    assert (impression.subject, impression.purpose) == ("x:1", "licence")


def test_any_changed_byte_of_a_pdf_is_found(seal: Seal) -> None:
    data = sealed_pdf(seal)
    for place in (100, len(data) // 3, data.index(b"/ByteRange") - 40, len(data) - 20):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert queries.check_document(altered).verdict is not Verdict.GENUINE
    assert queries.check_document(data + b"% more\n").verdict is Verdict.CHANGED
    contents = data.index(b"/Contents<", data.index(b"/SubFilter")) + 60
    flipped = data[:contents] + (b"0" if data[contents : contents + 1] != b"0" else b"1")
    assert queries.check_document(flipped + data[contents + 1 :]).verdict is Verdict.FORGED
    plain = renderer.render("licence", dict(samples.LICENCE))
    assert queries.check_document(plain).verdict is Verdict.UNSEALED


def rezip(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_any_change_of_an_ofd_is_found(seal: Seal) -> None:
    data = sealed_ofd(seal)
    page = "Doc_0/Pages/Page_0/Content.xml"

    def words(files: dict[str, bytes]) -> None:
        files[page] = files[page].replace("证".encode(), "书".encode())

    def one_more(files: dict[str, bytes]) -> None:
        files["Doc_0/more.xml"] = b"<x/>"

    def digest_too(files: dict[str, bytes]) -> None:
        before = base64.b64encode(vault.digest(files[page])[1])
        words(files)
        name = "Doc_0/Signs/Sign_0/Signature.xml"
        files[name] = files[name].replace(before, base64.b64encode(vault.digest(files[page])[1]))

    for change in (words, one_more, digest_too):
        assert queries.check_document(rezip(data, change)).verdict is Verdict.CHANGED, change

    def no_page(files: dict[str, bytes]) -> None:
        del files[page]

    with pytest.raises(queries.NoDocument):
        queries.check_document(rezip(data, no_page))
    plain = ofd.render("licence", dict(samples.LICENCE))
    assert queries.check_document(plain).verdict is Verdict.UNSEALED


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"hello", b"\x89PNG\r\n", b"PK" + b"0" * 99])
def test_what_is_no_document_is_refused(seal: Seal, data: bytes) -> None:
    with pytest.raises(queries.NoDocument):
        queries.check_document(data)


def test_a_seal_of_an_unknown_maker_is_forged(seal: Seal) -> None:
    """Whoever has our program can make seals; only ours are vouched for by a key we published."""
    data = sealed_pdf(seal)
    stranger = keyring.new_keyring()
    info = rules.read_seal(bytes(seal.made)).info_der
    signed = vault.sign(info, ring=stranger)
    forged = rules.seal_der(
        info, maker=signed.key_id, algorithm=signed.algorithm, value=signed.value
    )
    Seal.objects.filter(pk=seal.pk).update(made=forged)
    assert queries.check_document(sealed_pdf(seal)).verdict is Verdict.FORGED
    assert queries.check_document(data).verdict is Verdict.GENUINE


def test_an_impression_moved_to_another_document_is_found(seal: Seal) -> None:
    value = actions.apply(
        organ=seal.organ,
        digest=queries.digest_for(seal, b"one"),
        purpose="test",
        subject="x:2",
        by=BY,
    )
    check: dict[str, Any] = {"value": bytes(value.value)}
    assert queries.verify(**check, content=b"one").verdict is Verdict.GENUINE
    assert queries.verify(**check, content=b"two").verdict is Verdict.CHANGED
    assert queries.verify(**check, content=b"one", scope="other").verdict is Verdict.FORGED
    for length in (0, 1, 40, 400, len(value.value) - 1):
        cut = queries.verify(value=bytes(value.value)[:length], content=b"one")
        assert cut.verdict is Verdict.FORGED


def test_a_lost_seal_seals_nothing_and_what_it_sealed_before_stays_good(seal: Seal) -> None:
    before = sealed_pdf(seal)
    clock.move(hours=1)
    actions.report_lost(code=seal.code, reason="密钥介质遗失", by=PROPOSER)
    said = queries.check_document(before)
    assert (said.verdict, said.status) == (Verdict.GENUINE, "lost")
    with pytest.raises(rules.NoSeal):
        sealed_pdf(seal)
    # A thief who has the key seals on: the moment lies after the loss.
    Seal.objects.filter(pk=seal.pk).update(status="valid")
    SealCertificate.objects.update(revoked_at=None)
    clock.move(hours=1)
    stolen = sealed_pdf(seal)
    Seal.objects.filter(pk=seal.pk).update(status="lost")
    assert queries.check_document(stolen).verdict is Verdict.SEAL_LOST


def test_past_its_last_day_it_seals_nothing(seal: Seal) -> None:
    clock.move("2029-08-31 23:00")
    assert queries.in_force(seal.organ) == seal
    clock.move("2029-09-01 00:30")
    with pytest.raises(rules.NoSeal):
        sealed_pdf(seal)


def test_while_the_service_is_down_nothing_is_kept(seal: Seal) -> None:
    service = connector.OwnSeals()
    service.failures = 1
    with connector.use(service):
        with pytest.raises(Unavailable):
            sealed_pdf(seal)
        assert not Impression.objects.exists()
        assert queries.check_document(sealed_pdf(seal)).verdict is Verdict.GENUINE


def test_the_key_is_in_no_column_in_the_clear(seal: Seal) -> None:
    assert "secret" not in seal.handle
    assert identity.organ("market").uscc == seal.organ
