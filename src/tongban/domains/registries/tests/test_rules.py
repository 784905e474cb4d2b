"""What a register may be asked, and what its definition must say."""

import pytest

from tongban.domains.registries import rules
from tongban.kernel.catalogue.kinds import Known

BODY = {
    "key": "birth",
    "name": "出生医学信息",
    "organ": "health",
    "about": "child",
    "fields": [{"element": "name", "name": "姓名"}, {"element": "sex"}],
}


def test_a_register_is_read_from_its_definition() -> None:
    register = rules.parse(BODY)
    assert register.elements == {"name": "姓名", "sex": "sex"}
    register.check_fields(("name", "sex"))


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [((), rules.NothingAsked), (("name", "income"), rules.UnknownFields)],
)
def test_only_held_fields_may_be_asked(fields: tuple[str, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.parse(BODY).check_fields(fields)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({}, []),
        ({"about": "dog"}, ["about"]),
        ({"organ": ""}, ["organ"]),
        ({"fields": []}, ["fields"]),
        ({"fields": [{"element": "a"}, {"element": "a"}]}, ["fields[1].element"]),
        ({"fields": [{}]}, ["fields[0].element"]),
    ],
)
def test_the_check_names_the_place_of_each_fault(
    change: dict[str, object], where: list[str]
) -> None:
    assert [fault.where for fault in rules.check({**BODY, **change}, Known())] == where


@pytest.mark.parametrize("what", ["purpose", "basis", "case_no", "initiator"])
@pytest.mark.parametrize("text", ["", "  "])
def test_a_lookup_states_its_ground(what: str, text: str) -> None:
    ground = {"purpose": "p", "basis": "b", "case_no": "c", "initiator": "i", what: text}
    with pytest.raises(rules.GroundMissing):
        rules.check_ground(**ground)


@pytest.mark.parametrize(
    ("subject", "is_public"),
    [
        ("92990102MA2ABCDE1L", True),
        ("990101001001GB00001F00010012", True),
        ("990101199506182029", False),
        ("99010119950618202x", False),
        ("119901199506182020", False),  # a USCC of digits that reads like a person's number
        ("X990000001", False),
    ],
)
def test_only_public_codes_may_stand_plain(subject: str, is_public: bool) -> None:
    assert rules.is_public_code(subject) is is_public


def test_a_dispute_says_what_is_right() -> None:
    with pytest.raises(rules.ValueMissing):
        rules.check_reason("disputed", None)
    assert rules.check_reason("missing", None) is rules.Reason.MISSING
    with pytest.raises(rules.UnknownReason):
        rules.check_reason("whim", "x")


def test_what_an_entry_lacks_is_absent() -> None:
    assert rules.picked({"a": 1, "b": "", "c": None, "d": 0}, ["a", "b", "c", "d", "e"]) == {
        "a": 1,
        "d": 0,
    }
