"""Every check digit against an independent package, and every reason against a wrong number."""

from datetime import date
from importlib import import_module

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongban.kernel.identity import codes
from tongban.kernel.identity.codes import (
    BadCode,
    CatalogCode,
    CodeFault,
    FoodLicence,
    HandlingCode,
    LicenceIdentifier,
    PersonNumber,
    TaskCode,
    Uscc,
    fault_in,
)

# Untyped oracles, used in tests only.
ric = import_module("stdnum.cn.ric")
uscc = import_module("stdnum.cn.uscc")
iso_11_10 = import_module("stdnum.iso7064.mod_11_10")
iso_11_2 = import_module("stdnum.iso7064.mod_11_2")
iso_37_36 = import_module("stdnum.iso7064.mod_37_36")
stdnum_luhn = import_module("stdnum.luhn")
id_validator = import_module("id_validator.validator")

DIGITS = "0123456789"
DIVISIONS = st.integers(990000, 999999).map(str)
BIRTHS = st.dates(date(1900, 1, 1), date(2026, 11, 22))
SERIALS = st.integers(0, 999)
MANY = st.integers(0, 999_999)
PERSONS = st.builds(codes.fictional_person_number, DIVISIONS, BIRTHS, SERIALS)
REGISTRARS = st.sampled_from(["11", "12", "52", "91", "92", "93"])
FIRMS = st.builds(
    lambda division, serial, registrar: codes.fictional_uscc(division, serial, registrar=registrar),
    DIVISIONS,
    MANY,
    REGISTRARS,
)
FOODS = st.builds(codes.fictional_food_licence, DIVISIONS, MANY)
CARDS = st.builds(codes.fictional_bank_card, st.integers(0, 10**12))
ALNUM = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=32)


def changed(text: str, at: int, to: str) -> str:
    assume(text[at] != to)
    return text[:at] + to + text[at + 1 :]


# ── persons ──


@given(DIVISIONS, BIRTHS, SERIALS)
def test_a_person_number_tells_birth_and_sex(division: str, birth: date, serial: int) -> None:
    text = codes.fictional_person_number(division, birth, serial)
    found = PersonNumber.read(text)
    assert (found.kind, found.division, found.birth) == ("fictional", division, birth)
    assert found.sex == ("male" if serial % 2 else "female")
    assert text[17] == ric.calc_check_digit(text) == iso_11_2.calc_check_digit(text[:17])


@given(PERSONS, st.integers(0, 17), st.sampled_from(DIGITS))
def test_a_changed_digit_of_a_person_number_is_caught(text: str, at: int, to: str) -> None:
    assert fault_in("person", changed(text, at, to)) is not None


@pytest.mark.parametrize("division", ["110101", "330113", "330383", "440309", "810000", "830000"])
def test_divisions_that_other_packages_miss(division: str) -> None:
    # python-stdnum 2.2 raises on 330113 and refuses 330383, 81 and 83; id-validator is right.
    # Serial 000 of New Year 1900 was never given to anyone.
    body = f"{division}19000101000"
    text = body + codes.person_check(body)
    assert fault_in("person", text) is None
    assert id_validator.is_valid(text)
    assert not id_validator.is_valid(text[:-1] + ("0" if text[-1] != "0" else "1"))


def test_what_a_person_number_can_stand_for() -> None:
    def kind(prefix: str) -> str:
        body = f"{prefix}19000101000"
        return PersonNumber.read(body + codes.person_check(body)).kind

    assert kind("110101") == "citizen"
    assert kind("820000") == "neighbour"
    assert kind("911840") == "foreigner"
    assert kind("990101") == "fictional"


GOOD = codes.fictional_person_number("990101", date(2000, 2, 29), 7)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", CodeFault.EMPTY),
        ("  ", CodeFault.EMPTY),
        (GOOD[:-1], CodeFault.LENGTH),
        ("110101900101123", CodeFault.OLD_FORM),
        (GOOD[:5] + "O" + GOOD[6:], CodeFault.ALPHABET),
        ("x" + GOOD[1:], CodeFault.ALPHABET),
        ("99010119000230" + "0000", CodeFault.BIRTH_DATE),
        ("99010112340101" + "0000", CodeFault.BIRTH_DATE),
        ("000000" + GOOD[6:], CodeFault.DIVISION),
        (GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2"), CodeFault.CHECK),
        ("٩" * 18, CodeFault.ALPHABET),
    ],
)
def test_a_wrong_person_number_says_why(text: str, fault: CodeFault) -> None:
    assert fault_in("person", text) is fault


