"""The city lives for some days: citizens file, officials act, terms run, on a moved clock.

Everything goes through the actions that the pages use. Nothing is written that a click could not
have written; what is late is late because nobody did it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import acceptance, ending
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import State
from tongban.domains.registries import queries as registries
from tongban.domains.registries.models import RegisterRow
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as calendars
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Account, LegalEntity, Person
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens, desk, endings, projects, voices

SWEEP = part("deadlines")

RESTAURANTS = 38
"""Of a hundred other filings, how many open a restaurant."""

THINGS = 14
"""Of a hundred other filings, how many are one of the other one-things; the rest, single items."""

SLOW = frozenset({"market", "housing", "urban"})
"""Organs with a backlog, so that yellow and red have faces."""


@dataclass
class Lived:
    """What happened."""

    filed: int = 0
    cases: int = 0
    acts: int = 0
    refused: dict[str, int] = field(default_factory=dict)


class Filing(NamedTuple):
    """One filing to come: a one-thing or a single item, by whom, for which firm."""

    thing: str
    item: str
    person: int
    firm: str


@dataclass
class _City:
    """Who may file what."""

    births: list[tuple[date, int]]
    """When the parents go to file, and who files."""
    owners: list[tuple[int, str]]
    persons: list[int]
    firms: list[tuple[int, str]]
    items: list[str]
    firm_items: list[str]
    things: list[tuple[str, list[tuple[int, str]]]]
    """The other one-things, each with those whom it is for: (person, firm)."""


def live(
    *,
    folder: Path,
    days: int,
    until: date,
    per_day: int = 12,
    seed: int = 1,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> Lived:
    """Let the city live up to a day; a held clock moves through the days before it."""
    die = Random(seed)
    lived = Lived()
    desk.forget()
    with clock.at(datetime.combine(until - timedelta(days=days), time(8, 30))):
        town = _town(die)
        calendar = calendars.calendar(str(services.city()["calendar"]))
        filings = _filings(die, town)
        building: projects.Walk | None = None
        for n in range(days):
            day = until - timedelta(days=days - n)
            clock.move(datetime.combine(day, time(9, 0)))
            deadlines.begin_day(by=SWEEP)
            if calendar.is_workday(day):
                today = [*_births(town, day), *islice(filings, per_day)]
                _file_all(lived, today, die, leave=n >= days - 3)
                building = building or projects.midway(day, until)
                if building:
                    building.day()
                _work_all(lived, die, day, until, apart=building.matters if building else [])
            elif die.random() < 0.6:
                _file_all(lived, islice(filings, per_day // 5), die, leave=True)
            _close_day(day)
            progress(n + 1, days, day.isoformat())
    return lived


def _town(die: Random) -> _City:
    demo = set(Account.objects.filter(is_demo=True).values_list("person", flat=True))
    rows = [registries.values_of(row) for row in RegisterRow.objects.filter(register="births")]
    born = {
        str(values["mother_number"]): date.fromisoformat(str(values["birth_date"]))
        for values in rows
        if values.get("mother_number") and values.get("birth_date")
    }
    mothers = identity.people_by_numbers(list(born))
    firms = list(
        LegalEntity.objects.filter(status="active", legal_representative__isnull=False)
        .exclude(legal_representative__in=demo)
        .order_by("pk")
        .values_list("legal_representative", "uscc")
    )
    sole = [pair for pair in firms if pair[1].startswith("92")]
    ready = [item for item in services.items() if item.ready]
    return _City(
        births=sorted(
            (born[number] + timedelta(days=die.randrange(2, 9)), person.pk)
            for number, person in mothers.items()
            if person.pk not in demo
        ),
        owners=sole or firms,
        persons=list(
            Person.objects.exclude(pk__in=demo).order_by("pk").values_list("pk", flat=True)
        ),
        firms=firms,
        items=[i.key for i in ready if "person" in i.server_types],
        firm_items=[i.key for i in ready if "person" not in i.server_types],
        things=_things(firms, demo),
    )


class _For(NamedTuple):
    """Whom the registers name for a one-thing: rows of a register, and the element to follow."""

    thing: str
    register: str
    element: str
    where: tuple[str, str] = ("", "")


WHOM = (
    _For("passing", "deaths", "kin_number"),
    _For("home-transfer", "deals", "buyer_number"),
    _For("start-business", "reservations", "founder_number"),
    _For("flexible-work", "employment", "person_number", ("employment_status", "unemployed")),
    _For("disabled-services", "minimum_living", "person_number"),
    _For("retirement", "social_insurance", "person_number", ("insurance_status", "active")),
    _For("utilities-connection", "projects", "uscc"),
    _For("close-business", "tax", "uscc", ("tax_credit_grade", "B")),
)
RETIRING = timedelta(days=3 * 365)
"""Who is that near to the statutory day may go: retiring earlier is open for three years."""


def _things(
    firms: list[tuple[int, str]], demo: set[int]
) -> list[tuple[str, list[tuple[int, str]]]]:
    """The one-things beside birth and restaurant, each with those whom the registers name."""
    heads = {uscc: person for person, uscc in firms}
    found = []
    for row in WHOM:
        subjects = _named(row)
        people = identity.people_by_numbers(subjects) if row.element != "uscc" else {}
        pairs = [(person.pk, "") for person in people.values() if person.pk not in demo]
        pairs += [(heads[uscc], uscc) for uscc in subjects if uscc in heads]
        if pairs:
            found.append((row.thing, sorted(pairs)))
    return found


def _named(row: _For) -> list[str]:
    rows = RegisterRow.objects.filter(register=row.register, status="current").order_by("pk")
    subjects = []
    for values in map(registries.values_of, rows.iterator()):
        element, wanted = row.where
        fits = not element or values.get(element) == wanted
        if row.thing == "retirement":
            # A city founded before that day stood in its register names nobody.
            day = str(values.get("retire_on", ""))
            fits = fits and bool(day) and abs(date.fromisoformat(day) - clock.today()) <= RETIRING
        if fits and values.get(row.element):
            subjects.append(str(values[row.element]))
    return subjects


def _filings(die: Random, town: _City) -> Iterator[Filing]:
    """Whose turn it is to file what, without end."""
    owners = cycle(die.sample(town.owners, len(town.owners)))
    keys = cycle(die.sample(town.items, len(town.items)))
    firm_keys = cycle(die.sample(town.firm_items, len(town.firm_items)))
    # Each buries, buys, founds or retires once: who has filed does not come again.
    things = cycle([(thing, iter(die.sample(who, len(who)))) for thing, who in town.things])
    while True:
        roll = die.randrange(100)
        if roll < RESTAURANTS:
            yield Filing("restaurant", "", *next(owners))
        elif roll < RESTAURANTS + THINGS and town.things:
            thing, whom = next(things)
            if pair := next(whom, None):
                yield Filing(thing, "", *pair)
        elif roll < 64:
            yield Filing("", next(firm_keys), *die.choice(town.firms))
        else:
            yield Filing("", next(keys), die.choice(town.persons), "")


def _births(town: _City, day: date) -> list[Filing]:
    """The parents who go to file by this day."""
    ready = [person for on, person in town.births if on <= day]
    town.births = [row for row in town.births if row[0] > day]
    return [Filing("birth", "", person, "") for person in ready]


def _file_all(lived: Lived, filings: Iterable[Filing], die: Random, *, leave: bool) -> None:
    for thing, item, person, firm in filings:
        clock.move(minutes=die.randrange(3, 18))
        by = Actor(
            kind="person",
            key=f"person:{person}",
            person=person,
            for_person=person,
            for_entity=firm,
            channel=die.choice(("web", "phone", "phone", "window")),
        )
        try:
            filled = citizens.open_draft(by=by, thing=thing, item=item)
            typed = citizens.correct_one(key=filled.key, by=by) if die.random() < 0.04 else {}
            citizens.complete(key=filled.key, by=by, typed=typed)
            if leave and die.random() < 0.05:
                continue
            endings.choose_delivery(key=filled.key, die=die, by=by)
            application = citizens.submit(key=filled.key, by=by)
        except Refusal as refusal:
            name = type(refusal).__name__
            lived.refused[name] = lived.refused.get(name, 0) + 1
            continue
        lived.filed += 1
        lived.cases += application.cases.count()
        if die.random() < 0.02:
            _withdraw_one(application.number, by)
    ledger.deliver()


def _withdraw_one(number: str, by: Actor) -> None:
    open_ones = [
        c
        for c in cases.cases_of(cases.application(number, by=by))
        if c.state in {State.SUBMITTED, State.WAITING}
    ]
    if open_ones:
        ending.withdraw(case_no=open_ones[-1].case_no, by=by)


def _work_all(
    lived: Lived, die: Random, day: date, until: date, *, apart: Sequence[int] = ()
) -> None:
    """Officials take what is due first; some organs do not get to the end of their queue.

    What is told `apart` goes its own way.
    """
    clock.move(datetime.combine(day, time(14, 0)))
    _answer_supplements(die)
    lived.acts += endings.a_day(die=die)
    lived.acts += voices.a_day(die=die)
    ledger.deliver()
    for _ in range(3):
        items = list(
            WorkItem.objects.filter(status__in=(flow.Status.OPEN, flow.Status.CLAIMED))
            .exclude(matter__state=flow.State.ENDED)
            .exclude(matter__state=flow.State.PAUSED)
            .filter(matter__kind__in=("case", "post_check"))
            .exclude(mode=flow.Mode.URGE)
            .exclude(organ__in=desk.companies())
            .exclude(matter__in=apart)
            .select_related("matter")
            .order_by("due_on", "id")
        )
        done = sum(_maybe_work(item, die, day, until) for item in items)
        lived.acts += done
        ledger.deliver()
        if not done:
            return


def _maybe_work(item: WorkItem, die: Random, day: date, until: date) -> bool:
    organ = identity.organ(item.organ)
    slow = organ.key in SLOW
    late = item.due_on is not None and item.due_on < day
    near = item.due_on is not None and (item.due_on - day).days <= 1
    left = (until - day).days
    chance = 0.30 if late else 0.55 if near else 0.42
    if slow:
        chance *= 0.45 if left > 15 else 0.05
    if left <= 3:
        # The last days' filings are still on their way when the visitor looks.
        chance *= 0.4
    if item.matter.kind == "post_check":
        chance = 0.05
    if die.random() > chance:
        return False
    clock.move(minutes=1) if clock.now().hour < 17 else None
    temper = desk.Temper(supplement=7, decline=2, refuse=4, broken=15)
    try:
        return bool(desk.work(item, die=die, temper=temper))
    except Refusal:
        return False


def _answer_supplements(die: Random) -> None:
    for case in Case.objects.filter(state=State.SUPPLEMENT, told_at__isnull=False).select_related(
        "application"
    ):
        # One in four never answers, and lapses when the applicant's term has run out.
        if case.pk % 4 == 0 or die.random() > 0.22:
            continue
        person = case.person
        by = Actor(
            kind="person",
            key=f"person:{person}",
            person=person,
            for_person=person,
            for_entity=case.entity,
        )
        wanted = [d["key"] for d in case.defects if d["kind"] == "material"]
        kept = citizens.keep(by=by)
        try:
            acceptance.supplement(
                case_no=case.case_no, values={}, files=dict.fromkeys(wanted, kept), by=by
            )
        except Refusal:
            continue


def _close_day(day: date) -> None:
    clock.move(datetime.combine(day, time(18, 0)))
    while deadlines.sweep(by=SWEEP):
        pass
    deadlines.begin_day(by=SWEEP)
    ledger.deliver()
