from typing import Any

import pytest

from tongban.domains.handovers import rules
from tongban.kernel.catalogue.kinds import Known

SOUND: dict[str, Any] = {"task_types": ["01"], "days": 5}


def test_what_is_handed_to_whom() -> None:
    settings = rules.settings(SOUND)
    assert settings.is_handed({"task_type": "01"})
    assert not settings.is_handed({"task_type": "20"})
    assert settings.is_handed({"task_type": "20", "supervisor": "urban"})
    assert rules.supervisor({}, "A") == "A" and rules.supervisor({"supervisor": "B"}, "A") == "B"


@pytest.mark.parametrize(
    "body",
    [{}, {**SOUND, "days": 0}, {**SOUND, "days": True}, {**SOUND, "task_types": "01"},
     {**SOUND, "task_types": ["1"]}],
)  # fmt: skip
def test_settings_that_cannot_work(body: dict[str, Any]) -> None:
    assert rules.check(SOUND, Known()) == []
    assert rules.check(body, Known())


@pytest.mark.parametrize("note", ["", " ", "查" * 301])
def test_a_receipt_says_something(note: str) -> None:
    with pytest.raises(rules.PlanMissing):
        rules.check_note(note, rules.PlanMissing)
