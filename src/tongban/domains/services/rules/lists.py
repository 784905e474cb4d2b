"""The four lists (四张清单): what an office may do, owes, may not, and pays from; pure.

A city that says `lists_bind = true` in `city.toml` publishes no item that stands outside its list.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault

Body = Mapping[str, Any]

POWERS = frozenset(f"{n:02}" for n in range(1, 11))
"""Types of item that are power over people and firms (行政权力); 20 is a public service."""

LISTS: Mapping[str, str] = {
    "power_list": N_("Lists of powers"),
    "duty_list": N_("Lists of duties"),
    "negative_list": N_("Negative lists"),
    "fund_list": N_("Lists of special funds"),
}
"""权力清单、责任清单、负面清单、专项资金清单."""

BANNED, PERMITTED = "ban", "permit"
"""禁止准入、许可准入."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of a list (清单条目), with its legal basis."""

    code: str
    name: str
    law: str
    body: Body

    @property
    def name_en(self) -> str:
        return str(self.body.get("name_en", ""))


@dataclass(frozen=True, slots=True)
class FourList:
    """One list as published."""

    kind: str
    key: str
    name: str
    organ: str
    document: str
    entries: tuple[ListEntry, ...]
    body: Body

    @property
    def name_en(self) -> str:
        return str(self.body.get("name_en", ""))


def four_list(kind: str, body: Body) -> FourList:
    """Read a published list."""
    return FourList(
        kind=kind,
        key=body["key"],
        name=body["name"],
        organ=body.get("organ", ""),
        document=body.get("document", ""),
        entries=tuple(
            ListEntry(row["code"], row["name"], row.get("law", ""), row)
            for row in body.get("entry", ())
        ),
        body=body,
    )


def entry_in(known: Known, kind: str, key: str, code: str) -> Body | None:
    """An entry of a list by its code."""
    body = known.get(kind, key) or {}
    return next((row for row in body.get("entry", ()) if row.get("code") == code), None)


def is_bound(known: Known) -> bool:
    """Whether the city has bound itself to its lists."""
    return bool((known.get("city", "city") or {}).get("lists_bind"))


def outside(body: Body, known: Known) -> Iterator[Fault]:
    """Where an item stands outside its list (清单之外无权力), and which list to mend."""
    if not is_bound(known):
        return
    organ, code = str(body.get("organ", "")), str(body.get("basic_code", ""))
    if body.get("task_type") in POWERS:
        for kind, fault in (
            ("power_list", N_("{code} is not in the list of powers of “{organ}”.")),
            ("duty_list", N_("{code} is not in the list of duties of “{organ}”.")),
        ):
            if entry_in(known, kind, organ, code) is None:
                yield Fault(
                    "basic_code",
                    fault,
                    N_("Publish it in {kind} “{organ}” first: no power without its list."),
                    {"code": code, "organ": organ, "kind": kind},
                )
    yield from _access(body, known)
    yield from _fund(body, known)


def _access(body: Body, known: Known) -> Iterator[Fault]:
    """A permit that bars access to a market needs an entry among those permitted."""
    if not body.get("negative_entry"):
        return
    key, _, code = str(body["negative_entry"]).partition("/")
    found = entry_in(known, "negative_list", key, code)
    if found is None:
        yield Fault(
            "negative_entry",
            N_("The negative list has no entry {entry}."),
            N_("Write list/code of one that is in force."),
            {"entry": body["negative_entry"]},
        )
    elif found.get("kind") == BANNED:
        yield Fault(
            "negative_entry",
            N_("{entry} is banned for everyone; nobody can be granted it."),
            N_("Take the item out, or have the list changed first."),
            {"entry": body["negative_entry"]},
        )


def _fund(body: Body, known: Known) -> Iterator[Fault]:
    """What is paid from a special fund needs the fund in its list."""
    if not body.get("fund"):
        return
    key, _, code = str(body["fund"]).partition("/")
    if entry_in(known, "fund_list", key, code) is None:
        yield Fault(
            "fund",
            N_("The list of special funds has no entry {entry}."),
            N_("Write list/code of one that is in force."),
            {"entry": body["fund"]},
        )


def check_power_list(body: Body, known: Known) -> list[Fault]:
    """权力清单: each power with its law and type; and each power has its duty (权责一致)."""
    faults = _check_list(body)
    for n, row in enumerate(_entries(body)):
        if row.get("type") not in POWERS:
            faults.append(
                Fault(
                    f"entry[{n}].type",
                    N_("This is no type of power."),
                    N_("Write 01 to 10 after GB/T 39554.1."),
                )
            )
        if entry_in(known, "duty_list", str(body.get("organ")), str(row.get("code"))) is None:
            faults.append(
                Fault(
                    f"entry[{n}].code",
                    N_("The power {code} has no entry in the list of duties of “{organ}”."),
                    N_("Publish its duty first."),
                    {"code": row.get("code", ""), "organ": body.get("organ", "")},
                )
            )
    return faults


def check_duty_list(body: Body, known: Known) -> list[Fault]:
    """责任清单: what the office owes for each power, and who answers for it."""
    faults = _check_list(body)
    for n, row in enumerate(_entries(body)):
        faults += (
            Fault(f"entry[{n}].{name}", N_("This is missing."), N_("Write it."))
            for name in ("duties", "liability")
            if not row.get(name)
        )
    return faults


def check_negative_list(body: Body, known: Known) -> list[Fault]:
    """负面清单: what is banned, and what needs a permit; all else is free."""
    return _check_list(body, organ=False) + [
        Fault(f"entry[{n}].kind", N_("This is unknown."), N_("Write ban or permit."))
        for n, row in enumerate(_entries(body))
        if row.get("kind") not in {BANNED, PERMITTED}
    ]


def check_fund_list(body: Body, known: Known) -> list[Fault]:
    """专项资金清单: purpose, law, amount in 10,000 yuan, and for how long."""
    faults = _check_list(body)
    for n, row in enumerate(_entries(body)):
        if not isinstance(row.get("budget"), int) or row["budget"] < 0:
            faults.append(
                Fault(
                    f"entry[{n}].budget",
                    N_("An amount in 10,000 yuan is missing."),
                    N_("Write a whole number."),
                )
            )
        if not _in_order(row):
            faults.append(
                Fault(
                    f"entry[{n}].until",
                    N_("A fund needs its first and its last day."),
                    N_("Write from and until as dates, in order."),
                )
            )
    return faults


def _in_order(row: Body) -> bool:
    try:
        begins, ends = (date.fromisoformat(str(row[name])) for name in ("from", "until"))
    except (KeyError, ValueError):
        return False
    return begins <= ends


def _entries(body: Body) -> list[Body]:
    rows = body.get("entry", ())
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _check_list(body: Body, *, organ: bool = True) -> list[Fault]:
    wanted = ("name", "document", *(("organ",) if organ else ()))
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in wanted
        if not body.get(name)
    ]
    if not _entries(body):
        faults.append(Fault("entry", N_("A list without entries says nothing."), N_("Write one.")))
    faults += _check_entries(_entries(body))
    return faults


def _check_entries(rows: Iterable[Body]) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, row in enumerate(rows):
        for name in ("code", "name", "law"):
            if not row.get(name):
                yield Fault(f"entry[{n}].{name}", N_("This is missing."), N_("Write it."))
        code = str(row.get("code", ""))
        if code in seen:
            yield Fault(
                f"entry[{n}].code",
                N_("The code {code} stands twice."),
                N_("Keep one of them."),
                {"code": code},
            )
        seen.add(code)