def test_nobody_is_born_tomorrow() -> None:
    text = codes.fictional_person_number("990101", date(2026, 2, 11), 7)
    with pytest.raises(BadCode) as refusal:
        PersonNumber.read(text, today=date(2026, 2, 10))
    assert refusal.value.fault is CodeFault.BIRTH_AHEAD
    assert "future" in refusal.value.sentence()
    assert PersonNumber.read(text, today=date(2026, 2, 11)).age(date(2026, 2, 11)) == 0


def test_how_people_write_it() -> None:
    body = next(
        f"99010120000101{serial:03}"
        for serial in range(999)
        if codes.person_check(f"99010120000101{serial:03}") == "X"
    )
    assert PersonNumber.read(f" {body[:6]} {body[6:14]} {body[14:]}x ").text == f"{body}X"
    assert PersonNumber.read("".join(chr(ord(c) + 0xFEE0) for c in f"{body}X")).text == f"{body}X"


def test_age_turns_on_the_birthday() -> None:
    person = PersonNumber.read(GOOD)  # born on 29 February 2000
    assert [person.age(date(2018, 2, 28)), person.age(date(2018, 3, 1))] == [17, 18]


# ── organisations ──

PUBLIC = ["12441500196720244T", "11310000MB2F30661Y", "11100000000013338W", "11430000006122244L"]


@pytest.mark.parametrize("text", [*PUBLIC, "92990102MA2ABCDE1L"])
def test_public_codes_are_right(text: str) -> None:
    assert Uscc.read(text).text == text
    assert uscc.is_valid(text)


@pytest.mark.parametrize("text", PUBLIC)
def test_the_organisation_code_within(text: str) -> None:
    within = Uscc.read(text).organisation
    assert codes.read_organisation(f"{within[:8]}-{within[8]}") == within


@given(FIRMS)
def test_fictional_codes_agree_with_the_oracle(text: str) -> None:
    assert uscc.is_valid(text)
    assert codes.read_organisation(Uscc.read(text).organisation)


@given(FIRMS, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_changed_character_of_a_uscc_is_caught(text: str, at: int, to: str) -> None:
    assert fault_in("uscc", changed(text, at, to)) is not None


@given(FIRMS, st.integers(0, 8), st.sampled_from(DIGITS))
def test_a_changed_digit_of_an_organisation_code_is_caught(text: str, at: int, to: str) -> None:
    within = text[8:17]
    assume(within[at] in DIGITS)
    assert fault_in("organisation", changed(within, at, to)) is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("92990102MA2ABCDE1", CodeFault.LENGTH),
        ("92990102MA2ABCDI1L", CodeFault.ALPHABET),  # no I, O, S, V, Z
        ("92000102MA2ABCDE1L", CodeFault.DIVISION),
        ("92990102MA2ABCDE1K", CodeFault.CHECK),
    ],
)
def test_a_wrong_uscc_says_why(text: str, fault: CodeFault) -> None:
    assert fault_in("uscc", text) is fault


# ── items and licences ──


def test_item_codes_come_apart_and_together() -> None:
    task = TaskCode.read("12441500196720244T3442199806003")
    assert (task.organ, task.level) == ("12441500196720244T", "3")
    assert task.catalog == CatalogCode("44", "21", "99806", "003")
    assert str(task) == "12441500196720244T3442199806003"
    handling = HandlingCode.read("11310000MB2F30661Y231200356400001")
    assert (str(handling.task.catalog), handling.number) == ("312003564000", "01")
    assert str(handling) == "11310000MB2F30661Y231200356400001"


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("catalog", "441199806003", CodeFault.KIND),
        ("catalog", "982199806003", CodeFault.DIVISION),
        ("task", "12441500196720244T7442199806003", CodeFault.KIND),
        ("task", "12441500196720244A3442199806003", CodeFault.CHECK),
        ("handling", "12441500196720244T344219980600", CodeFault.LENGTH),
    ],
)
def test_a_wrong_item_code_says_why(kind: str, text: str, fault: CodeFault) -> None:
    assert fault_in(kind, text) is fault


PUBLIC_LICENCE = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"


