"""An act (办理动作): who may do it, when, what it asks, and the action it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.http import QueryDict

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import state
from tongban.domains.cases.workbench.acts.asks import Ask, check
from tongban.kernel.actor import Actor
from tongban.kernel.errors import N_
from tongban.kernel.processes import rules as flow
from tongban.kernel.ui.refusals import BadRequest

HANDLING = ("case.accept", "case.examine", "case.check", "case.decide", "case.consult")


class Group(StrEnum):
    """Under which heading an act stands; only the first is open from the beginning."""

    MAIN = N_("What you may do")
    COURSE = N_("Course of the case")
    OTHERS = N_("Ask and inform others")
    HANDS = N_("Pass the work on")
    LATER = N_("After the case")


class At(StrEnum):
    """Where one must stand to do it."""

    STAGE = "stage"  # the stage's own work is in the post's hands
    HAND = "hand"  # any work is in the post's hands, a question as well
    ASKED = "asked"  # a question was put to the post
    WAITING = "waiting"  # the post asked others, and waits
    CHECK = "check"  # the check of a promise, after the decision
    CASE = "case"  # whosever hands the work is in: the organ's own post that carries the grant


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the table."""

    name: str
    label: str
    note: str
    done: str
    do: Callable[..., object]
    law: str = ""
    """The row of the table of states that must allow it; empty where the office itself may."""
    post: tuple[str, ...] = HANDLING
    """The grants of which one makes a post competent."""
    at: At = At.STAGE
    stages: tuple[str, ...] | None = None
    """The kinds of stage (its `legal`) that are competent; none: every one."""
    needs: Callable[[CaseView], bool] | None = None
    """What else must be so: the published item, what was filed, what was done before."""
    asks: tuple[Ask, ...] = ()
    group: Group = Group.MAIN
    tone: str = "btn-p"
    takes: str = "item"
    """What the action is told to act on: a work `item`, or the `case_no`."""
    keyed: bool = True
    """Whether the action takes version and key; one that finds its own repeat does not."""
    sends: Mapping[str, Any] = field(default_factory=dict)
    """What the action is told besides, the same each time."""

    def is_possible(self, view: CaseView) -> bool:
        """Whether this official may do it with this case now."""
        if self.law and view.case.state not in state.MOVES[self.law].source:
            return False
        return self._stands(view) and (self.needs is None or self.needs(view))

    def _stands(self, view: CaseView) -> bool:
        if self.at == At.CASE:
            ours = view.case.organ == view.by.organ and view.case.region.startswith(view.by.region)
            return ours and any(map(view.by.may, self.post))
        hand = view.hand
        if hand is None or (hand.is_check != (self.at == At.CHECK) and self.at != At.HAND):
            return False
        if self.at == At.CHECK:
            return True
        if view.matter.state == flow.State.PAUSED and hand.item.mode == flow.Mode.SERIAL:
            return False
        if (hand.item.status == flow.Status.WAITING) != (self.at == At.WAITING):
            return False
        if self.at in {At.HAND, At.WAITING}:
            return True
        if (hand.item.mode != flow.Mode.SERIAL) != (self.at == At.ASKED):
            return False
        return self.stages is None or hand.stage.legal in self.stages

    def check(self, view: CaseView, sent: QueryDict) -> None:
        """Refuse a form that is not complete; only where the act is possible at all."""
        if self.is_possible(view):
            check(self.asks, view, sent)

    def perform(self, posted: "Posted", by: Actor, *, case_no: str) -> object:
        """Call the action with what was sent; law and the hands that hold the work decide there."""
        on: dict[str, Any] = {"case_no": case_no} if self.takes == "case_no" else {}
        if self.takes == "item":
            on = {"item": posted.item}
        given = {ask.keyword: ask.read(posted.data) for ask in self.asks if not ask.is_part}
        if self.keyed:
            given |= {"version": posted.version, "key": posted.key}
        with transaction.atomic():  # verbs of the process join the transaction of their caller
            return self.do(**on, **given, **self.sends, by=by)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent: the work as the official saw it, and the key of the click."""

    data: QueryDict

    def _number(self, name: str) -> int:
        text = self.data.get(name, "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise BadRequest()
        return int(text)

    @property
    def item(self) -> int:
        return self._number("item")

    @property
    def version(self) -> int:
        return self._number("version")

    @property
    def key(self) -> str:
        """What makes the same click twice one; a form without one is not ours."""
        key = self.data.get("key", "").strip()
        if not key or len(key) > 80:
            raise BadRequest()
        return key
