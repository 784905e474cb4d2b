"""Families (家庭): who lives with whom, how old they are, and to whom a child was just born."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tongban.kernel.identity import codes
from tongban.simulator.demo import Cast, Character
from tongban.simulator.names import Names, Numbers, day_between, mobile


@dataclass(slots=True)
class Human:
    """One who lives in the city."""

    name: str
    number: str
    sex: str
    born: date
    phone: str
    division: str
    home: "Home"
    ethnic: str = "01"
    native: str = ""
    mother: "Human | None" = None
    father: "Human | None" = None
    spouse: "Human | None" = None
    relation: str = "90"
    is_local: bool = True
    died_on: date | None = None
    employer: str = ""
    is_spared: bool = False
    """Someone of the stories: keeps true data, except where the city's file says otherwise."""
    story: str = ""
    """Which story is told of them; the registers hold what it needs."""
    kin: "Human | None" = None
    """Whom the report of death names as next of kin."""

    def age(self, on: date) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(slots=True)
class Home:
    """A household and the flat it lives in."""

    number: str
    division: str
    division_name: str
    street: str
    address: str
    premises: str
    station: str
    area: int
    certificate: str
    members: list[Human] = field(default_factory=list)
    owns: bool = True
    moved_in: date = date(2010, 1, 1)
    buyer: Human | None = None
    """Who has agreed to buy it; the contract is drawn up and not filed yet."""
    price: int = 0

    @property
    def head(self) -> Human:
        return self.members[0]


@dataclass(slots=True)
class Marriage:
    """A marriage as it was registered."""

    husband: Human
    wife: Human
    on: date
    number: str
    organ: str


@dataclass(slots=True)
class Birth:
    """A child that a hospital reported and no register knows yet."""

    number: str
    sex: str
    name: str
    at: date
    time: str
    hospital: str
    mother: Human
    father: Human
    married: bool
    order: int
    weight: int
    length: int
    weeks: int
    is_twin: bool
    natural: bool
    cost: int


@dataclass(frozen=True, slots=True)
class City:
    """The words of `city.toml` that addresses and numbers begin with."""

    name: str
    province: str
    code: str

    def title(self, year: int, serial: int) -> str:
        """The number of a real-estate certificate (不动产权证号)."""
        return f"{self.province[0]}（{year}）{self.name}不动产权第{serial:07}号"


@dataclass(slots=True)
class Place:
    """A district with its streets, as `divisions.toml` names them."""

    code: str
    name: str
    streets: list[str]


@dataclass(slots=True)
class Seat:
    """Commercial premises that a founder has found for a firm to be."""

    founder: Human
    code: str
    address: str
    division: str
    area: int
    owner: Human
    certificate: str
    name: str
    trade: str
    capital: int


@dataclass(slots=True)
class Town:
    """Everyone and every household, before any register knows of them."""

    on: date
    people: list[Human] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)


