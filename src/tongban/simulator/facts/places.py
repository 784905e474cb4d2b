"""Premises, addresses, pipes and wires, and who sells to whom."""

from collections.abc import Iterator
from datetime import timedelta

from tongban.simulator.facts.world import Values, World, yes
from tongban.simulator.families import Home, Seat
from tongban.simulator.firms import Shop


def premises(world: World) -> Iterator[Values]:
    for home in _owned(world):
        yield {
            "premises_code": home.premises,
            "premises_certificate_no": home.certificate,
            "premises_address": home.address,
            "owner_name": home.head.name,
            "owner_number": home.head.number,
            "premises_area": home.area,
            "premises_use": "residential",
            "premises_status": "normal"
            if home.buyer
            else world.die.choices(["normal", "mortgaged"], [70, 30])[0],
        }
    shops: list[Shop | Seat] = [*(firm.shop for firm in world.firms), *world.town.seats]
    for shop in shops:
        yield {
            "premises_code": shop.code,
            "premises_certificate_no": shop.certificate,
            "premises_address": shop.address,
            "owner_name": shop.owner.name,
            "owner_number": shop.owner.number,
            "premises_area": shop.area,
            "premises_use": "commercial",
            "premises_status": "normal",
        }


def _owned(world: World) -> list[Home]:
    return [home for home in world.town.homes if home.owns and home.members]


def addresses(world: World) -> Iterator[Values]:
    places = [
        *((home.premises, home.address, home.division) for home in world.town.homes),
        *((firm.shop.code, firm.shop.address, firm.shop.division) for firm in world.firms),
        *((seat.code, seat.address, seat.division) for seat in world.town.seats),
    ]
    for code, address, division in places:
        yield {
            "premises_code": code,
            "address_code": f"{division}{world.numbers.next('address'):08}",
            "full_address": address,
            "division_code": division,
        }


def utilities(world: World) -> Iterator[Values]:
    for home in world.town.homes:
        if not home.members:
            continue
        serial = world.numbers.next("utility")
        yield {
            "premises_code": home.premises,
            "water_account": f"S{serial:08}",
            "power_account": f"D{serial:08}",
            "gas_account": f"R{serial:08}",
            "utility_arrears": yes(
                world.die.random() < 0.03 and not home.head.is_spared and not home.buyer
            ),
            "account_holder": home.head.name,
        }


def deals(world: World) -> Iterator[Values]:
    for home in world.town.homes:
        if home.buyer:
            yield {
                "premises_code": home.premises,
                "seller_number": home.head.number,
                "buyer_number": home.buyer.number,
                "deal_price": home.price,
                "deal_date": (world.on - timedelta(days=world.die.randint(2, 20))).isoformat(),
                "payment_way": world.die.choice(["supervised", "loan"]),
            }
