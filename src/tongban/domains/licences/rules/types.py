"""What a type of licence says, and how a licence is numbered. GB/T 36904: the identifier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault
from tongban.kernel.identity import codes


@dataclass(frozen=True, slots=True)
class LicenceType:
    """A type of licence (证照类型), as published."""

    key: str
    name: str
    name_en: str
    code: str
    organ: str
    holder: str
    fields: tuple[Mapping[str, str], ...]
    validity_years: int
    number: str

    def label(self, pointer: str) -> str:
        for row in self.fields:
            if f"{row.get('role', '')}.{row['element']}" == pointer:
                return row.get("name", row["element"])
        return pointer


def licence_type(body: Mapping[str, Any]) -> LicenceType:
    return LicenceType(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        code=str(body["code"]),
        organ=body["organ"],
        holder=body.get("holder", "person"),
        fields=tuple(body.get("fields", ())),
        validity_years=int(body.get("validity_years", 0)),
        number=body.get("number", ""),
    )


def check_type(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a type of licence from being issued."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("key", "name", "code", "organ")
        if not body.get(name)
    ]
    if not faults and len(str(body["code"])) != 3:
        faults.append(
            Fault("code", N_("A type's code has three characters."), N_("See GB/T 36902."))
        )
    for n, row in enumerate(body.get("fields", ())):
        if not known.has("element", row.get("element", "")):
            faults.append(
                Fault(f"fields[{n}].element", N_("There is no such data element."), N_("Name one."))
            )
    return faults


def identifier(*, definer: str, code: str, issuer: str, serial: str, version: int = 1) -> str:
    """The licence identifier (证照标识) with its check character."""
    return str(
        codes.LicenceIdentifier(
            type=definer + code, issuer=issuer, serial=serial, version=f"{version:03d}"
        )
    )


def number(pattern: str, *, serial: int, division: str, year: int) -> str:
    """The number printed on the face, after the type's own pattern; plain when it has none."""
    if not pattern:
        return f"{year}{division}{serial:06d}"
    text = pattern.replace("{division}", division).replace("{year}", str(year))
    body = text.format(seq=serial, check="\0")
    if "\0" in body:
        head = body.split("\0")[0]
        digits = "".join(c for c in head if c.isdigit())
        body = body.replace("\0", codes.mod_11_10(digits))
    return body


def years_on(day: date, years: int) -> date | None:
    """The last day of a licence that holds for some years; none for one that never expires."""
    if not years:
        return None
    try:
        last = day.replace(year=day.year + years)
    except ValueError:
        last = day.replace(year=day.year + years, day=28)
    return date.fromordinal(last.toordinal() - 1)
