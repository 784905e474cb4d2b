"""What an act asks of its official, as data: the form is drawn from it, and read by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext

from tongban.domains.cases.queries.office import CaseView
from tongban.kernel.errors import N_, Invalid, Refusal
from tongban.kernel.ui.fields import FieldView, Option

Kind = Literal["text", "area", "number", "date", "one", "many", "select", "marks", "file"]
Offers = Callable[[CaseView], Sequence[tuple[str, str]]]
Draft = Callable[[CaseView], str]

FILL_IN = N_("Please fill this in.")
CHOOSE = N_("Please choose one of the answers.")
CHOOSE_SOME = N_("Choose at least one.")
NUMBER = N_("Write a whole number from {least} to {most}.")
DAY = N_("Write the day as 2026-12-31.")


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of an act's form; nothing of it is chosen beforehand."""

    name: str
    label: str
    kind: Kind = "area"
    hint: str = ""
    required: bool = True
    draft: Draft | None = None
    """A text to start from and to change; never a choice."""
    offers: Offers | None = None
    when: Callable[[CaseView], bool] | None = None
    """Asked only then."""
    most: int = 2000
    """The longest text; of a number the highest."""
    reads: Callable[[QueryDict], Any] | None = None
    """How the value is read, where it is more than one input."""
    is_part: bool = False
    """Read by the field before it, which makes one value of both."""
    is_more: bool = False
    """Folded away until somebody needs it."""
    sends: str = ""
    """What the action calls it; the same name when empty."""
    refusals: tuple[type[Refusal], ...] = ()
    """The action's own refusals that are about this field: they are shown beside it."""

    @property
    def keyword(self) -> str:
        return self.sends or self.name

    def is_asked(self, view: CaseView) -> bool:
        return self.when is None or self.when(view)

    def draw(
        self, view: CaseView, sent: Mapping[str, Any] | QueryDict, errors: Sequence[str] = ()
    ) -> FieldView:
        """The field as it was sent before, or with a draft to start from."""
        chosen = set(sent.getlist(self.name)) if isinstance(sent, QueryDict) else set()
        options = [Option(key, text, chosen=key in chosen) for key, text in self._offered(view)]
        if self.kind == "select":
            options.insert(0, Option("", gettext("Please choose")))
        value = str(sent.get(self.name, self.draft(view) if self.draft else ""))
        if self.kind == "file":
            value = ""  # a browser keeps no file; it is chosen again
        return FieldView(
            name=self.name,
            label=gettext(self.label),
            kind=_DRAWN[self.kind],  # type: ignore[arg-type]
            value="" if options else value,
            hint=gettext(self.hint) if self.hint else "",
            errors=errors,
            required=self.required,
            options=options,
            inputmode="numeric" if self.kind == "number" else "",
            attrs=self._attrs(),
            columns=2 if len(options) > 3 else 1,
        )

    def _offered(self, view: CaseView) -> Sequence[tuple[str, str]]:
        return self.offers(view) if self.offers else ()

    def _attrs(self) -> dict[str, str]:
        if self.kind == "number":
            return {"min": "1", "max": str(self.most)}
        if self.kind == "area":
            return {"rows": "3", "maxlength": str(self.most)}
        return {"maxlength": str(self.most)} if self.kind == "text" else {}

    def read(self, sent: QueryDict) -> Any:
        """The value as the action takes it; what cannot be read is empty, and refused there."""
        if self.reads:
            return self.reads(sent)
        text = sent.get(self.name, "").strip()
        if self.kind == "many":
            return [one[:120] for one in sent.getlist(self.name)[:50] if one]
        if self.kind == "number":
            if not text and not self.required:
                return None
            return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        if self.kind == "date":
            return _day(text)
        return text[: self.most]

    def faults(self, view: CaseView, sent: QueryDict) -> list[str]:
        """What is wrong with what was sent, in the reader's language."""
        if self.kind == "marks":
            return []
        found = self.read(sent)
        text = sent.get(self.name, "").strip()
        if not text and not found:
            missing = {"many": CHOOSE_SOME, "one": CHOOSE, "select": CHOOSE}
            return [gettext(missing.get(self.kind, FILL_IN))] if self.required else []
        if self.offers:
            known = {key for key, _ in self.offers(view)}
            given = set(found) if isinstance(found, list) else {text}
            return [] if given <= known else [gettext(CHOOSE)]
        if self.kind == "number" and not 1 <= found <= self.most:
            return [gettext(NUMBER).format(least=1, most=self.most)]
        if self.kind == "date" and found is None:
            return [gettext(DAY)]
        return []


_DRAWN: Mapping[str, str] = {
    "area": "textarea", "one": "radio", "many": "checkboxes", "marks": "hidden",
    "text": "text", "number": "number", "date": "date", "select": "select", "file": "file",
}  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def check(asks: Sequence[Ask], view: CaseView, sent: QueryDict) -> None:
    """Refuse a form of which something is missing or was never offered: each point at its field."""
    problems = {
        ask.name: faults
        for ask in asks
        if ask.is_asked(view) and (faults := ask.faults(view, sent))
    }
    if problems:
        raise Invalid(problems)


def problems_of(asks: Sequence[Ask], refusal: Refusal, says: str) -> dict[str, list[str]]:
    """Beside which field a refusal is shown: those of the form, or the one that it is about."""
    if isinstance(refusal, Invalid):
        return refusal.problems
    at = next((ask for ask in asks if isinstance(refusal, ask.refusals)), None)
    return {at.name: [says]} if at else {}
