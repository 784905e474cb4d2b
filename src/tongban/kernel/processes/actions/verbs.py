"""Every verb under one signature, for doors that draw their forms from `rules.VERBS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tongban.kernel.actor import Actor
from tongban.kernel.processes import rules
from tongban.kernel.processes.actions import asking, free, hands, recalling
from tongban.kernel.processes.actions.hands import Asked
from tongban.kernel.processes.rules import Mode, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done with a work item; `rules.VERBS` says what each verb reads of it."""

    item: int
    by: Actor
    version: int | None = None
    key: str = ""
    to: Sequence[Asked] = ()
    stage: str = ""
    words: str = ""
    join: str = "all"
    days: int = 3

    @property
    def on(self) -> dict[str, Any]:
        return {"item": self.item, "by": self.by, "version": self.version, "key": self.key}


@transaction.atomic(savepoint=False)
def perform(
    *,
    verb: Verb,
    item: int,
    by: Actor,
    version: int | None = None,
    key: str = "",
    to: Sequence[Asked] = (),
    stage: str = "",
    words: str = "",
    join: str = "all",
    days: int = 3,
) -> None:
    """Do what the verb says with a work item; a stage that does not allow it refuses.

    Joins the caller's transaction. The same request again changes nothing; each records one event.
    """
    needs = rules.VERBS[verb]
    if needs.to and (not to or (needs.one and len(to) != 1)):
        raise rules.NothingAsked()
    if needs.words and not words.strip():
        raise rules.WordsMissing()
    _DO[verb](
        Order(
            item=item,
            by=by,
            version=version,
            key=key,
            to=to,
            stage=stage,
            words=words,
            join=join,
            days=days,
        )
    )


def _ask(mode: Mode, join: str = "") -> Callable[[Order], object]:
    return lambda o: asking.ask(
        **o.on,
        mode=mode,
        asked=o.to,
        question=o.words,
        join=join or o.join,
        days=o.days,
    )


def _urge(o: Order, *, supervise: bool) -> object:
    return free.urge(
        item=o.item, by=o.by, key=o.key, note=o.words, supervise=supervise, days=o.days
    )


def _transfer(o: Order) -> object:
    (to,) = o.to
    return hands.transfer(
        **o.on,
        organ=to.organ,
        post=to.post,
        assignee=to.assignee,
        reason=o.words[:80],
    )


def _return(o: Order, *, straight_back: bool) -> object:
    return free.give_back(**o.on, stage=o.stage, opinion=o.words, straight_back=straight_back)


_DO: Mapping[Verb, Callable[[Order], object]] = {
    Verb.SEND: lambda o: free.send(**o.on, to=o.to, join=o.join, opinion=o.words),
    Verb.TRANSFER: _transfer,
    Verb.DELEGATE: lambda o: hands.delegate(**o.on, to=o.to[0]),
    Verb.ADD_BEFORE: _ask(Mode.ADD_SIGN),
    Verb.ADD_AFTER: lambda o: free.add_after(**o.on, to=o.to, question=o.words, days=o.days),
    Verb.DROP: lambda o: asking.drop(**o.on, to=o.to),
    Verb.COUNTERSIGN: _ask(Mode.COUNTERSIGN, "all"),
    Verb.OR_SIGN: _ask(Mode.COUNTERSIGN, "any"),
    Verb.CONSULT: _ask(Mode.CONSULT),
    Verb.CIRCULATE: lambda o: free.circulate(**o.on, to=o.to, note=o.words, days=o.days),
    Verb.RETURN: lambda o: _return(o, straight_back=False),
    Verb.ASK_AGAIN: lambda o: _return(o, straight_back=True),
    Verb.TAKE_BACK: lambda o: recalling.take_back(**o.on),
    Verb.URGE: lambda o: _urge(o, supervise=False),
    Verb.SUPERVISE: lambda o: _urge(o, supervise=True),
    Verb.JUMP: lambda o: free.jump(**o.on, stage=o.stage, reason=o.words),
    Verb.FINISH: lambda o: free.finish(**o.on, opinion=o.words),
}
