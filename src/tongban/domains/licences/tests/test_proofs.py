"""A licence proves itself to those who never asked us, and shows no more than its holder chose."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.city import city as city  # a fixture
from tongban.cli.main import main as tongban
from tongban.client import licences as client
from tongban.domains.licences import actions, queries, rules
from tongban.domains.licences.models import Licence, LicenceCheck
from tongban.domains.licences.queries import offline as published
from tongban.domains.licences.tests.test_licences import issue, mother, revoker
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY
from tongban.kernel.crypto import keyring, national
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger import queries as ledger_queries

pytestmark = pytest.mark.django_db
NAME, NUMBER = "fields.operator.entity_name", "holder.number"
WHY = {"reasons": "隐瞒情况", "law": "《许可法》第六十九条"}


@pytest.fixture(autouse=True)
def fresh_lists() -> None:
    published._kept.clear()


@pytest.fixture
def held(city: object, db: None) -> Iterator[Licence]:
    with clock.at("2026-09-07 09:00"), transaction.atomic():
        yield issue()


def verdict(document: Any, **more: Any) -> client.Verdict:
    return client.verify(document, **{"keys": queries.keys(), "now": clock.now(), **more})


def test_a_file_proves_itself_with_public_keys_alone(held: Licence) -> None:
    said = verdict(json.loads(json.dumps(queries.presentation(held))))
    assert said.holds and said.facts["identifier"] == held.identifier
    assert (NAME, "市场主体名称", "面馆") in said.statements
    assert said.status_of.startswith("2026-09-07")


def test_only_what_was_chosen_is_in_the_file_and_still_verifies(held: Licence) -> None:
    document = queries.presentation(held, pointers={NAME})
    said = verdict(document)
    assert said.holds and [one[0] for one in said.statements] == [NAME]
    text = json.dumps(document, ensure_ascii=False)
    assert "990102199403225527" not in text and "李晓芸" not in text
    assert verdict(queries.presentation(held, pointers=set())).statements == ()


def test_equal_values_have_unequal_hashes(held: Licence) -> None:
    other = issue(case_no="C2", serial=2)
    first, second = (
        set(json.loads(queries.signed(one).text)["disclosed"]) for one in (held, other)
    )
    assert not first & second


def altered(document: dict[str, Any], how: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(document))
    if how == "text":
        made["licence"]["text"] = made["licence"]["text"].replace("2031", "2099")
    elif how == "value":
        made["disclosures"] = [d.replace("面馆", "酒楼") for d in made["disclosures"]]
    elif how == "invented":
        made["disclosures"].append('["salt","fields.x","x","y"]')
    elif how == "signature":
        made["licence"]["signature"]["value"] = "AAAA"
    elif how == "key":
        made["licence"]["signature"]["key"] = "sign:99"
    elif how == "algorithm":
        made["licence"]["signature"]["algorithm"] = "sm2sm3"
    return made


@pytest.mark.parametrize("how", ["text", "value", "invented", "signature", "key", "algorithm"])
def test_a_forged_file_is_found(held: Licence, how: str) -> None:
    assert verdict(altered(queries.presentation(held), how)).standing == "forged"


def test_under_the_keys_of_another_city_it_is_forged(held: Licence) -> None:
    mine = queries.presentation(held)
    strangers = keyring.new_keyring().active("sign")
    keys = {
        "keys": [
            {
                "id": "sign:1",
                "algorithm": "ed25519",
                "pem": strangers.provider.public_pem(strangers.public),
            }
        ]
    }
    assert verdict(mine, keys=keys).standing == "forged"


def test_the_status_list_tells_of_a_revocation_and_of_its_own_age(held: Licence) -> None:
    before = queries.presentation(held)
    actions.revoke(identifier=held.identifier, **WHY, by=revoker("market"))
    assert verdict(before).holds, "the list inside was true when it was made"
    newer = queries.status_list(held.organ)
    assert held.identifier not in newer["text"]
    assert verdict(before, status=newer).standing == "revoked"
    later = clock.now() + timedelta(hours=25)
    assert verdict(before, now=later).standing == "unknown"
    assert verdict(before, now=later, status=newer).standing == "revoked"
    forged = {**newer, "text": newer["text"].replace("revoked", "valid")}
    assert verdict(before, status=forged).standing == "unknown"
    assert verdict(before, status=queries.status_list("fire")).standing == "unknown"
    assert verdict({**before, "status": None}).standing == "unknown"


def test_after_its_last_day_the_date_itself_says_so(held: Licence) -> None:
    document = queries.presentation(held)
    clock.move("2031-09-07 00:30")
    published._kept.clear()
    assert verdict(document, status=queries.status_list(held.organ)).standing == "expired"


def test_a_rotated_key_still_verifies(held: Licence, tmp_path: Path, settings: Any) -> None:
    document = queries.presentation(held)
    keys = queries.keys()
    keys["keys"].append({**keys["keys"][0], "id": "sign:2", "pem": "garbage"})
    assert verdict(document, keys=keys).holds


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["licence", "text", "signature", "disclosures", "status", "key"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_document_at_all_brings_the_verifier_down(document: Any) -> None:
    try:
        said = client.verify(document, keys={"keys": []}, now=clock.now())
    except client.NotVerifiable:
        return
    assert not said.holds


def test_on_the_command_line(
    held: Licence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, keys = tmp_path / "licence.json", tmp_path / "keys.json"
    file.write_text(json.dumps(queries.presentation(held)), encoding="utf-8")
    keys.write_text(json.dumps(queries.keys()), encoding="utf-8")
    assert tongban(["licence", "verify", str(file)]) == 0
    assert "有效" in capsys.readouterr().out
    forged = altered(queries.presentation(held), "value")
    file.write_text(json.dumps(forged), encoding="utf-8")
    assert tongban(["licence", "verify", str(file), "--keys", str(keys)]) == 1
    file.write_text("{", encoding="utf-8")
    assert tongban(["licence", "verify", str(file)]) == 2
    # The client is one file that needs nothing of ours: run it where there is no platform.
    alone = tmp_path / "verify_licence.py"
    alone.write_text(Path(client.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    file.write_text(json.dumps(forged), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(alone), str(file), "--keys", str(keys)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, "不真实" in done.stdout) == (1, True), done.stderr


# Codes of sixty seconds


def test_a_code_shows_what_was_chosen_for_sixty_seconds(
    held: Licence, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = queries.showing_token(held, pointers={NAME})
    found = queries.shown(token)
    assert found.licence == held and [one.value for one in found.statements] == ["面馆"]
    now = clock.instant()
    monkeypatch.setattr(clock, "instant", lambda: now + timedelta(seconds=64))
    assert queries.shown(token)
    monkeypatch.setattr(clock, "instant", lambda: now + timedelta(seconds=67))
    with pytest.raises(rules.CodeExpired):
        queries.shown(token)


def test_a_forged_code_is_found_before_its_age(held: Licence) -> None:
    licence, until, mask, number, tag = queries.showing_token(held, pointers=set()).split(".")
    for forged in (
        f"{licence}.{until}.ff.{number}.{tag}",
        f"{licence}.{int(until, 16) + 9999:x}.{mask}.{number}.{tag}",
        f"{int(licence, 16) + 1:x}.{until}.{mask}.{number}.{tag}",
        f"{licence}.{until}.{mask}.{number}.{'0' * 32}",
        f"{licence}.{until}.{mask}.{number}",
        "证.1.1.1.1",
        "." * 4,
        "x" * 500,
        "",
    ):
        with pytest.raises(rules.CodeForged):
            queries.shown(forged)


@given(st.text(max_size=130))
def test_no_text_at_all_is_a_code(token: str) -> None:
    with pytest.raises(rules.CodeForged):
        rules.read_showing(token, tag=lambda text: "f" * 64, now=0)


def test_who_checked_it_is_noted_once_and_the_holder_not_at_all(held: Licence) -> None:
    call: dict[str, Any] = {
        "licence": held,
        "showing": "ab",
        "standing": rules.Standing.VALID,
        "shown": 1,
    }
    assert actions.note_check(**call, by=mother()) is None
    assert actions.note_check(**call, by=NOBODY) is not None
    assert actions.note_check(**call, by=NOBODY) is None
    assert actions.note_check(**call, by=revoker("fire")) is not None
    assert LicenceCheck.objects.count() == 2
    assert queries.checks_of(held)[0].organ == revoker("fire").organ


# The national profile


@pytest.mark.skipif(not national.is_here(), reason="SM2 needs the extra: pip install tongban[sm]")
def test_all_of_it_under_the_national_profile(
    city: object, db: None, tmp_path: Path, settings: Any
) -> None:
    before = settings.TONGBAN_KEYS
    folder = tmp_path / "national"
    ring = keyring.load_keyring(before)
    keyring.create_keyring(folder)
    # A city that moves: its hash key stays, or nobody would be found again; the rest is new.
    keyring._write(folder, ring)
    settings.TONGBAN_KEYS = folder
    keyring.rotate("enc", folder=folder, provider="national")
    keyring.rotate("sign", folder=folder, provider="national")
    with clock.at("2026-09-07 09:00"), transaction.atomic():
        licence = issue(case_no="SM1", serial=77)
        assert licence.signature.startswith("sm2sm3$") and licence.record.startswith("sm4gcm$")
        assert queries.verify(licence.identifier).holds
        document = queries.presentation(licence, pointers={NAME})
        assert json.loads(document["licence"]["text"])["digest"] == "sm3"
        assert verdict(document).holds
        assert verdict(altered(document, "value")).standing == "forged"
        assert verdict(altered(document, "text")).standing == "forged"
        while ledger.seal(by=revoker("market")):
            pass
        report = ledger_queries.verify()
        assert report.finding is None and report.size > 0
