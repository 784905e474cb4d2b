from datetime import date

import pytest

from tongban.domains.archives import rules
from tongban.domains.archives.rules import Check, Piece
from tongban.kernel.catalogue.kinds import Known

SOUND = {"after_days": 5, "retention": {"granted": 30, "refused": 10}}


def test_how_long_it_is_kept() -> None:
    settings = rules.settings(SOUND)
    assert settings.due_on(date(2026, 12, 30)) == date(2027, 1, 4)
    assert settings.years("granted", {}) == 30
    assert settings.years("granted", {"retention": {"granted": 0}}) == 0
    assert rules.keep_until(date(2026, 9, 7), 30) == date(2056, 12, 31)
    assert rules.keep_until(date(2026, 9, 7), 0) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**SOUND, "after_days": -1},
        {**SOUND, "after_days": True},
        {**SOUND, "retention": {}},
        {**SOUND, "retention": {"granted": -1, "refused": 1}},
        {**SOUND, "retention": {"granted": "30", "refused": 1}},
    ],
)
def test_settings_that_cannot_work(body: dict[str, object]) -> None:
    assert rules.check(SOUND, Known()) == []
    assert rules.check(body, Known())


def test_what_must_be_there() -> None:
    needed = rules.required(
        result="granted", uploads=["plan"], gives_licence=True, was_filed=True,
        was_accepted=True, fees=True,
    )  # fmt: skip
    assert {"notice:receipt", "notice:acceptance", "notice:granted", "material:plan", "licence",
            "receipt"} <= set(needed)  # fmt: skip
    refused = rules.required(
        result="refused", uploads=[], gives_licence=True, was_filed=False, was_accepted=False,
        fees=False,
    )  # fmt: skip
    assert "licence" not in refused and "notice:receipt" not in refused
    assert rules.notice_role("deemed_granted", "granted") == "notice:granted"
    assert rules.notice_role("special", "granted") == "notice:special"


def test_each_of_the_four_checks() -> None:
    piece = Piece("a.pdf", "form", "pdf", b"%PDF-1.7")
    sound = rules.examine([piece], needed=["form"], unproved=0, unsafe={})
    assert sound == []
    failed = rules.examine(
        [piece, Piece("b.docx", "x", "docx", b"PK")],
        needed=["form", "licence"],
        unproved=2,
        unsafe={"a.pdf": "holds a program"},
    )
    assert [f.check for f in failed] == list(Check)
