"""What an official may do with a case: one row per act, its form, and the action it calls.

Nothing is chosen beforehand; what law does not allow now is not shown, and refused all the same.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext

from tongban.domains.cases.actions import acceptance, determination, review
from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.cases.workbench import words
from tongban.kernel.actor import Actor
from tongban.kernel.errors import N_
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.ui.fields import FieldView, Option
from tongban.kernel.ui.refusals import BadRequest


@dataclass(frozen=True)
class Posted:
    """A form as it was sent: the work item as the official saw it, and the key of the click."""

    data: QueryDict

    def number(self, name: str) -> int:
        text = self.data.get(name, "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise BadRequest()
        return int(text)

    @property
    def item(self) -> int:
        return self.number("item")

    @property
    def version(self) -> int:
        return self.number("version")

    @property
    def key(self) -> str:
        return self.data.get("key", "")[:80]

    def text(self, name: str) -> str:
        return self.data.get(name, "").strip()


@dataclass(frozen=True)
class Act:
    """One act: what it is called, what follows from it, and how it is done."""

    name: str
    label: str
    note: str
    done: str
    do: Callable[[Posted, Actor], object]
    tone: str = "btn-p"


def _accept(sent: Posted, by: Actor) -> object:
    return acceptance.accept(
        item=sent.item, version=sent.version, key=sent.key, opinion=sent.text("opinion"), by=by
    )


def _supplement(sent: Posted, by: Actor) -> object:
    return acceptance.ask_supplement(
        item=sent.item, version=sent.version, key=sent.key, defects=defects(sent.data), by=by
    )


def _decline(sent: Posted, by: Actor) -> object:
    return acceptance.decline(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        reasons=sent.text("reasons"),
        law=sent.text("law"),
        organ_named=sent.text("organ"),
        by=by,
    )


def _pass(sent: Posted, by: Actor) -> object:
    return review.pass_on(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        outcome=sent.text("outcome"),
        opinion=sent.text("opinion"),
        second_officer=sent.text("second"),
        by=by,
    )


def _back(sent: Posted, by: Actor) -> object:
    return review.send_back(
        item=sent.item, version=sent.version, key=sent.key, opinion=sent.text("opinion"), by=by
    )


def _grant(sent: Posted, by: Actor) -> object:
    return determination.grant(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        reasons=sent.text("reasons"),
        law=sent.text("law"),
        by=by,
    )


def _promise(sent: Posted, by: Actor) -> object:
    return determination.grant_on_promise(item=sent.item, version=sent.version, key=sent.key, by=by)


def _refuse(sent: Posted, by: Actor) -> object:
    return determination.refuse(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        reasons=sent.text("reasons"),
        law=sent.text("law"),
        remedies=sent.text("remedies"),
        by=by,
    )


def _promise_check(sent: Posted, by: Actor) -> object:
    return review.check_promise(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        outcome=sent.text("outcome"),
        opinion=sent.text("opinion"),
        second_officer=sent.text("second"),
        by=by,
    )


def _consult(sent: Posted, by: Actor) -> object:
    return review.consult(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        organs=sent.data.getlist("organs"),
        question=sent.text("question"),
        by=by,
    )


def _answer(sent: Posted, by: Actor) -> object:
    agrees = sent.text("agrees")
    if agrees not in {"yes", "no"}:
        raise state.OpinionMissing()
    return review.answer(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        opinion=sent.text("opinion"),
        agrees=agrees == "yes",
        by=by,
    )


def _extend(sent: Posted, by: Actor) -> object:
    return review.extend(
        item=sent.item, version=sent.version, key=sent.key, reasons=sent.text("reasons"), by=by
    )


def _special(sent: Posted, by: Actor) -> object:
    days = sent.text("days")
    return review.begin_special(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        procedure=sent.text("procedure"),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0,
        by=by,
    )


def _special_end(sent: Posted, by: Actor) -> object:
    return review.finish_special(
        item=sent.item, version=sent.version, key=sent.key, result=sent.text("result"), by=by
    )


def _transfer(sent: Posted, by: Actor) -> object:
    return review.hand_over(
        item=sent.item,
        version=sent.version,
        key=sent.key,
        to=sent.text("to"),
        reason=sent.text("reason"),
        by=by,
    )


def _put_back(sent: Posted, by: Actor) -> object:
    return processes.put_back(item=sent.item, version=sent.version, key=sent.key, by=by)


def _take_back(sent: Posted, by: Actor) -> object:
    return processes.take_back(item=sent.item, version=sent.version, key=sent.key, by=by)


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("accept", N_("Accept"), N_("The promised term begins on the next working day."),
            N_("Accepted; the notice was sent."), _accept),
        Act("supplement", N_("Ask for a supplement"),
            N_("Everything that is missing, once. The clock stops when it is sent and runs again"
               " when the applicant has answered."),
            N_("Sent; the clock stands still until the applicant answers."), _supplement),
        Act("decline", N_("Do not accept"), N_("In writing, with reasons and law."),
            N_("Not accepted; the decision was sent."), _decline, "btn-d"),
        Act("promise", N_("Grant on promise"),
            N_("Granted at once on the written promise; a check after it is owed."),
            N_("Granted on promise; the licence was issued."), _promise),
        Act("pass", N_("Pass on"), N_("Goes to the next stage with your opinion."),
            N_("Passed on."), _pass),
        Act("grant", N_("Grant"), N_("The licence is issued at once."),
            N_("Granted; the licence was issued."), _grant),
        Act("refuse", N_("Refuse"), N_("Only a person may refuse: with reasons, law and remedies."),
            N_("Refused; the decision was sent."), _refuse, "btn-d"),
        Act("back", N_("Send back"), N_("Back to the review, to be looked at again."),
            N_("Sent back."), _back),
        Act("answer", N_("Give the opinion"), N_("The agency in charge reads it and decides."),
            N_("Your opinion was given."), _answer),
        Act("promise-check", N_("Record the check"),
            N_("Whether what was promised is so, seen by two officers."),
            N_("The check was recorded."), _promise_check),
        Act("consult", N_("Consult others"), N_("The clocks of law go on while they are asked."),
            N_("They were asked; the case waits for their answers."), _consult),
        Act("special", N_("Special procedure"),
            N_("The clocks of law stop; the applicant is told in writing how long it takes."),
            N_("The special procedure began; the applicant was told."), _special),
        Act("special-end", N_("End the special procedure"),
            N_("The clocks of law run on from where they stopped."),
            N_("The special procedure ended; the clock runs again."), _special_end),
        Act("extend", N_("Extend"), N_("Once, before the term ends, told with the reason."),
            N_("Extended; the applicant was told."), _extend),
        Act("transfer", N_("Hand over"), N_("To a colleague whose post may do it."),
            N_("Handed over."), _transfer),
        Act("take-back", N_("Take the question back"),
            N_("Those who were asked need not answer any more; you may act again."),
            N_("The question was taken back."), _take_back),
        Act("put-back", N_("Put back"), N_("Back to the post, so that a colleague may take it."),
            N_("Put back."), _put_back),
    )
}  # fmt: skip
NOT_ACCEPTED = "《中华人民共和国行政许可法》第三十二条第一款第一、二项"
REFUSAL = "《中华人民共和国行政许可法》第三十八条第二款"
MAIN = (
    "accept", "supplement", "decline", "promise", "pass", "grant", "refuse", "answer",
    "promise-check",
)  # fmt: skip


def possible(view: CaseView) -> list[Act]:
    """What this official may do with this case now; nothing at all while others are asked."""
    return [ACTS[name] for name in _possible(view)]


def _possible(view: CaseView) -> list[str]:
    hand, by, case = view.hand, view.by, view.case
    names: list[str] = []
    if case.organ == by.organ and by.may("case.decide"):
        names += _of_the_head(view)
    if hand is not None and hand.is_check:
        return ["promise-check", *_hands(hand.is_claimed)]
    if hand is None or view.matter.state == flow.State.PAUSED:
        return names
    if hand.item.mode != flow.Mode.SERIAL:
        return [*names, "answer", *_hands(hand.is_claimed)]
    if hand.item.status == flow.Status.WAITING:
        return [*names, "take-back"]
    if hand.stage.legal == "accept":
        if case.state == State.SUBMITTED:
            names += ["accept"]
            names += ["supplement"] if not case.supplement_count else []
            names += ["decline"] if "decline" in hand.stage.effects else []
    elif case.state in {State.ACCEPTED, State.SPECIAL}:
        names += _review(view, hand.stage)
    return [*names, *_hands(hand.is_claimed)]


def _hands(is_claimed: bool) -> list[str]:
    return ["transfer", *(["put-back"] if is_claimed else [])]


def _review(view: CaseView, stage: flow.Stage) -> list[str]:
    case = view.case
    is_accepted = case.state == State.ACCEPTED
    names: list[str] = []
    if stage.legal == "decide":
        if is_accepted:
            names += [name for name in ("grant", "refuse") if name in stage.effects]
        if any(e.kind in {"return", "resume"} for e in stage.effects.values()):
            names.append("back")
    else:
        names.append("pass")
    names.append("consult")
    if is_accepted and view.item.special_procedures:
        names.append("special")
    if case.state == State.SPECIAL and stage.legal != "special":
        names.append("special-end")
    return names


def _of_the_head(view: CaseView) -> list[str]:
    """What the one who decides may do whosever hands the case is in."""
    case = view.case
    names: list[str] = []
    if case.state == State.SUBMITTED and view.is_promised:
        names.append("promise")
    if case.state == State.ACCEPTED and view.item.extension_days and not case.extension_count:
        names.append("extend")
    return names


def fields(name: str, view: CaseView, sent: QueryDict | None) -> list[FieldView]:
    """The fields of an act's form, as sent before or with a draft to start from."""
    maker = _FIELDS.get(name)
    return maker(view, sent or QueryDict()) if maker else []


