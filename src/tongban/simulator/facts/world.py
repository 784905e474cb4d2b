"""The whole of what the registers can know, and what several of them ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tongban.simulator.families import City, Human, Town
from tongban.simulator.firms import Firm
from tongban.simulator.names import Names, Numbers

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """The whole of what there is to know."""

    die: Random
    names: Names
    numbers: Numbers
    city: City
    town: Town
    firms: list[Firm]

    @property
    def on(self) -> date:
        return self.town.on

    def firm_of(self) -> Mapping[str, Firm]:
        """Firms by code."""
        return {firm.uscc: firm for firm in self.firms}


def yes(is_so: bool) -> str:
    """yes_no as forms carry it."""
    return "yes" if is_so else "no"


def adults(world: World, youngest: int, oldest: int) -> list[Human]:
    return [one for one in world.town.people if youngest <= one.age(world.on) <= oldest]


def dead(world: World) -> list[Human]:
    return [one for one in world.town.people if one.died_on]


def first_day(born: date, age: int, on: date) -> date:
    """The month after some birthday, when things of that age begin; never ahead of today."""
    return min(date(born.year + age, born.month, 1), on - timedelta(days=1))