def test_a_public_licence_identifier() -> None:
    found = LicenceIdentifier.read(PUBLIC_LICENCE)
    assert (found.serial, found.version, found.check) == ("20230000403", "001", "U")
    assert str(found) == PUBLIC_LICENCE


@pytest.mark.parametrize(
    "parts",
    [
        "11100000000013338W011.11430000006122244L.20230000403.002.S",
        "11100000000013338W032.11220000013544541J.2430599.001.F",
        "11100000000013338W009.11330105002500287C.2025052201.002.0",
    ],
)
def test_more_public_licence_identifiers(parts: str) -> None:
    assert fault_in("licence", f"{codes.LICENCE_ROOT}.{parts}") is None


@given(FIRMS, FIRMS, st.integers(0, 999), ALNUM, st.integers(1, 999))
def test_licence_identifiers_agree_with_the_oracle(
    definer: str, issuer: str, number: int, serial: str, version: int
) -> None:
    made = LicenceIdentifier(f"{definer}{number:03}", issuer, serial, f"{version:03}")
    assert LicenceIdentifier.read(str(made)) == made
    assert iso_37_36.is_valid(str(made).removeprefix(codes.LICENCE_ROOT).replace(".", ""))


@given(FIRMS, ALNUM, st.data())
def test_a_changed_character_of_a_licence_is_caught(
    issuer: str, serial: str, data: st.DataObject
) -> None:
    text = str(LicenceIdentifier(f"{issuer}001", issuer, serial))
    at = data.draw(st.integers(len(codes.LICENCE_ROOT) + 1, len(text) - 1))
    to = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert fault_in("licence", changed(text, at, to)) is not None


def test_parts_that_make_no_licence_are_refused() -> None:
    with pytest.raises(BadCode):
        str(LicenceIdentifier("11100000000013338W032", "11430000006122244L", "a-1"))
    assert fault_in("licence", "1.2.3") is CodeFault.SHAPE
    assert fault_in("licence", PUBLIC_LICENCE[:-2]) is CodeFault.SHAPE


@given(FOODS, st.integers(2, 15), st.sampled_from(DIGITS))
def test_food_licences(text: str, at: int, to: str) -> None:
    assert FoodLicence.read(text).trade == "2"
    assert iso_11_10.is_valid(text[2:])
    assert fault_in("food_licence", changed(text, at, to)) is not None


# ── cards and shapes ──


@given(CARDS, st.integers(0, 18), st.sampled_from(DIGITS))
def test_bank_cards(text: str, at: int, to: str) -> None:
    assert fault_in("bank_card", text) is None
    assert stdnum_luhn.is_valid(text)
    assert fault_in("bank_card", changed(text, at, to)) is CodeFault.CHECK


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("mobile", "13800000000", None),
        ("mobile", "+86 138-0000-0000", None),
        ("mobile", "12800000000", CodeFault.KIND),
        ("mobile", "1380000000", CodeFault.LENGTH),
        ("mobile", "1380000000a", CodeFault.ALPHABET),
        ("real_estate_unit", "990102001003GB00012F00010002", None),
        ("real_estate_unit", "990102001003GB00012W00000000", None),
        ("real_estate_unit", "990102001003GB00012W00010000", CodeFault.SHAPE),
        ("real_estate_unit", "990102001003KB00012F00010002", CodeFault.SHAPE),
        ("real_estate_unit", "000102001003GB00012F00010002", CodeFault.DIVISION),
        ("investment_project", "2026-990102-04-01-123456", None),
        ("investment_project", "2026-990102-04-01-12345", CodeFault.SHAPE),
        ("investment_project", "2026-980102-04-01-123456", CodeFault.DIVISION),
        ("bank_card", "123", CodeFault.LENGTH),
        ("food_licence", "JY49901020000011", CodeFault.KIND),
    ],
)
def test_shapes(kind: str, text: str, fault: CodeFault | None) -> None:
    assert fault_in(kind, text) is fault


@given(st.sampled_from(sorted(codes.READERS)), st.text(max_size=40))
def test_no_text_crashes_a_reader(kind: str, text: str) -> None:
    fault_in(kind, text)


def test_made_up_numbers_never_take_a_real_prefix() -> None:
    with pytest.raises(ValueError, match="begin with 99"):
        codes.fictional_person_number("110101", date(2000, 1, 1), 1)
    with pytest.raises(ValueError, match="begin with 99"):
        codes.fictional_uscc("9901", 1)
