"""A seal is made by two, ends by one, and its structure reads back what was written."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.city import city as city  # a fixture
from tests.office.people import signed_in
from tongban.domains.seals import actions, queries, rules
from tongban.domains.seals.models import Seal, SealCertificate
from tongban.domains.seals.rules import Kind, Status
from tongban.domains.seals.tests.test_documents import APPROVER, PROPOSER, person
from tongban.kernel import clock
from tongban.kernel.crypto import der
from tongban.kernel.errors import Invalid, NotPermitted
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event


def propose(**more: Any) -> Seal:
    whole: dict[str, Any] = {
        "organ": "market",
        "name": "青禾市市场监督管理局",
        "kind": Kind.OFFICIAL,
        "valid_from": date(2026, 9, 1),
        "valid_to": date(2029, 8, 31),
        "by": PROPOSER,
    }
    return actions.propose(**{**whole, **more})


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
class TestSeals:
    @pytest.fixture(autouse=True)
    def none_yet(self) -> Any:
        with clock.at("2026-09-07 09:00"):
            SealCertificate.objects.all().delete()
            Seal.objects.all().delete()
            yield

    def test_every_organ_of_the_city_has_one(self) -> None:
        assert Event.objects.filter(name="seal.made").count() == len(identity.organs())

    def test_who_proposes_does_not_approve(self) -> None:
        seal = propose()
        both = person(1, "seal.propose", "seal.approve")
        with pytest.raises(rules.SecondPersonNeeded):
            actions.approve(code=seal.code, by=both)
        with pytest.raises(rules.SecondPersonNeeded):
            actions.reject(code=seal.code, by=both)
        with pytest.raises(NotPermitted):
            actions.approve(code=seal.code, by=person(3, "seal.propose"))
        with pytest.raises(NotPermitted):
            propose(by=APPROVER)
        assert queries.in_force(seal.organ) is None
        made = actions.approve(code=seal.code, by=APPROVER)
        assert made.status == Status.VALID and queries.in_force(seal.organ) == made
        with pytest.raises(rules.AlreadySettled):
            actions.approve(code=seal.code, by=APPROVER)

    def test_one_valid_seal_of_a_kind(self) -> None:
        actions.approve(code=propose().code, by=APPROVER)
        second = propose()
        with pytest.raises(rules.SealExists):
            actions.approve(code=second.code, by=APPROVER)
        actions.approve(code=propose(kind=Kind.BUSINESS).code, by=APPROVER)
        first = queries.in_force(second.organ)
        assert first is not None and first.kind == Kind.OFFICIAL
        actions.end(code=first.code, reason="机构改革", by=PROPOSER)
        assert actions.approve(code=second.code, by=APPROVER).status == Status.VALID
        assert actions.reject(code=propose().code, by=APPROVER).status == Status.REJECTED

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": " "},
            {"name": "章" * 61},
            {"valid_to": date(2026, 8, 1)},
            {"valid_to": date(2040, 1, 1)},
        ],
    )
    def test_what_may_not_be_proposed(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            propose(**wrong)
        assert not Seal.objects.exists()

    def test_through_the_pages(self) -> None:
        drafter, publisher = self.office("seal.propose"), self.office("seal.approve")
        organ = identity.organ("market").uscc
        sent = {
            "organ": organ,
            "name": "市场监管专用章",
            "kind": "business",
            "from": "2026-09-07",
            "to": "2028-09-06",
        }
        assert drafter.post("/office/seals/", {**sent, "to": "soon"}).status_code == 422
        answer = drafter.post("/office/seals/", sent)
        address = answer["Location"]
        assert drafter.post(address, {"act": "approve"}).status_code == 403
        assert publisher.post(address, {"act": "stamp"}).status_code == 422
        assert publisher.post(address, {"act": "approve"}).status_code == 302
        assert "在用" in publisher.get("/office/seals/").content.decode()
        assert drafter.post(address, {"act": "lost", "reason": ""}).status_code == 422
        assert drafter.post(address, {"act": "lost", "reason": "遗失"}).status_code == 302
        assert "已挂失" in drafter.get(address).content.decode()
        assert drafter.get("/office/seals/nothing/").status_code == 404
        assert Client(headers={"host": "localhost"}).get(address).status_code == 302

    def office(self, grant: str) -> Client:
        holder = identity.officials_with(grant, identity.organ("dsj").uscc)[0]
        account = identity.account_of(holder.person, is_official=True)
        assert account is not None
        posts = [grant in one.grants for one in identity.posts_of(account)]
        return signed_in(account.username, post=posts.index(True))


@given(st.integers(-(2**70), 2**70), st.binary(max_size=300), st.text(max_size=40))
def test_der_reads_back_what_it_wrote(number: int, body: bytes, text: str) -> None:
    whole = der.sequence(der.integer(number), der.octets(body), der.bits(body), der.utf8(text))
    one, two, three, four = der.parts(der.read(whole), der.INTEGER, der.OCTETS, der.BITS, der.UTF8)
    assert der.integer_of(one) == number and two.body == body == der.bits_of(three)
    assert der.text_of(four) == text


@pytest.mark.parametrize("dotted", ["1.2.156.10197.1.501", "1.3.101.112", "2.16.840.1.101.3.4.2.1"])
def test_object_identifiers(dotted: str) -> None:
    assert der.oid_of(der.read(der.oid(dotted))) == dotted


@given(st.binary(max_size=200))
def test_no_bytes_at_all_bring_the_reader_down(data: bytes) -> None:
    for read in (rules.read_impression, rules.read_seal):
        with pytest.raises(rules.Malformed):
            read(data)
