"""The officials' pages have words for all that a case can be, and for all that happens to it."""

import pytest

from tongban.domains import cases
from tongban.domains.cases.rules.state import State
from tongban.domains.cases.workbench import words
from tongban.domains.cases.workbench.acts import ACTS
from tongban.kernel import processes

ELSEWHERE = {"draft.begun", "draft.discarded", "application.submitted", "application.finished"}
"""Before there is a case, or of the whole filing: never in a case's own trail."""
OF_MATTERS = {"matter.started", "matter.ended", "matter.moved", "matter.reopened"}
"""Of the process as such; the case's own events say it better."""
OF_RULES = "rule."
"""Of an automatic rule, on or off for every case: the whole ledger tells them, no case's trail."""


@pytest.mark.parametrize("state", list(State))
def test_each_state_has_words_and_a_tone(state: State) -> None:
    assert words.STATES[state] and state in words.TONES


def test_each_event_of_a_case_has_words() -> None:
    told = {*cases.EVENTS, *processes.EVENTS} - ELSEWHERE - OF_MATTERS
    known = {name for name in told if not name.startswith(OF_RULES)}
    assert known <= set(words.EVENTS)


@pytest.mark.parametrize("act", ACTS.values(), ids=lambda act: act.name)
def test_each_act_says_what_it_is_what_follows_and_what_was_done(act: object) -> None:
    assert act.label and act.note.endswith(".") and act.done.endswith(".")  # type: ignore[attr-defined]