class Settlers:
    """Draws households until the city has its people."""

    def __init__(
        self,
        *,
        die: Random,
        names: Names,
        numbers: Numbers,
        places: Sequence[Place],
        city: "City",
        on: date,
    ) -> None:
        self.die, self.names, self.numbers = die, names, numbers
        self.places, self.city, self.town = places, city, Town(on)

    def settle(self, persons: int, couples: int, cast: Cast) -> Town:
        """Fill the town: those of the stories, the couples with a newborn, then the rest."""
        placed: set[str] = set()
        for one in cast.people:
            if one.key not in placed:
                placed |= self._household_of(one, cast.by_key())
        for _ in range(couples):
            self._new_parents()
        while (left := persons - len(self.town.people)) > 0:
            self._household(left)
        self._deaths()
        self._sales()
        return self.town

    # ── households ──────────────────────────────────────────────────────────────────────────────

    def _household_of(self, one: Character, others: Mapping[str, Character]) -> set[str]:
        home = self._home(one.number[:6])
        if one.wrong and one.wrong.element == "household_address":
            home.address = one.wrong.truth
        person, partner = self._character(one, home), others.get(one.spouse)
        if partner is None:
            person.relation = "01"
            home.members.append(person)
            if one.story == "passing":
                self._bereave(person, home)
            return {one.key}
        spouse = self._character(partner, home)
        self._marry(person, spouse, home, on=one.married_on or partner.married_on)
        stories = {one.story, partner.story}
        if stories & {"birth", "twins"}:
            mother, father = (person, spouse) if person.sex == "2" else (spouse, person)
            self._bear(mother, father, of_story=True, twins="twins" in stories)
        return {one.key, partner.key}

    def _character(self, one: Character, home: Home) -> Human:
        read = codes.PersonNumber.read(one.number)
        person = Human(
            name=one.name,
            number=one.number,
            sex="1" if read.sex == "male" else "2",
            born=read.birth,
            phone=one.phone,
            division=home.division,
            home=home,
            native=f"{self.city.province}{self.city.name}",
            is_spared=True,
            story=one.story,
        )
        self.town.people.append(person)
        return person

    def _new_parents(self) -> None:
        home = self._home()
        mother = self._human(home, "2", self.die.randint(23, 38))
        father = self._human(home, "1", mother.age(self.town.on) + self.die.randint(-2, 5))
        married = self.die.random() > 0.06
        if married:
            self._marry(father, mother, home)
        else:
            home.members += [father, mother]
            father.relation, mother.relation = "01", "90"
        if self.die.random() < 0.25:
            oldest = min(6, mother.age(self.town.on) - 20, father.age(self.town.on) - 20)
            self._child(home, father, mother, age=self.die.randint(1, max(1, oldest)))
        self._bear(mother, father)

    def _household(self, room: int) -> None:
        kind = self.die.choices(
            ["family", "couple", "three", "single", "elders", "parent"], [38, 16, 14, 14, 14, 4]
        )[0]
        home = self._home()
        if room < 3 or kind == "single":
            person = self._human(home, self._sex(), self.die.randint(22, 70))
            person.relation = "01"
            home.members.append(person)
            return
        age = self.die.randint(26, 58) if kind != "elders" else self.die.randint(60, 86)
        husband = self._human(home, "1", age)
        wife = self._human(home, "2", max(22, age - self.die.randint(-1, 5)))
        if kind == "parent":
            one = self.die.choice([husband, wife])
            home.members.append(one)
            one.relation = "01"
            self._drop(wife if one is husband else husband)
            oldest = min(17, age - 22, wife.age(self.town.on) - 22)
            if oldest >= 1:
                self._child(home, husband, wife, age=self.die.randint(1, oldest), only=one)
            return
        self._marry(husband, wife, home)
        oldest = min(age, wife.age(self.town.on)) - 23
        if kind in {"family", "three"} and oldest >= 1:
            for _ in range(min(room - 2, self.die.choices([1, 2, 3], [60, 35, 5])[0])):
                self._child(home, husband, wife, age=self.die.randint(1, oldest))
        if kind == "three" and room > 4:
            self._grandparents(home, husband)

    def _grandparents(self, home: Home, husband: Human) -> None:
        age = husband.age(self.town.on) + self.die.randint(22, 30)
        if age > 94:
            return
        old_man = self._human(home, "1", age, surname=self.names.surname_of(husband.name))
        old_woman = self._human(home, "2", age - self.die.randint(0, 4))
        husband.father, husband.mother = old_man, old_woman
        for one in (old_man, old_woman):
            one.relation = "50"
            home.members.append(one)
        self._register_marriage(old_man, old_woman)

    def _child(
        self, home: Home, father: Human, mother: Human, *, age: int, only: Human | None = None
    ) -> Human:
        sex = self._sex()
        named_after = father if self.die.random() < 0.93 else mother
        surname = self.names.surname_of(named_after.name)
        child = self._human(home, sex, min(age, 24), surname=surname)
        child.phone = child.phone if age >= 12 else ""
        child.father = father if only in (None, father) else None
        child.mother = mother if only in (None, mother) else None
        child.relation = "20" if sex == "1" else "30"
        child.ethnic = father.ethnic
        child.native = father.native
        home.members.append(child)
        return child

    def _marry(self, one: Human, other: Human, home: Home, on: date | None = None) -> None:
        home.members += [one, other]
        one.relation, other.relation = "01", "10"
        husband, wife = (one, other) if one.sex == "1" else (other, one)
        self._register_marriage(husband, wife, on)

    def _register_marriage(self, husband: Human, wife: Human, told: date | None = None) -> None:
        husband.spouse, wife.spouse = wife, husband
        of_age = max(_birthday(husband.born, 22), _birthday(wife.born, 20))
        on = day_between(self.die, of_age, min(of_age + timedelta(days=2900), self.town.on))
        on = told or min(on, self.town.on - timedelta(days=300))
        serial = self.numbers.next("marriage")
        self.town.marriages.append(
            Marriage(
                husband=husband,
                wife=wife,
                on=on,
                number=f"J{husband.home.division}-{on.year}-{serial:06}",
                organ=f"{husband.home.division_name}民政局婚姻登记处",
            )
        )

    # ── births and deaths ───────────────────────────────────────────────────────────────────────

    def _bear(
        self, mother: Human, father: Human, *, of_story: bool = False, twins: bool = False
    ) -> None:
        die, on = self.die, self.town.on
        # Never today: the hospital reports, and prevention vaccinates, within a day.
        at = day_between(die, on - timedelta(days=60), on - timedelta(days=2))
        is_twin = die.random() < 0.03
        if of_story:
            at, is_twin = on - timedelta(days=6), twins
        siblings = [one for one in mother.home.members if one.mother is mother]
        hospital = self.names.pick(die, "hospitals")
        natural = of_story or die.random() < 0.6
        for place in range(2 if is_twin else 1):
            # Of the twins of the story the first is a girl, the second a boy.
            sex = ("2", "1")[place] if of_story else self._sex()
            # Many parents have not chosen a name when the hospital reports; that is theirs to add.
            is_named = not of_story and die.random() < 0.4
            name = self.names.person(
                die, sex, born=at.year, surname=self.names.surname_of(father.name)
            )
            self.town.births.append(
                Birth(
                    number=f"99{at:%y%m%d}{self.numbers.next('birth'):04}",
                    sex=sex,
                    name=name if is_named else "",
                    at=at,
                    time=f"{die.randrange(24):02}:{die.randrange(60):02}",
                    hospital=hospital,
                    mother=mother,
                    father=father,
                    married=mother.spouse is father,
                    order=len(siblings) + 1 + place,
                    weight=die.randrange(2500, 4100, 10) - (600 if is_twin else 0),
                    length=die.randint(47, 53),
                    weeks=die.randint(37, 41) if not is_twin else die.randint(35, 37),
                    is_twin=is_twin,
                    natural=natural,
                    cost=die.randrange(4200, 7800) if natural else die.randrange(8200, 13800),
                )
            )

    def _deaths(self) -> None:
        """Of the oldest some died of late; households and pensions do not know it yet."""
        old = [one for one in self.town.people if one.age(self.town.on) >= 70 and not one.is_spared]
        for one in old[: max(1, len(self.town.people) // 160)] if old else []:
            one.died_on = day_between(
                self.die, self.town.on - timedelta(days=50), self.town.on - timedelta(days=3)
            )
            left = [other for other in one.home.members if other is not one and other.phone]
            one.kin = left[0] if left else None

    def _bereave(self, child: Human, home: Home) -> None:
        """A father who died at work age: pension, fund and driving licence are all still open."""
        father = self._human(
            home,
            "1",
            child.age(self.town.on) + 24,
            surname=self.names.surname_of(child.name),
        )
        father.died_on = self.town.on - timedelta(days=9)
        father.relation, father.story, father.is_spared = "50", "deceased", True
        father.is_local, father.native = True, child.native
        child.father, father.kin = father, child
        home.members.append(father)

    def _sales(self) -> None:
        """Homes under contract: those that people of the stories buy, and a few others."""
        die, on = self.die, self.town.on
        buyers = [one for one in self.town.people if one.story == "home"]
        others = [one for one in self.town.people if 25 <= one.age(on) <= 55 and not one.is_spared]
        buyers += die.sample(others, min(len(others), max(1, len(self.town.people) // 150)))
        homes = [
            home
            for home in self.town.homes
            if home.owns and home.members and home.head.age(on) >= 30
            if not any(one.is_spared or one.died_on for one in home.members)
        ]
        for buyer, home in zip(
            buyers, die.sample(homes, min(len(homes), len(buyers))), strict=False
        ):
            if buyer not in home.members:
                home.buyer, home.price = buyer, home.area * die.randrange(6800, 14200, 100)
                home.head.is_spared = home.head.is_spared or buyer.is_spared

    # ── one ─────────────────────────────────────────────────────────────────────────────────────

    def _sex(self) -> str:
        return "1" if self.die.random() < 0.512 else "2"

    def _human(self, home: Home, sex: str, age: int, surname: str = "") -> Human:
        on = self.town.on
        last = _birthday(on, -age)
        born = day_between(self.die, last - timedelta(days=364), last)
        is_local = self.die.random() < 0.9
        # Who came from elsewhere bears the number of elsewhere.
        division = home.division if is_local else f"{self.city.code[:2]}0200"
        person = Human(
            name=self.names.person(self.die, sex, born=born.year, surname=surname),
            number=self.numbers.person(self.die, division, born, sex),
            sex=sex,
            born=born,
            phone=mobile(self.names.words["phone_prefix"][0], self.numbers.next("phone", 0)),
            division=home.division,
            home=home,
            ethnic=self.die.choices(["01", "11", "03", "08", "15"], [92, 3, 2, 2, 1])[0],
            native=f"{self.city.province}{self.city.name if is_local else '（外市）'}",
            is_local=is_local,
        )
        self.town.people.append(person)
        return person

    def _drop(self, person: Human) -> None:
        self.town.people.remove(person)

    def _home(self, division: str = "") -> Home:
        die = self.die
        place = die.choice([p for p in self.places if p.code == division] or self.places)
        street = die.choice(place.streets) if place.streets else place.name
        serial = self.numbers.next("premises")
        built, flat = die.randint(1, 18), die.randint(1, 24) * 100 + die.randint(1, 4)
        road = f"{self.names.pick(die, 'roads')}{die.randint(1, 380)}号"
        estate = self.names.pick(die, "estates")
        home = Home(
            number=f"{place.code[2:]}{self.numbers.next('household'):05}"[:9],
            division=place.code,
            division_name=place.name,
            street=street,
            address=f"{self.city.name}{place.name}{street}{road}{estate}{built}幢{flat}室",
            premises=f"{place.code}001001GB{serial:05}F{built:04}{flat:04}",
            station=f"{place.name}公安分局{street.removesuffix('街道').removesuffix('镇')}派出所",
            area=die.randint(52, 168),
            certificate=self.city.title(die.randint(2008, 2024), serial),
            owns=die.random() < 0.82,
            moved_in=day_between(die, date(1998, 1, 1), date(2023, 12, 31)),
        )
        self.town.homes.append(home)
        return home


def _birthday(born: date, years: int) -> date:
    """The same day some years later (or before); of 29 February the day after."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
