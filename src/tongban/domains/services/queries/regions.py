"""An item as it holds in a region, who fixed what in it, and how the regions compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from tongban.domains.services import rules
from tongban.domains.services.models import Drift
from tongban.domains.services.queries.offered import city, item
from tongban.domains.services.rules import inheritance, regions
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes.models import WorkItem


@dataclass(frozen=True, slots=True)
class Regional:
    """An item in a region (地区实施清单), with the versions that a case pins."""

    item: rules.Item
    version: catalogue.Version
    variant: catalogue.Version | None
    region: str
    effective: rules.Effective

    @property
    def pins(self) -> tuple[int, int | None]:
        """What to keep so that `pinned` answers the same for ever."""
        return self.version.id, self.variant.id if self.variant else None


def regional(key: str, region: str = "") -> Regional:
    """The item as it holds in a region; the nearest division above that has a variant counts."""
    version, _ = item(key)
    variant = None
    for length in (12, 9, 6):
        if len(region) >= length and variant is None:
            variant = catalogue.find("item_variant", regions.variant_key(key, region[:length]))
    found = _effective(version.id, variant.id if variant else None)
    whole = regions.effective(version.body, variant.body if variant else None, catalogue.known())
    where = str(variant.body["region"]) if variant else str(city().get("code", ""))
    return Regional(found, version, variant, where, whole)


def pinned(version: int, variant: int | None = None) -> rules.Item:
    """The item as a case pinned it, whatever was published since."""
    return _effective(version, variant)


@lru_cache(maxsize=1024)
def _effective(version: int, variant: int | None) -> rules.Item:
    # Versions never change and their numbers are never given twice.
    base = catalogue.by_id(version).body
    layers = [inheritance.layer_of_item(base)]
    if variant is not None:
        layers.append(inheritance.layer_of_variant(catalogue.by_id(variant).body))
    body = inheritance.resolve(layers).body
    return rules.item({**body, "key": base["key"]})


@dataclass(frozen=True, slots=True)
class Place:
    """A division by its code and names; its code alone where nothing is known of it."""

    code: str
    name: str
    name_en: str = ""


def place(region: str) -> Place:
    """The division of a code."""
    found = identity.division(region)
    return Place(region, found.name, found.name_en) if found else Place(region, region)


def variants(key: str = "") -> list[catalogue.Version]:
    """The variants in force, of one item or of all."""
    found = catalogue.all_current("item_variant")
    return [v for v in found if not key or v.body["item"] == key]


@dataclass(frozen=True, slots=True)
class Written:
    """One name of an item and the level that wrote it."""

    name: str
    text: str
    level: str
    authority: str
    is_fixed: bool


def provenance(found: Regional) -> list[Written]:
    """Each name of an item in a region, who wrote it, and whether a level below may change it."""
    rows = []
    for name, value in found.effective.body.items():
        if name == "key":
            continue
        number = found.effective.written_by.get(name, 0)
        layer = found.effective.layers[number]
        rows.append(
            Written(
                name,
                _said(value),
                inheritance.LEVELS.get(layer.level, layer.level),
                layer.authority,
                name in found.effective.fixed_by,
            )
        )
    return rows


def _said(value: object) -> str:
    if isinstance(value, list | tuple):
        names = [
            str(row.get("name") or row.get("title") or row.get("text") or row.get("element") or "")
            if isinstance(row, Mapping)
            else str(row)
            for row in value
        ]
        return "、".join(filter(None, names))
    return str(value)


# How the regions compare -------------------------------------------------------------------------


def _traits(found: rules.Item) -> dict[str, regions.Trait]:
    process = catalogue.find("process", found.process)
    stages = [s.name for s in flow.graph(process.id).stages.values()] if process else []
    return regions.traits(found.body, stages)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variant beside the city's own item, trait by trait."""

    item: rules.Item
    variant: catalogue.Version
    standard: Mapping[str, regions.Trait]
    found: Mapping[str, regions.Trait]

    @property
    def deviations(self) -> list[rules.Deviation]:
        return list(regions.deviations(self.standard, self.found))


def comparisons(key: str = "") -> Iterator[Comparison]:
    """Every variant within the city beside its item, of one item or of all.

    What another city of the province asks is its own affair: nothing of it drifts from here.
    """
    ours = str(city().get("code", ""))[:4]
    for variant in variants(key):
        if not str(variant.body["region"]).startswith(ours):
            continue
        version = catalogue.find("service_item", str(variant.body["item"]))
        if version is None:
            continue
        standard = _effective(version.id, None)
        yield Comparison(
            standard, variant, _traits(standard), _traits(_effective(version.id, variant.id))
        )


def drifts(*, by: Actor, state: str = "open", region: str = "") -> QuerySet[Drift]:
    """Differences in a state: those who compare see all, those who mend see their own."""
    by.require("item.compare" if by.may("item.compare") else "item.mend")
    rows = Drift.objects.select_related("matter").filter(state=state).order_by("-id")
    if not by.may("item.compare"):
        rows = rows.filter(organ=by.organ)
    return rows.filter(region=region) if region else rows


def drift(key: int, *, by: Actor, lock: bool = False) -> Drift:
    """One difference, for who compares and for who mends it."""
    by.require("item.compare" if by.may("item.compare") else "item.mend")
    rows = Drift.objects.select_related("matter")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=key).first()
    if found is None or not (by.may("item.compare") or found.organ == by.organ):
        raise NotFound()
    return found


def open_drifts(key: str = "") -> list[Drift]:
    """The open differences, locked, of one item or of all; for actions."""
    rows = Drift.objects.select_for_update(of=("self",)).select_related("matter")
    rows = rows.filter(state=Drift.State.OPEN)
    return list((rows.filter(item=key) if key else rows).order_by("id"))


def standing(key: str = "") -> set[tuple[str, str, str, str, str]]:
    """The differences that someone let stand, by what they say."""
    rows = Drift.objects.filter(state=Drift.State.STANDS)
    rows = rows.filter(item=key) if key else rows
    return set(rows.values_list("item", "region", "field", "standard", "found"))


def drift_work(found: Drift, *, by: Actor) -> WorkItem | None:
    """What the actor's post owes about a difference now; None when it waits for others."""
    for owed in flow.open_items(found.matter_id):
        if by.organ == owed.organ and by.may(owed.grant):
            return owed
    return None