def _area(
    sent: QueryDict, name: str, label: str, draft: str = "", *, required: bool = True
) -> FieldView:
    return FieldView(
        name=name,
        label=label,
        kind="textarea",
        value=sent.get(name, draft),
        required=required,
        attrs={"rows": "3", "maxlength": "2000"},
    )


def _choice(
    sent: QueryDict, name: str, label: str, options: list[tuple[str, str]], *, kind: str = "radio",
    required: bool = True, hint: str = "",
) -> FieldView:  # fmt: skip
    chosen = set(sent.getlist(name))
    return FieldView(
        name=name,
        label=label,
        kind=kind,  # type: ignore[arg-type]
        options=[Option(value, text, chosen=value in chosen) for value, text in options],
        required=required,
        hint=hint,
        columns=2 if len(options) > 3 else 1,
    )


def _laws(view: CaseView) -> str:
    return "、".join(map(str, view.item.laws))


def _opinion(view: CaseView, sent: QueryDict) -> list[FieldView]:
    return [_area(sent, "opinion", gettext("Opinion"), required=False)]


def _pass_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    assert view.hand is not None
    stage = view.hand.stage
    outcomes = [
        (n, words.outcome(n)) for n, e in stage.effects.items() if e.kind in {"done", "end"}
    ]
    found = [_choice(sent, "outcome", gettext("Result"), outcomes)]
    if stage.officers > 1 or view.hand.is_check:
        others = [(key, text) for key, text in colleagues(stage.grant, view.by)]
        found.append(
            _select(
                sent,
                "second",
                gettext("Second officer"),
                others,
                hint=gettext("Two officers or more check on site (article 34)."),
            )
        )
    found.append(_area(sent, "opinion", gettext("Opinion"), required=False))
    return found


