"""Free flow from a form: whom it names, as the process wants to hear it."""

from collections.abc import Sequence

from tongban.domains.cases.rules import state
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow

OPINION = "case.consult"
"""The grant of whoever gives an opinion, signs, or is shown the work."""


def perform(
    *,
    item: int,
    verb: flow.Verb,
    by: Actor,
    whom: Sequence[str] | str = (),
    stage: str = "",
    words: str = "",
    version: int | None = None,
    key: str = "",
) -> None:
    """Do what a verb says; whom: `official:5@post:31`, `organ:psb`, `hands:<organ>|<post>|<who>`.

    Whoever takes the work over needs what it needs; whoever is asked, the grant to give opinions.
    """
    names = [whom] if isinstance(whom, str) else list(whom)
    takes_over = verb in {flow.Verb.SEND, flow.Verb.DELEGATE}
    processes.perform(
        verb=verb,
        item=item,
        to=[_hands(name, by, "" if takes_over else OPINION) for name in names if name],
        stage=stage,
        words=words,
        version=version,
        key=key,
        by=by,
    )


def _hands(name: str, by: Actor, grant: str) -> processes.Asked:
    kind, _, rest = name.partition(":")
    if kind == "hands" and rest.count("|") == 2:
        organ, post, assignee = rest.split("|")
        return processes.Asked(organ=organ, post=post, assignee=assignee)
    if kind == "organ" and identity.officials_with(OPINION, rest):
        return processes.Asked(organ=identity.organ(rest).uscc, grant=OPINION)
    if kind == "official" and name != by.key and _is_of(name, by.organ):
        return processes.Asked(organ=by.organ, grant=grant, assignee=name)
    raise state.NobodyThere()


def _is_of(name: str, organ: str) -> bool:
    """Whether this is somebody of the organ in a post that handles cases at all."""
    posts = (OPINION, "case.accept", "case.examine", "case.check", "case.decide")
    return any(
        name == f"official:{holder.person}@post:{holder.post}"
        for grant in posts
        for holder in identity.officials_with(grant, organ)
    )
