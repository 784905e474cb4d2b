"""What a person was allowed by some agency."""

from collections.abc import Iterator
from datetime import date, timedelta

from tongban.simulator.facts.world import Values, World, adults, first_day
from tongban.simulator.families import Human
from tongban.simulator.names import day_between


def driving_licences(world: World) -> Iterator[Values]:
    for one in adults(world, 19, 75):
        if world.die.random() < 0.48 or one.story == "deceased":
            first = first_day(one.born, 19, world.on)
            yield {
                "person_number": one.number,
                "licence_no": one.number,
                "licence_class": world.die.choices(["C1", "C2", "B2"], [60, 34, 6])[0],
                "licence_status": "valid",
                "first_licensed_on": first.isoformat(),
                "valid_until": f"{world.on.year + world.die.randint(1, 6)}-{first:%m}-28",
            }


def vehicles(world: World) -> Iterator[Values]:
    (prefix, *_) = world.names.words["plate_prefix"]
    for one in adults(world, 24, 65):
        if world.die.random() < 0.3:
            yield {
                "person_number": one.number,
                "plate_no": f"{prefix}{world.numbers.next('plate', 10_000):05}",
                "vehicle_type": "小型汽车",
                "registered_on": day_between(
                    world.die, date(2012, 1, 1), world.on - timedelta(days=30)
                ).isoformat(),
            }


def residence_permits(world: World) -> Iterator[Values]:
    for one in adults(world, 16, 70):
        if not one.is_local:
            since = day_between(world.die, date(2016, 1, 1), world.on - timedelta(days=200))
            yield {
                "person_number": one.number,
                "residence_address": one.home.address,
                "residence_since": since.isoformat(),
                "residence_permit_no": f"JZ{world.numbers.next('permit'):09}",
                "valid_until": (world.on + timedelta(days=world.die.randint(20, 360))).isoformat(),
            }


def health_certificates(world: World) -> Iterator[Values]:
    cooks: dict[str, Human] = {}
    for firm in world.firms:
        if firm.is_restaurant or firm.head.is_spared:
            cooks[firm.head.number] = firm.head
    for one in cooks.values():
        yield {
            "person_number": one.number,
            "name": one.name,
            "health_certificate_no": f"JK{world.on.year}{world.numbers.next('health'):06}",
            "valid_until": (world.on + timedelta(days=world.die.randint(120, 350))).isoformat(),
        }