def _select(
    sent: QueryDict, name: str, label: str, options: list[tuple[str, str]], *, hint: str = "",
    required: bool = True,
) -> FieldView:  # fmt: skip
    return _choice(
        sent, name, label, [("", gettext("Please choose")), *options], kind="select", hint=hint,
        required=required,
    )  # fmt: skip


def _decide_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    return [
        _area(sent, "reasons", gettext("Reasons"), "经审查，申请符合法定条件、标准。"),
        _area(sent, "law", gettext("Law"), _laws(view)),
    ]


def _refuse_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    return [
        _area(sent, "reasons", gettext("Reasons")),
        _area(sent, "law", gettext("Law"), f"{REFUSAL}；{_laws(view)}"),
        _area(sent, "remedies", gettext("Remedies"), papers.REMEDIES),
    ]


def _decline_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    return [
        _area(sent, "reasons", gettext("Reasons")),
        _area(sent, "law", gettext("Law"), NOT_ACCEPTED),
        _select(
            sent,
            "organ",
            gettext("Agency in charge"),
            [(o.key, o.name) for o in identity.organs() if o.uscc != view.case.organ],
            hint=gettext("If another agency is in charge, name it: the applicant is sent there."),
            required=False,
        ),
    ]  # fmt: skip


def _consult_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    organs = [(o.key, o.short) for o in identity.organs() if o.uscc != view.by.organ]
    return [
        _choice(sent, "organs", gettext("Whom to ask"), organs, kind="checkboxes"),
        _area(sent, "question", gettext("Question")),
    ]


