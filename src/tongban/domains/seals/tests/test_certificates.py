"""A seal's key is certified, its seals are stamped, and what no longer holds is said plainly."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.city import city as city  # a fixture
from tongban.connectors import certificates as authorities
from tongban.connectors import seals as connector
from tongban.connectors import timestamps as stamps
from tongban.connectors.certificates import OwnAuthority, Signer
from tongban.domains.seals import actions, queries, rules
from tongban.domains.seals.models import Anchor, Impression, Seal, SealCertificate
from tongban.domains.seals.rules import Kind, Verdict
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.crypto import certificates, der, keyring, national, timestamps, vault
from tongban.kernel.crypto.providers import provider_named
from tongban.kernel.documents import renderer
from tongban.kernel.documents.tests import samples
from tongban.kernel.errors import NotFound, NotPermitted, Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
BY = part("test")
NOBODY = Actor(kind="official", key="official:9", person=9, grants=frozenset())
PROFILES = ["international", "national"]


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    SealCertificate.objects.all().delete()
    Seal.objects.all().delete()
    Anchor.objects.all().delete()
    with clock.at("2026-09-07 09:00"):
        yield


def made(until: date = date(2029, 8, 31)) -> Seal:
    proposed = actions.propose(
        organ="market",
        name="青禾市市场监督管理局",
        kind=Kind.OFFICIAL,
        valid_from=date(2026, 9, 1),
        valid_to=until,
        by=part("one"),
    )
    return actions.approve(code=proposed.code, by=part("two"))


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "national":
        if not national.is_here():
            pytest.skip("The national profile is an extra.")
        ring = keyring.load_keyring()
        old = tuple(replace(k, state="old") if k.use == "sign" else k for k in ring.keys)
        new = keyring._new_key("sign", 99, provider_named("national"))
        for folder in list(keyring._cache):
            monkeypatch.setitem(keyring._cache, folder, keyring.Keyring((*old, new)))
    return str(request.param)


def sealed(seal: Seal) -> bytes:
    data = renderer.render("licence", {**samples.LICENCE, "seal": True})
    return actions.seal_pdf(pdf=data, organ=seal.organ, purpose="licence", subject="x:1", by=BY)


def test_a_sealed_pdf_bears_a_certificate_and_a_time_stamp(profile: str) -> None:
    seal = made()
    data = sealed(seal)
    clock.move(days=1)
    said = queries.check_document(data)
    assert said.verdict is Verdict.GENUINE, said
    assert said.authority == OwnAuthority.NAME and said.stamped_at is not None
    assert said.stamped_at.date() == date(2026, 9, 7)
    kept = SealCertificate.objects.get()
    assert (kept.serial, kept.seal, kept.revoked_at) == (said.serial, seal, None)
    read = rules.read_impression(bytes(Impression.objects.get().value))
    held = rules.certificate_of(read.bearer)
    assert held is not None
    assert held.algorithm == ("sm2sm3" if profile == "national" else "ed25519")
    other = x509.load_der_x509_certificate(held.whole)
    assert other.serial_number == held.serial and other.not_valid_after_utc == held.valid_to
    names = {one.oid.dotted_string: one.value for one in other.subject}
    assert names[certificates.IDENTIFIER] == seal.organ
    if profile == "international":
        root = x509.load_der_x509_certificate(bytes(Anchor.objects.get(purpose="seal").certificate))
        other.verify_directly_issued_by(root)
        assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_stamp_of_another_signature_is_found(profile: str) -> None:
    seal = made()
    for words in (b"one", b"two"):
        digest = queries.digest_for(seal, words)
        actions.apply(organ=seal.organ, digest=digest, purpose="test", subject="x:2", by=BY)
    rows = Impression.objects.order_by("id")
    one, two = (rules.read_impression(bytes(row.value)) for row in rows)

    def check(stamp: bytes) -> queries.Checked:
        whole = rules.impression_der(
            one.to_sign, bearer=one.bearer, algorithm=one.algorithm, value=one.value, stamp=stamp
        )
        return queries.verify(value=whole, content=b"one")

    assert check(one.stamp).verdict is Verdict.GENUINE
    flipped = one.stamp[:-3] + bytes([one.stamp[-3] ^ 1]) + one.stamp[-2:]
    for stamp in (two.stamp, one.stamp[:-1], b"0", flipped):
        said = check(stamp)
        assert (said.verdict, said.why) == (Verdict.FORGED, "stamp")


def test_a_stamp_decides_on_the_moment_whatever_a_thief_writes() -> None:
    seal = made()
    actions.revoke(serial=SealCertificate.objects.get().serial, reason="密钥泄露", by=BY)
    clock.move(hours=2)
    with pytest.raises(rules.CertificateEnded):
        sealed(seal)
    # The thief has the key and our program, seals on, and says that it was yesterday.
    info = rules.read_seal(bytes(seal.made)).info
    early = clock.now() - timedelta(days=1)
    body = rules.to_sign(bytes(seal.made), at=early, digest=vault.digest(b"x")[1], scope="x")
    value = connector.service().sign(handle=seal.handle, data=body)
    stamp = stamps.service().stamp(
        digest=vault.digest(value)[1], digest_name="sha-256", algorithm=seal.algorithm
    )

    def check(stamp: bytes) -> queries.Checked:
        whole = rules.impression_der(
            body, bearer=info.bearer, algorithm=seal.algorithm, value=value, stamp=stamp
        )
        return queries.verify(value=whole, content=b"x")

    assert check(stamp).verdict is Verdict.CERTIFICATE_REVOKED
    assert check(b"").verdict is Verdict.GENUINE, "without a stamp nobody can know better"
    Anchor.objects.filter(purpose="time").delete()
    assert check(stamp).stamped_at is None, "a stamp by nobody whom we trust says nothing"


def test_what_was_sealed_before_a_revocation_stays_good() -> None:
    data = sealed(made())
    clock.move(days=3)
    actions.revoke(serial=SealCertificate.objects.get().serial, reason="更换印章服务", by=BY)
    said = queries.check_document(data)
    assert said.verdict is Verdict.GENUINE and said.revoked_at == clock.now()


def test_an_authority_that_is_not_trusted_certifies_nothing() -> None:
    data = sealed(made())
    Anchor.objects.filter(purpose="seal").update(removed_at=clock.now())
    assert queries.check_document(data).verdict is Verdict.CERTIFICATE_UNKNOWN


def test_sealed_outside_the_certificate_s_dates() -> None:
    class Short(OwnAuthority):
        def issue(self, wanted: authorities.Wanted) -> tuple[bytes, bytes]:
            at = clock.now() - timedelta(days=9)
            row = {name: getattr(wanted, name) for name in wanted.__slots__}
            return super().issue(authorities.Wanted(**{**row, "valid_from": at, "valid_to": at}))

    with authorities.use(Short()):
        seal = made()
    with pytest.raises(rules.CertificateEnded):
        sealed(seal)
    SealCertificate.objects.all().delete()
    assert queries.check_document(sealed(seal)).verdict is Verdict.CERTIFICATE_EXPIRED


def test_while_an_authority_is_down_nothing_is_kept() -> None:
    own = OwnAuthority()
    own.failures = 1
    with authorities.use(own):
        with pytest.raises(Unavailable):
            made()
        assert not Seal.objects.filter(status="valid").exists()
    Seal.objects.all().delete()
    seal = made()
    simulated = stamps.SimulatedTimeStamps()
    simulated.failures = 1
    with stamps.use(simulated), pytest.raises(Unavailable):
        sealed(seal)
    assert not Impression.objects.exists()


HOLDER = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "青禾市市场监督管理局")])


class Outside:
    """A licensed authority, with a key of its own that the city never sees."""

    def __init__(self) -> None:
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "虚构认证中心")])

    def certify(self, public_pem: str, *, serial: int = 0, is_ca: bool = False) -> bytes:
        built = (
            x509.CertificateBuilder()
            .issuer_name(self.name)
            .subject_name(self.name if is_ca else HOLDER)
            .public_key(serialization.load_pem_public_key(public_pem.encode()))
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2028, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        return built.sign(self.key, None).public_bytes(serialization.Encoding.PEM)

    @property
    def root(self) -> bytes:
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return self.certify(public.decode(), is_ca=True)

    def revoked(self, serial: int) -> bytes:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(datetime(2026, 9, 8, tzinfo=UTC))
            .build()
        )
        built = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(datetime(2026, 9, 8, tzinfo=UTC))
            .next_update(datetime(2026, 9, 9, tzinfo=UTC))
            .add_revoked_certificate(entry)
        )
        return built.sign(self.key, None).public_bytes(serialization.Encoding.PEM)


def test_a_certificate_of_a_licensed_authority_is_imported_and_its_revocation_followed() -> None:
    seal, outside = made(), Outside()
    before = sealed(seal)
    pem = queries.public_pem(seal.code, by=BY)
    given = outside.certify(pem, serial=4711)

    def put(data: bytes, by: Actor = BY) -> Seal:
        return actions.put_certificate(code=seal.code, data=data, by=by)

    with pytest.raises(rules.NoCertificate):  # nobody trusts it yet
        put(given)
    actions.trust(certificate=outside.root, purpose="seal", by=BY)
    with pytest.raises(NotPermitted):
        put(given, NOBODY)
    stranger = Outside()
    empty = b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----"
    wrong = [b"", empty, stranger.certify(pem)]
    other = (
        ed25519.Ed25519PrivateKey.generate()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    for data in (*wrong, outside.certify(other.decode())):
        with pytest.raises(rules.NoCertificate):
            put(data)
    seal = put(given)
    data = sealed(seal)
    said = queries.check_document(data)
    assert (said.verdict, said.authority) == (Verdict.GENUINE, "虚构认证中心")
    assert queries.check_document(before).verdict is Verdict.GENUINE
    with pytest.raises(rules.NoCertificate):
        actions.read_revocations(data=stranger.revoked(4711), by=BY)
    with pytest.raises(rules.NoCertificate):
        actions.read_revocations(data=b"nothing", by=BY)
    clock.move(days=2)
    late = sealed(seal)
    assert actions.read_revocations(data=outside.revoked(4711), by=BY) == 1
    assert actions.read_revocations(data=outside.revoked(4711), by=BY) == 0
    assert queries.check_document(data).verdict is Verdict.GENUINE
    assert queries.check_document(late).verdict is Verdict.CERTIFICATE_REVOKED
    with pytest.raises(rules.CertificateEnded):
        sealed(seal)
    with pytest.raises(NotFound):
        actions.revoke(serial="ffff", reason="无", by=BY)


def test_no_bytes_bring_the_readers_down() -> None:
    seal = made()
    sealed(seal)
    whole = bytes(SealCertificate.objects.get().certificate)
    stamp = rules.read_impression(bytes(Impression.objects.get().value)).stamp
    for reader, held in ((certificates.read, whole), (timestamps.read, stamp)):
        for place in range(0, len(held), 3):
            other = bytes([held[place] ^ (1 + secrets.randbelow(255))])
            altered = held[:place] + other + held[place + 1 :]
            try:
                reader(altered)
            except der.Malformed:
                continue
        with pytest.raises(der.Malformed):
            reader(held[: len(held) // 2])


def test_a_signer_is_made_once(settings: Any) -> None:
    one = stamps.service().anchors("ed25519")
    assert one == stamps.service().anchors("ed25519")
    assert isinstance(stamps._simulated._signer("ed25519"), Signer)
    assert "secret" in (Path(settings.TONGBAN_KEYS) / "timestamps-ed25519.json").read_text()
    assert (Path(settings.TONGBAN_KEYS) / "timestamps-ed25519.json").stat().st_mode & 0o077 == 0
