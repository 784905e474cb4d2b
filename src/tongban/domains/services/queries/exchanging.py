"""What goes into the national tables, and which item of ours a row of them means."""

from tongban.domains.services import rules
from tongban.domains.services.queries.offered import city
from tongban.domains.services.queries.regions import pinned
from tongban.domains.services.rules import columns, exchange
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity


def code_map(source: str) -> columns.CodeMap:
    """How a source writes columns and codes; refused where the city has none of that name."""
    return columns.code_map(catalogue.current("code_map", source).body)


def office(key_or_uscc: str) -> exchange.Office | None:
    """The implementing office; None where the city knows none such."""
    try:
        found = identity.organ(key_or_uscc)
    except Refusal:
        return None
    return exchange.Office(found.key, found.uscc, found.name, found.level, found.division)


def given() -> list[exchange.Given]:
    """Every item in force with its office, and every variant as it holds in its region."""
    found = [
        exchange.Given(version.key, version.body, held, version.no)
        for version in catalogue.all_current("service_item")
        if (held := office(str(version.body["organ"])))
    ]
    for variant in catalogue.all_current("item_variant"):
        base = catalogue.find("service_item", str(variant.body["item"]))
        held = office(str(variant.body["organ"]))
        if base and held:
            body = pinned(base.id, variant.id).body
            found.append(exchange.Given(variant.key, body, held, variant.no))
    return found


def meant(read: exchange.Read, held: exchange.Office) -> tuple[str, rules.Item | None, str]:
    """The kind and key of the definition that a row means, and the item it is laid over.

    A row of a district's office on an item of the city is a variant of it.
    """
    here = str(city().get("code", ""))
    items = {v.key: rules.item(v.body) for v in catalogue.all_current("service_item")}
    own = [i for i in items.values() if i.basic_code == read.basic_code]
    if held.region != here:
        base = next((i for i in own if i.organ != held.key), None)
        key = read.local_key.partition(".")[0]
        base = items.get(key, base) if key else base
        if base is not None and base.organ != held.key:
            return "item_variant", base, f"{base.key}.{held.region}"
    found = items.get(read.local_key) or next((i for i in own if i.organ == held.key), None)
    return "service_item", found, found.key if found else ""
