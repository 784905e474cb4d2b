"""Firms, what they owe, and what they plan."""

from collections.abc import Iterator

from tongban.simulator.facts.world import Values, World, yes


def entities(world: World) -> Iterator[Values]:
    for firm in world.firms:
        yield {
            "uscc": firm.uscc,
            "entity_name": firm.name,
            "entity_type": firm.kind,
            "legal_representative": firm.head.name,
            "legal_representative_number": firm.head.number,
            "registered_address": firm.shop.address,
            "registered_capital": firm.capital,
            "established_on": firm.established.isoformat(),
            "business_scope": firm.scope,
            "entity_status": firm.status,
            "premises_code": firm.shop.code,
        }


def tax(world: World) -> Iterator[Values]:
    for firm in world.firms:
        drawn = world.die.choices("ABMCD", [18, 50, 20, 9, 3])[0]
        grade = "M" if firm.is_restaurant else "A" if firm.head.is_spared else drawn
        yield {
            "uscc": firm.uscc,
            "entity_name": firm.name,
            "tax_credit_grade": grade,
            "tax_arrears": yes(grade == "D"),
            "tax_authority": f"国家税务总局{world.city.name}税务局（虚构）",
        }


def credit(world: World) -> Iterator[Values]:
    for firm in world.firms:
        is_safe = firm.is_restaurant or firm.head.is_spared
        bad = not is_safe and world.die.random() < 0.015
        yield {"uscc": firm.uscc, "bad_credit": yes(bad)}


def reservations(world: World) -> Iterator[Values]:
    for seat in world.town.seats:
        yield {
            "reservation_no": f"MC{world.on.year}{world.numbers.next('reservation'):07}",
            "founder_number": seat.founder.number,
            "entity_name": seat.name,
            "entity_type": "company",
            "registered_capital": seat.capital,
            "business_scope": seat.trade,
            "registered_address": seat.address,
            "industry": seat.trade.partition("；")[0],
            "premises_code": seat.code,
        }


def projects(world: World) -> Iterator[Values]:
    for firm in world.firms:
        if firm.project:
            serial, area = world.numbers.next("project"), world.die.randrange(2000, 20_000, 100)
            yield {
                "project_code": f"{world.on.year}-{firm.shop.division}-14-01-{serial:06}",
                "uscc": firm.uscc,
                "project_name": firm.project,
                "project_address": firm.shop.address,
                "project_investment": world.die.randrange(800, 12_000, 100),
                "site_area": area,
                "floor_space": int(area * 1.4),
                "planning_permit_no": f"建字第{firm.shop.division}{world.on.year}{serial:05}号",
            }
