"""Citizens at their phones: from first click to filing, by the same actions as the portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import drafting, filing, places
from tongban.domains.cases.models import Application
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.documents import renderer
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.files import actions as files
from tongban.kernel.identity import codes

SHAPED = {
    "project_code": "2026-990102-04-01-123456",
    "birth_time": "08:30",
    "household_number": "990102013",
}
"""Numbers with a shape of their own, as a citizen copies them from a document."""


@lru_cache
def paper() -> bytes:
    """A document as citizens hand them in: a real PDF, since its content is looked into."""
    return renderer.render(
        "letter",
        {
            "organ": "申请人",
            "title": "情况说明",
            "number": "",
            "paragraphs": ["兹说明所填内容属实。"],
            "date": "",
            "made_at": clock.moment("2026-01-05 09:00"),
            "demo": True,
        },
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """How a draft stood before its owner typed a word."""

    key: str
    fields: int
    fetched: int
    sources: tuple[str, ...]
    materials: int
    handed_in: int


def answers_for(thing: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The main situation of a one-thing, changed where the citizen's differs."""
    _, found = services.thing(thing)
    main = dict(found.body.get("main_situation", {}))
    return {**main, **(given or {})}


def open_draft(
    *, by: Actor, thing: str = "", item: str = "", answers: Mapping[str, str] | None = None
) -> Filled:
    """Begin, answer the situation questions, and let the registers fill the form."""
    draft = drafting.begin(by=by, thing=thing, item=item)
    view = cases.view(draft)
    given = answers_for(thing, answers) if thing else dict(answers or {})
    for question in view.questions_for(given):
        given.setdefault(question.id, question.values()[0])
    wanted = {q.id for q in view.questions_for(given)}
    drafting.answer(key=draft.key, answers={k: v for k, v in given.items() if k in wanted}, by=by)
    return fill_draft(key=draft.key, by=by)


def fill_draft(*, key: str, by: Actor) -> Filled:
    """Let the registers fill a form whose situation is clear."""
    places.stay_here(key=key, by=by)
    draft = drafting.fill(key=key, by=by)
    view = cases.view(draft)
    if view.unclear:
        first = dict.fromkeys(view.unclear, 0)
        draft = drafting.choose(key=draft.key, chosen=first, by=by)
        view = cases.view(draft)
    return Filled(
        key=draft.key,
        fields=view.counts.visible,
        fetched=view.counts.fetched,
        sources=tuple(
            dict.fromkeys(v.register for v in view.values.values() if v.source == "prefill")
        ),
        materials=len(view.needs),
        handed_in=sum(not n.is_free for n in view.needs),
    )


def complete(*, key: str, by: Actor, typed: Mapping[str, str] | None = None) -> None:
    """Type what no source has, and hand in what is left."""
    view = cases.view(cases.draft(key, by=by))
    posted = dict(typed or {})
    for _ in range(3):
        missing = {f: "" for f in view.problems() if f in view.form.by_key and f not in posted}
        posted.update({f: invent(view.form.by_key[f]) for f in missing})
        drafting.write(key=key, posted=posted, by=by)
        view = cases.view(cases.draft(key, by=by))
        if not view.problems():
            break
    for need in view.missing:
        if need.may_promise:
            drafting.promise(key=key, material=need.key, by=by)
        else:
            drafting.attach(key=key, material=need.key, data=paper(), name=f"{need.key}.pdf", by=by)


def correct_one(*, key: str, by: Actor) -> dict[str, str]:
    """Put one fetched address right, as someone does who has moved since the register was told."""
    view = cases.view(cases.draft(key, by=by))
    for field in view.fields:
        value = view.values.get(field.key)
        if (
            value
            and value.source == "prefill"
            and field.type == "address"
            and eforms.mode_of(field, value) == "confirm"
        ):
            return {field.key: f"{value.value} 附 1 号"}
    return {}


def keep(*, by: Actor) -> str:
    """Store the document that is handed in; answers its hash."""
    return files.store(data=paper(), name="statement.pdf", by=by).sha256


def submit(*, key: str, by: Actor) -> Application:
    """Sign and send, once; at a window the visitor read along, and confirmed what stands."""
    stands = cases.stands(cases.view(cases.draft(key, by=by))) if by.is_official else ""
    return filing.submit(key=key, by=by, signed=True, confirmed=stands)


def invent(field: eforms.Field) -> str:
    """A plausible value for a field that no register fills."""
    options = field.options
    if options:
        return options[0].value
    if field.element.key in SHAPED:
        return SHAPED[field.element.key]
    made: dict[str, Any] = {
        "number": str(int(field.least[0]) + 10 if field.least else 20),
        "date": clock.today().isoformat(),
        "yes_no": "yes",
        "phone": "19901000001",
        "address": "青禾市临溪区溪口街道梅溪路 1 号",
        "bank_account": codes.fictional_bank_card(13),
        "person_number": "990102199208158113",
    }
    return str(made.get(field.type, field.element.example or "如实填写"))
