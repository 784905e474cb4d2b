"""What a form offers to choose from: outcomes of the stage, colleagues, agencies, stages."""

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import papers
from tongban.domains.cases.workbench import words
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow

Choices = list[tuple[str, str]]


def outcomes(view: CaseView) -> Choices:
    """With what the stage in hand may end, going forward."""
    if view.hand is None:
        return []
    effects = view.hand.stage.effects.items()
    return [(name, words.outcome(name)) for name, e in effects if e.kind not in flow.BACK]


def ways_back(view: CaseView) -> Choices:
    """The declared edges back, by the stage that they lead to."""
    if view.hand is None:
        return []
    names = {stage.id: stage.name for stage in view.graph.stages.values()}
    return [
        (name, names.get(e.target, e.target))
        for name, e in view.hand.stage.effects.items()
        if e.kind in flow.BACK
    ]


def has_ways_back(view: CaseView) -> bool:
    return len(ways_back(view)) > 1


def needs_second(view: CaseView) -> bool:
    """Whether two officers must act together."""
    return view.hand is not None and (view.hand.is_check or view.hand.stage.officers > 1)


def seconds(view: CaseView) -> Choices:
    """Who may be the second officer."""
    return colleagues(view, view.hand.stage.grant) if view.hand else []


def successors(view: CaseView) -> Choices:
    """The colleagues whose post may do the work in hand."""
    if view.hand is None:
        return []
    return colleagues(view, view.hand.item.grant, post=view.hand.item.post)


def advisers(view: CaseView) -> Choices:
    """The colleagues whose post may give an opinion: legal officers, reviewers."""
    return colleagues(view, "case.consult")


def colleagues(view: CaseView, grant: str, *, post: str = "") -> Choices:
    """Others of the organ whose post carries the grant, by the key that the ledger writes."""
    return [
        (f"official:{h.person}@post:{h.post}", f"{h.name}（{h.post_name}）")
        for h in identity.officials_with(grant, view.by.organ)
        if h.person != view.by.person and post in {"", h.post_key}
    ]


def agencies(view: CaseView) -> Choices:
    """Every other agency, by its short name."""
    return [(o.key, o.short) for o in identity.organs() if o.uscc != view.by.organ]


def right_agencies(view: CaseView) -> Choices:
    """Every agency but the one that the case lies before."""
    return [(o.key, o.name) for o in identity.organs() if o.uscc != view.case.organ]


def specials(view: CaseView) -> Choices:
    """The special procedures that the item's published version names."""
    return [(name, name) for name in view.item.special_procedures]


def suspensions(view: CaseView) -> Choices:
    """The grounds on which law lets a case stand still."""
    return [(str(key), text) for key, text in papers.SUSPENSIONS.items()]


def terminations(view: CaseView) -> Choices:
    """The grounds on which law ends a case without a decision."""
    return [(str(key), text) for key, text in papers.TERMINATIONS.items()]


def places(view: CaseView) -> Choices:
    """Whom one may ask: colleagues of the organ by name, other agencies by their post."""
    return [*advisers(view), *((f"organ:{key}", name) for key, name in agencies(view))]


def tolerable(view: CaseView) -> Choices:
    """What the applicant asked in writing to hand in later (容缺)."""
    return [(m.key, m.name) for m in view.materials if m.way == "tolerance"]


def filed(view: CaseView) -> Choices:
    """The fields that were filed, each with what stands in it."""
    return [
        (row.field.key, f"{words.label(row.field)}：{words.value(row.field, row.filed)}")
        for row in view.compared
        if row.filed is not None
    ]


def asked(view: CaseView) -> Choices:
    """Those who were asked about the work in hand and have not answered."""
    if view.hand is None:
        return []
    names = view.names
    return [
        (
            f"hands:{one.organ}|{one.post}|{one.assignee}",
            names.get(one.assignee, "") or view.organ_names.get(one.organ, one.organ),
        )
        for one in view.work
        if one.parent_id == view.hand.item.pk
        and one.status in flow.OWED
        and one.mode in flow.ASKING
    ]


def earlier(view: CaseView) -> Choices:
    """The stages to which the work in hand may go back without an edge of its own."""
    if view.hand is None:
        return []
    return [(key, view.graph.stages[key].name) for key in processes.earlier(view.hand.item)]


def elsewhere(view: CaseView) -> Choices:
    """Every stage of the process but the one that is open; over an act of law none is reached."""
    now = view.first_open.stage if view.first_open else ""
    return [(stage.id, stage.name) for stage in view.graph.stages.values() if stage.id != now]
