"""What stands on the face of a licence, in words: choices by name, days as days, units behind."""

from typing import Any

from tongban.domains.licences.models import Licence
from tongban.domains.licences.queries.records import record, type_of
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import masking
from tongban.kernel.eforms import rules as eforms

MASKS = {
    "person_number": masking.mask_person_number,
    "phone": masking.mask_phone,
    "bank_account": masking.mask_bank_account,
}


def face(licence: Licence, *, masked: bool = False) -> list[tuple[str, str, str]]:
    """(pointer, label, words) for each field, in the order of the type; the rest behind.

    Masked for screens, on which others look over a shoulder; whole on the licence itself.
    """
    kind = type_of(licence.definition)
    fields = record(licence).get("fields", {})
    order = [f"{row.get('role', '')}.{row['element']}" for row in kind.fields]
    by_place = {pointer: place for place, pointer in enumerate(order)}
    pointers = sorted(fields, key=lambda one: by_place.get(one, len(order)))
    return [(one, kind.label(one), in_words(one, fields[one], masked=masked)) for one in pointers]


def in_words(pointer: str, value: Any, *, masked: bool = False) -> str:
    """One value as it is read."""
    if value in (None, ""):
        return "—"
    version = catalogue.find("element", pointer.rpartition(".")[2].partition("@")[0])
    if version is None:
        return str(value)
    element = eforms.read_element(version.body)
    if masked and element.type in MASKS:
        return MASKS[element.type](str(value))
    match element.type:
        case "choice":
            return next((o.name for o in element.options if o.value == value), str(value))
        case "yes_no":
            return "是" if value == "yes" else "否"
        case "date":
            try:
                day = clock.moment(str(value)).date()
            except ValueError:
                return str(value)
            return f"{day.year}年{day.month}月{day.day}日"
    return f"{value}{element.unit}"
