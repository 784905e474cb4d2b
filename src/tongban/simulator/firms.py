"""Firms (市场主体): who trades where, and who is about to open a restaurant."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tongban.kernel.identity import codes
from tongban.simulator.demo import Cast, Character
from tongban.simulator.families import City, Human, Place, Seat, Town
from tongban.simulator.names import Names, Numbers, day_between


@dataclass(slots=True)
class Shop:
    """Commercial premises."""

    code: str
    address: str
    division: str
    area: int
    owner: Human
    certificate: str
    use: str = "commercial"


@dataclass(slots=True)
class Firm:
    """A firm or a sole trader, with the one who answers for it."""

    uscc: str
    name: str
    kind: str
    head: Human
    shop: Shop
    established: date
    scope: str
    capital: int
    status: str = "open"
    is_restaurant: bool = False
    """Registered for catering, and without a food licence yet: its owner wants to open."""
    staff: list[Human] = field(default_factory=list)
    project: str = ""
    """Name of what it builds, as it was filed; empty where it builds nothing."""


KINDS = ("company", "sole", "partnership", "cooperative")
ENDINGS = {"company": "有限公司", "partnership": "合伙企业", "cooperative": "农民专业合作社"}
SCOPES = (
    "日用百货销售；货物进出口",
    "信息技术咨询服务；软件开发",
    "道路货物运输；仓储服务",
    "家具制造；家具销售",
)


TRADES = {
    "closing": ("日用百货销售；货物进出口", ""),
    "utilities": ("食品生产；食品销售", "恒泰食品加工厂房新建项目"),
    "project": ("医疗器械生产；医疗器械销售", "启航医疗器械生产基地新建项目"),
}
"""Story -> what the firm does, and what it builds."""

NEW_TRADES = (
    ("科技", "软件开发；信息技术咨询服务"),
    ("文化创意", "文化创意设计；广告设计"),
    ("商贸", "日用百货销售；互联网销售"),
)
UNEMPLOYED = frozenset({"flexible", "disabled", "founding", "closing", "utilities", "project"})
"""Stories whose people have no employer."""


class Founders:
    """Draws firms for a town whose people are there."""

    def __init__(
        self,
        *,
        die: Random,
        names: Names,
        numbers: Numbers,
        places: Sequence[Place],
        city: City,
        town: Town,
    ) -> None:
        self.die, self.names, self.numbers = die, names, numbers
        self.places, self.city, self.town = places, city, town
        self.firms: list[Firm] = []
        self._names: set[str] = set()
        self._adults = [
            one
            for one in town.people
            if 22 <= one.age(town.on) <= 60 and (not one.died_on or one.story == "deceased")
        ]

    def found(self, firms: int, restaurants: int, cast: Cast) -> list[Firm]:
        """Found the firms; the first are restaurants-to-be, those of the stories before all."""
        fronts = {one.number: one for one in cast.people if one.firm}
        for head in self._adults:
            if head.number in fronts:
                self._of_story(head, fronts[head.number])
        others = [one for one in self._adults if not one.is_spared]
        for head in self.die.sample(others, min(restaurants, len(others))):
            self._restaurant(head)
        busy = {firm.head.number for firm in self.firms}
        free = [one for one in others if one.number not in busy] or others
        while len(self.firms) < firms and free:
            self._firm(self.die.choice(free))
        self._employ()
        self._build()
        self._reserve()
        return self.firms

    def _of_story(self, head: Human, one: Character) -> None:
        assert one.firm is not None
        is_new = one.story == "restaurant"
        place = self._place(one.firm.uscc[2:8])
        if one.story in TRADES:
            self._firm_of_story(head, one, place)
            return
        self._restaurant(head, place)
        firm = self.firms[-1]
        firm.uscc, firm.name, firm.kind = one.firm.uscc, one.firm.name, one.firm.kind
        firm.shop.area, firm.is_restaurant = 128, is_new
        firm.established = self.town.on - timedelta(days=24 if is_new else 2400)
        firm.status = "open"

    def _firm_of_story(self, head: Human, one: Character, place: Place) -> None:
        assert one.firm is not None
        scope, project = TRADES[one.story]
        self.firms.append(
            Firm(
                uscc=one.firm.uscc,
                name=one.firm.name,
                kind=one.firm.kind,
                head=head,
                shop=self._shop(place, head),
                established=self.town.on - timedelta(days=2200),
                scope=scope,
                capital=200,
                project=project,
            )
        )

    def _build(self) -> None:
        """Some firms build: their projects are filed, and need water, power and gas."""
        for firm in self.firms:
            is_company = firm.kind == "company" and firm.status == "open"
            if is_company and not firm.head.is_spared and self.die.random() < 0.12:
                firm.project = f"{firm.name}新建厂房项目"

    def _reserve(self) -> None:
        """Founders reserve a name and name a seat before they register (企业名称申报)."""
        free = [one for one in self._adults if not one.is_spared and not one.employer]
        few = self.die.sample(free, min(len(free), max(1, len(self._adults) // 60)))
        for founder in [one for one in self._adults if one.story == "founding"] + few:
            place = self._place(founder.division)
            shop = self._shop(place, None)
            trade, scope = self.die.choice(NEW_TRADES)
            brand = self.names.pick(self.die, "firm_heads")
            self.town.seats.append(
                Seat(
                    founder=founder,
                    code=shop.code,
                    address=shop.address,
                    division=shop.division,
                    area=shop.area,
                    owner=shop.owner,
                    certificate=shop.certificate,
                    name=f"{self.city.name}{place.name}{brand}{trade}有限公司",
                    trade=scope,
                    capital=self.die.choice([10, 30, 50, 100]),
                )
            )

    def _restaurant(self, head: Human, place: Place | None = None) -> None:
        place = place or self._place(head.division)
        shop = self._shop(place, head if self.die.random() < 0.3 else None)
        shop.area = self.die.randint(45, 480)
        name = self._named(place, "shop_heads", "shop_kinds", "")
        self.firms.append(
            Firm(
                uscc=codes.fictional_uscc(place.code, self.numbers.next("uscc"), registrar="92"),
                name=name,
                kind="sole",
                head=head,
                shop=shop,
                established=self.town.on - timedelta(days=self.die.randint(3, 60)),
                scope="餐饮服务；小餐饮；外卖递送服务",
                capital=self.die.randint(3, 30),
                is_restaurant=True,
            )
        )

    def _firm(self, head: Human) -> None:
        kind = self.die.choices(KINDS, [62, 30, 5, 3])[0]
        place = self.die.choice(self.places)
        registrar = {"sole": "92", "cooperative": "93"}.get(kind, "91")
        name = self._named(place, "firm_heads", "firm_trades", ENDINGS.get(kind, "店"))
        self.firms.append(
            Firm(
                uscc=codes.fictional_uscc(
                    place.code, self.numbers.next("uscc"), registrar=registrar
                ),
                name=name,
                kind=kind,
                head=head,
                shop=self._shop(place, None),
                established=day_between(
                    self.die, date(2005, 1, 1), self.town.on - timedelta(days=90)
                ),
                scope=self.die.choice(SCOPES),
                capital=self.die.choice([10, 50, 100, 200, 500, 1000]),
                status=self.die.choices(["open", "abnormal", "revoked"], [96, 3, 1])[0],
            )
        )

    def _named(self, place: Place, head: str, trade: str, ending: str) -> str:
        """A name that no other firm of the district bears."""
        while True:
            brand = self.names.pick(self.die, head)
            if self.die.random() < 0.6:
                brand += self.die.choice("禾丰润和盛瑞祥恒佳悦春晨安泰康乐")
            if self.die.random() < 0.4:
                brand += self.die.choice("源达兴隆福缘轩阁园居堂坊")
            name = f"{self.city.name}{place.name}{brand}{self.names.pick(self.die, trade)}{ending}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _place(self, division: str) -> Place:
        return next((one for one in self.places if one.code == division), self.places[0])

    def _shop(self, place: Place, owner: Human | None) -> Shop:
        die = self.die
        serial = self.numbers.next("premises")
        street = die.choice(place.streets) if place.streets else ""
        year = die.randint(2008, 2024)
        return Shop(
            code=f"{place.code}001002GB{serial:05}F00010001",
            address=(
                f"{self.city.name}{place.name}{street}"
                f"{self.names.pick(die, 'roads')}{die.randint(1, 380)}号"
            ),
            division=place.code,
            area=die.randint(30, 600),
            owner=owner or die.choice(self._adults),
            certificate=self.city.title(year, serial),
        )

    def _employ(self) -> None:
        """Give half of those of working age an employer."""
        employers = [
            firm for firm in self.firms if firm.kind == "company" and firm.status == "open"
        ]
        if not employers:
            return
        heads = {firm.head.number for firm in self.firms}
        for one in self._adults:
            if one.story in UNEMPLOYED:
                continue
            if one.number not in heads and (one.is_spared or self.die.random() < 0.62):
                firm = self.die.choice(employers)
                firm.staff.append(one)
                one.employer = firm.uscc
