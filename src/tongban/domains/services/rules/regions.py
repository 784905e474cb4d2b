"""A district's differences from the city's item, and where regions drift apart; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.domains.services.rules import checks, inheritance
from tongban.domains.services.rules.inheritance import Body, Effective
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault

COMPARED: Mapping[str, str] = {
    "materials": N_("Materials"),
    "steps": N_("Steps"),
    "statutory_days": N_("Statutory days"),
    "promised_days": N_("Promised days"),
    "fees": N_("Fees"),
    "visits": N_("Visits"),
}
"""What regions are compared by: 材料、环节、时限、费用、到现场次数."""


def variant_key(item: str, region: str) -> str:
    """The key of a variant: `food-licence.990102`."""
    return f"{item}.{region}"


def effective(item: Body, variant: Body | None, known: Known) -> Effective:
    """An item as it holds in a region, with the basic catalogue above it."""
    layers = [
        *inheritance.chain(str(item.get("basic_code", "")), known),
        inheritance.layer_of_item(item),
    ]
    if variant is not None:
        layers.append(inheritance.layer_of_variant(variant))
    found = inheritance.resolve(layers)
    found.body["key"] = item["key"]
    return found


def check_variant(body: Body, known: Known) -> list[Fault]:
    """Find what keeps a region's variant from being published, each with the line to mend."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("item", "region", "organ")
        if not body.get(name)
    ]
    if faults:
        return faults
    item, region = str(body["item"]), str(body["region"])
    if not region.isdecimal() or len(region) not in {6, 9, 12}:
        faults.append(Fault("region", N_("This is no division."), N_("Write 6, 9 or 12 digits.")))
    if body.get("key") != variant_key(item, region):
        faults.append(
            Fault(
                "key",
                N_("A variant bears the names of its item and its region."),
                N_('Write key = "{key}".'),
                {"key": variant_key(item, region)},
            )
        )
    base = known.get("service_item", item)
    if base is None:
        return [*faults, Fault("item", N_("There is no such service item."), N_("Name one."))]
    found = effective(base, body, known)
    faults += found.faults_of(-1)
    if not faults:
        # What results must work as any item does; what the city's own item lacks is not ours.
        before = {(f.where, f.says) for f in checks.check_item(base, known)}
        faults += [
            fault
            for fault in checks.check_item(found.body, known)
            if (fault.where, fault.says) not in before
        ]
    return faults


def read_region(text: str) -> str:
    """A division as an address names it: digits, or nothing."""
    return text if text.isascii() and text.isdecimal() and len(text) <= 12 else ""


@dataclass(frozen=True, slots=True)
class Trait:
    """One compared trait of an item in one region, as a text that people can compare."""

    field: str
    text: str


def traits(body: Body, stages: Sequence[str]) -> dict[str, Trait]:
    """What an item asks and promises in a region; `stages` are the names of its steps."""
    materials = sorted(str(row["name"]) for row in body.get("material", ()))
    fees = [f"{row.get('name', '')} {row.get('amount', '')}".strip() for row in body.get("fee", ())]
    said: dict[str, Any] = {
        "materials": "、".join(materials) or "0",
        "steps": " → ".join(stages),
        "statutory_days": int(body.get("statutory_days", 0)),
        "promised_days": int(body.get("promised_days", 0)),
        "fees": "、".join(fees) or "0",
        "visits": int(body.get("visits", 0)),
    }
    return {name: Trait(name, str(text)) for name, text in said.items()}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One trait in which a region differs from the standard (差异)."""

    field: str
    standard: str
    found: str


def deviations(standard: Mapping[str, Trait], found: Mapping[str, Trait]) -> Iterator[Deviation]:
    """Trait by trait, in the order of the report."""
    for name in COMPARED:
        if standard[name].text != found[name].text:
            yield Deviation(name, standard[name].text, found[name].text)