def _answer_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    options = [("yes", gettext("We agree")), ("no", gettext("We do not agree"))]
    return [
        _choice(sent, "agrees", gettext("Position"), options),
        _area(sent, "opinion", gettext("Opinion")),
    ]


def _special_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    options = [(name, name) for name in view.item.special_procedures]
    days = FieldView(
        name="days",
        label=gettext("Working days it will take"),
        kind="number",
        value=sent.get("days", ""),
        inputmode="numeric",
        attrs={"min": "1", "max": "180"},
    )
    return [_choice(sent, "procedure", gettext("Procedure"), options), days]


def _transfer_fields(view: CaseView, sent: QueryDict) -> list[FieldView]:
    assert view.hand is not None
    item = view.hand.item
    others = [(key, text) for key, text in colleagues(item.grant, view.by, post=item.post)]
    return [
        _select(sent, "to", gettext("Colleague"), others),
        _area(sent, "reason", gettext("Reason")),
    ]


_FIELDS: Mapping[str, Callable[[CaseView, QueryDict], list[FieldView]]] = {
    "accept": _opinion,
    "decline": _decline_fields,
    "pass": _pass_fields,
    "promise-check": _pass_fields,
    "back": lambda view, sent: [_area(sent, "opinion", gettext("What is to be looked at again"))],
    "grant": _decide_fields,
    "refuse": _refuse_fields,
    "answer": _answer_fields,
    "consult": _consult_fields,
    "special": _special_fields,
    "special-end": lambda view, sent: [_area(sent, "result", gettext("What came of it"))],
    "extend": lambda view, sent: [_area(sent, "reasons", gettext("Reasons"))],
    "transfer": _transfer_fields,
}


def colleagues(grant: str, by: Actor, *, post: str = "") -> list[tuple[str, str]]:
    """Others of the organ whose post carries the grant, by the key that the ledger writes."""
    return [
        (f"official:{h.person}@post:{h.post}", f"{h.name}（{h.post_name}）")
        for h in identity.officials_with(grant, by.organ)
        if h.person != by.person and post in {"", h.post_key}
    ]


@dataclass(frozen=True)
class Markable:
    """A field or material that a supplement may mark."""

    id: str
    name: str
    value: str
    is_first: bool
    marked: bool
    needed: str


def markables(view: CaseView, sent: QueryDict | None) -> list[Markable]:
    """Everything that may be wrong: materials and differences first, then the other fields."""
    data = sent or QueryDict()
    marked = set(data.getlist("mark"))
    found = []
    for m in view.materials:
        key = f"material:{m.key}"
        way = gettext(words.WAYS.get(m.way, m.way))
        found.append(Markable(key, m.name, way, True, key in marked, data.get(f"needed:{key}", "")))
    for row in view.compared:
        key = f"field:{row.field.key}"
        found.append(
            Markable(
                key,
                words.label(row.field),
                words.value(row.field, row.filed),
                row.needs_eyes,
                key in marked,
                data.get(f"needed:{key}", ""),
            )
        )
    return sorted(found, key=lambda m: not (m.is_first or m.marked))


def defects(sent: QueryDict) -> list[dict[str, str]]:
    """What was marked: each with what is needed; a further material by its own name."""
    found = []
    for mark in sent.getlist("mark")[:200]:
        kind, _, key = mark.partition(":")
        if kind not in {"field", "material"} or not key:
            raise BadRequest()
        found.append(
            {
                "kind": kind,
                "key": key[:80],
                "name": sent.get(f"name:{mark}", key)[:200],
                "needed": sent.get(f"needed:{mark}", "").strip()[:500],
            }
        )
    name, needed = sent.get("further", "").strip(), sent.get("further_needed", "").strip()
    if name or needed:
        found.append(
            {"kind": "material", "key": "further", "name": name[:200], "needed": needed[:500]}
        )
        if not name:
            raise state.NothingMarked()
    return found


def fresh_key() -> str:
    """The key of one click: the same form sent twice acts once."""
    return secrets.token_hex(16)
