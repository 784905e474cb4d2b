"""Who lives where, with whom, and how one came into the world and left it."""

from collections.abc import Iterator
from datetime import date, timedelta

from tongban.simulator.facts.world import Values, World, dead, yes
from tongban.simulator.families import Human


def population(world: World) -> Iterator[Values]:
    for one in world.town.people:
        yield {
            "person_number": one.number,
            "name": one.name,
            "sex": one.sex,
            "ethnic_group": one.ethnic,
            "birth_date": one.born.isoformat(),
            "birth_place": one.native,
            "native_place": one.native,
            "marital_status": _marital(one, world.on),
            "household_number": one.home.number,
            "household_address": one.home.address,
            "household_division": one.division,
            "is_local": yes(one.is_local),
            "police_station": one.home.station,
            "population_status": "normal",
        }


def _marital(one: Human, on: date) -> str:
    if one.spouse is None:
        return "30" if one.age(on) >= 60 else "10"
    return "30" if one.spouse.died_on and one.spouse.died_on < on else "20"


def households(world: World) -> Iterator[Values]:
    for home in world.town.homes:
        members = [one for one in home.members if one.is_local]
        for one in members:
            head = members[0]
            yield {
                "person_number": one.number,
                "household_number": home.number,
                "relation_to_head": "01" if one is head else one.relation,
                "household_head": head.name,
                "household_head_number": head.number,
                "household_type": "family",
                "household_address": home.address,
                "police_station": home.station,
                "moved_in_on": max(home.moved_in, one.born).isoformat(),
            }


def marriages(world: World) -> Iterator[Values]:
    for marriage in world.town.marriages:
        yield {
            "marriage_certificate_no": marriage.number,
            "husband_name": marriage.husband.name,
            "husband_number": marriage.husband.number,
            "wife_name": marriage.wife.name,
            "wife_number": marriage.wife.number,
            "marriage_date": marriage.on.isoformat(),
            "marriage_organ": marriage.organ,
            "marriage_status": "married",
        }


def births(world: World) -> Iterator[Values]:
    for birth in world.town.births:
        yield {
            "birth_no": birth.number,
            "name": birth.name,
            "sex": birth.sex,
            "birth_date": birth.at.isoformat(),
            "birth_time": birth.time,
            "birth_place": f"{world.city.province}{world.city.name}",
            "birth_hospital": birth.hospital,
            "gestational_weeks": birth.weeks,
            "birth_weight": birth.weight,
            "birth_length": birth.length,
            "birth_order": birth.order,
            "plurality": "multiple" if birth.is_twin else "single",
            "delivery_type": "natural" if birth.natural else "caesarean",
            "maternity_cost": birth.cost,
            "mother_name": birth.mother.name,
            "mother_number": birth.mother.number,
            "father_name": birth.father.name,
            "father_number": birth.father.number,
        }


def vaccinations(world: World) -> Iterator[Values]:
    for birth in world.town.births:
        home = birth.mother.home
        row = {
            "birth_no": birth.number,
            "vaccination_card_no": f"YM{birth.number}",
            "hepatitis_b_first": birth.at.isoformat(),
            "vaccination_unit": f"{home.street}社区卫生服务中心预防接种门诊",
        }
        if birth.weight >= 2500:  # 卡介苗 waits until a child weighs enough
            row["bcg_date"] = (birth.at + timedelta(days=1)).isoformat()
        yield row


def accounts(world: World) -> Iterator[Values]:
    for one in world.town.people:
        if one.phone:
            yield {
                "person_number": one.number,
                "name": one.name,
                "phone": one.phone,
                "postal_address": one.home.address,
            }


def deaths(world: World) -> Iterator[Values]:
    for one in dead(world):
        yield {
            "person_number": one.number,
            "name": one.name,
            "death_date": one.died_on.isoformat() if one.died_on else "",
            "death_place": f"{world.city.name}第一人民医院",
            "death_certificate_no": f"SW{world.on.year}{world.numbers.next('death'):06}",
            "kin_name": one.kin.name if one.kin else "",
            "kin_number": one.kin.number if one.kin else "",
            "kin_relation": _relation(one, one.kin) if one.kin else "",
        }


def _relation(one: Human, kin: Human) -> str:
    """What the dead person is to the next of kin."""
    if one is kin.spouse:
        return "spouse"
    return "parent" if one in (kin.father, kin.mother) else "other"


def cremations(world: World) -> Iterator[Values]:
    for one in dead(world):
        assert one.died_on is not None
        yield {
            "person_number": one.number,
            "name": one.name,
            "cremation_kind": "cremation",
            "cremation_date": (one.died_on + timedelta(days=2)).isoformat(),
            "cremation_certificate_no": f"HH{world.on.year}{world.numbers.next('cremation'):06}",
        }
