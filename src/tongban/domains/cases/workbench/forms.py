"""The form of an act as the page shows it: the work as it is seen now, the fields, the key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.workbench.acts import ACTS, Act, Group, Markable, markables, possible
from tongban.domains.cases.workbench.acts.asks import problems_of
from tongban.domains.cases.workbench.acts.marks import arising
from tongban.kernel.errors import Refusal
from tongban.kernel.ui import refusals
from tongban.kernel.ui.fields import FieldView, Problem, problems
from tongban.kernel.ui.refusals import Said


def fresh_key() -> str:
    """The key of one click: the same form sent twice acts once."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Form:
    """One act's form: drawn empty, or as it was sent with what is wrong with it."""

    act: Act
    item: str
    version: str
    key: str
    fields: Sequence[FieldView]
    more: Sequence[FieldView] = ()
    """What few need: folded away, unless something in it was sent."""
    markables: Sequence[Markable] = ()
    arising: Sequence[tuple[str, str]] = ()
    """The points of a first supplement, of one of which each point of a second arises."""
    said: Said | None = None
    problems: Sequence[Problem] = ()
    sent: QueryDict = field(default_factory=QueryDict)

    @property
    def more_is_open(self) -> bool:
        return any(self.sent.get(field.name) for field in self.more)

    @property
    def takes_file(self) -> bool:
        return any(field.kind == "file" for field in self.fields)

    @property
    def general(self) -> bool:
        """Whether the refusal is about no field of the form: then it stands above it."""
        return self.said is not None and not self.problems


def blank(act: Act, view: CaseView) -> Form:
    """The form of an act as the work stands now; it keeps the version that the reader sees."""
    item, version = subject(act, view)
    return Form(
        act=act,
        item=item,
        version=version,
        key=fresh_key(),
        fields=_drawn(act, view, QueryDict(), {}),
        more=_drawn(act, view, QueryDict(), {}, more=True),
        markables=_markables(act, view, None),
        arising=arising(view),
    )


def refused(act: Act, view: CaseView, sent: QueryDict, refusal: Refusal) -> Form:
    """The form as it was sent, with the sentence beside the field that it is about."""
    said = refusals.say(refusal)
    beside = problems_of(act.asks, refusal, said.says)
    fields = _drawn(act, view, sent, beside)
    more = _drawn(act, view, sent, beside, more=True)
    drawn = {f.name for f in (*fields, *more)}
    lost = [Problem(text) for name in beside.keys() - drawn for text in beside[name]]
    return Form(
        act=act,
        item=sent.get("item", ""),
        version=sent.get("version", ""),
        key=sent.get("key", ""),
        fields=fields,
        more=more,
        markables=_markables(act, view, sent),
        arising=arising(view),
        said=said,
        problems=[*problems(fields), *problems(more), *lost],
        sent=sent,
    )


def subject(act: Act, view: CaseView) -> tuple[str, str]:
    """The work item that the form stands on, with the version in which it was seen."""
    if act.takes == "case_no":
        return "", str(view.case.version)
    first = view.first_open or next(reversed(view.work), None)
    item = view.hand.item if view.hand else first
    return (str(item.pk), str(item.version)) if item else ("", "")


def grouped(view: CaseView) -> list[tuple[str, list[Act]]]:
    """What may be done now, under headings; the main decision is the first, and may be empty."""
    acts = possible(view)
    return [(gettext(group), [act for act in acts if act.group == group]) for group in Group]


def chosen(name: str, view: CaseView) -> Act | None:
    """The act that the address names, if it may be done now."""
    act = ACTS.get(name)
    return act if act and act.is_possible(view) else None


def _drawn(
    act: Act,
    view: CaseView,
    sent: QueryDict,
    beside: dict[str, list[str]],
    *,
    more: bool = False,
) -> list[FieldView]:
    return [
        ask.draw(view, sent, beside.get(ask.name, ()))
        for ask in act.asks
        if ask.kind != "marks" and ask.is_more == more and ask.is_asked(view)
    ]


def _markables(act: Act, view: CaseView, sent: QueryDict | None) -> Sequence[Markable]:
    return markables(view, sent) if any(ask.kind == "marks" for ask in act.asks) else ()
