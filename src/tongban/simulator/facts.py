"""What each register holds on the town: one function a register, under the register's key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tongban.kernel.identity import codes
from tongban.simulator.families import City, Home, Human, Seat, Town
from tongban.simulator.firms import Firm, Shop
from tongban.simulator.names import Names, Numbers, day_between

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


def social_insurance(world: World) -> Iterator[Values]:
    firms = world.firm_of()
    for one in _adults(world, 20, 120):
        age, firm = one.age(world.on), firms.get(one.employer)
        leaves = retires_on(one)
        retired = leaves <= world.on and not one.is_spared
        months = max(0, min(age - 22, 38) * 12 - world.die.randrange(0, 60))
        status = "retired" if retired else "active" if firm or months % 5 else "paused"
        row = {
            "person_number": one.number,
            "name": one.name,
            "insurance_status": status,
            "first_insured_on": _first_day(one.born, 22, world.on).isoformat(),
            "pension_months": months,
            "retire_on": leaves.isoformat(),
            "retirement_kind": "normal",
            "contribution_base": world.die.randrange(4200, 16800, 100),
            "card_no": f"QH{world.numbers.next('card'):08}",
            "card_bank": world.die.choice(["b1", "b2", "b3"]),
            "bank_account": codes.fictional_bank_card(world.numbers.next("bank")),
        }
        if firm and not retired:
            row |= {"employer_name": firm.name, "employer_uscc": firm.uscc}
        yield row


def medical_insurance(world: World) -> Iterator[Values]:
    firms = world.firm_of()
    for one in world.town.people:
        firm = firms.get(one.employer)
        age = one.age(world.on)
        row = {
            "person_number": one.number,
            "name": one.name,
            "medical_scheme": "employee" if firm else "resident",
            "medical_status": "active",
            "medical_months": world.die.randrange(12, max(13, min(age, 30) * 12 + 13)),
            "medical_area": world.city.name,
            "medical_account_balance": world.die.randrange(200, 9000) if firm else 0,
            "maternity_insured": yes(firm is not None),
        }
        if firm:
            row["employer_name"] = firm.name
        yield row


def housing_fund(world: World) -> Iterator[Values]:
    for firm in world.firms:
        for one in firm.staff:
            if world.die.random() < 0.35 and not one.is_spared:
                continue
            yield {
                "person_number": one.number,
                "fund_account": f"GJ{world.numbers.next('fund'):09}",
                "fund_balance": world.die.randrange(800, 160_000),
                "fund_status": "正常",
                "fund_deposit": world.die.randrange(400, 3600, 20),
                "employer_name": firm.name,
            }


def employment(world: World) -> Iterator[Values]:
    for one in _adults(world, 18, 59):
        age = one.age(world.on)
        drawn = world.die.choices(["flexible", "unemployed", "none"], [40, 15, 45])[0]
        status = "employed" if one.employer else "none" if one.is_spared else drawn
        row: Values = {
            "person_number": one.number,
            "employment_status": status,
            "registered_on": _first_day(one.born, min(22, age), world.on).isoformat(),
        }
        if status == "unemployed":
            since = world.on - timedelta(days=world.die.randint(20, 400))
            row |= {
                "unemployed_since": since.isoformat(),
                "unemployment_months": world.die.randrange(12, 120),
            }
        yield row


def education(world: World) -> Iterator[Values]:
    for one in world.town.people:
        age = one.age(world.on)
        if age < 6 or age > 45:
            continue
        enrolled = age < 18
        level = (
            "80" if age < 12 else "70" if age < 15 else "60" if age < 18
            else world.die.choices(["10", "20", "30", "40", "60"], [6, 30, 30, 16, 18])[0]
        )  # fmt: skip
        row: Values = {
            "person_number": one.number,
            "school": _school(one, level),
            "education_level": level,
            "student_status": "enrolled" if enrolled else "graduated",
        }
        if not enrolled:
            years = {"10": 25, "20": 22, "30": 21}.get(level, 18)
            row["graduated_on"] = f"{min(one.born.year + years, world.on.year - 1)}-06-30"
        yield row


def _school(one: Human, level: str) -> str:
    kind = {"80": "小学", "70": "初级中学", "60": "高级中学", "40": "职业学校"}.get(level)
    return (
        f"{one.home.division_name}第{int(one.home.number[-1]) + 1}{kind}"
        if kind
        else "青原大学（虚构）"
    )


def driving_licences(world: World) -> Iterator[Values]:
    for one in _adults(world, 19, 75):
        if world.die.random() < 0.48 or one.story == "deceased":
            first = _first_day(one.born, 19, world.on)
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
    for one in _adults(world, 24, 65):
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
    for one in _adults(world, 16, 70):
        if not one.is_local:
            since = day_between(world.die, date(2016, 1, 1), world.on - timedelta(days=200))
            yield {
                "person_number": one.number,
                "residence_address": one.home.address,
                "residence_since": since.isoformat(),
                "residence_permit_no": f"JZ{world.numbers.next('permit'):09}",
                "valid_until": (world.on + timedelta(days=world.die.randint(20, 360))).isoformat(),
            }


def disabilities(world: World) -> Iterator[Values]:
    for one in world.town.people:
        if world.die.random() < 0.022 and not one.is_spared:
            kind, grade = world.die.choice("1234567"), world.die.choice("1234")
            yield {
                "person_number": one.number,
                "name": one.name,
                "disability_no": f"{one.number}{kind}{grade}",
                "disability_category": kind,
                "disability_grade": grade,
                "valid_until": f"{world.on.year + world.die.randint(1, 9)}-12-31",
            }


def minimum_living(world: World) -> Iterator[Values]:
    for home in world.town.homes:
        is_poor = bool(home.members) and home.head.story == "disabled"
        if is_poor or (world.die.random() < 0.02 and home.members and not home.head.is_spared):
            yield {
                "person_number": home.head.number,
                "minimum_living_status": "active",
                "minimum_living_since": f"{world.on.year - world.die.randint(0, 5)}-01-01",
                "household_members": len(home.members),
                "household_income": world.die.randrange(400, 1900),
            }


def hardship(world: World) -> Iterator[Values]:
    for one in world.town.people:
        if one.story == "disabled":
            yield {
                "person_number": one.number,
                "hardship_status": "none",
                "orphan": "no",
                "injury_care": "no",
            }
        elif world.die.random() < 0.004 and not one.is_spared:
            yield {
                "person_number": one.number,
                "hardship_status": "active" if one.age(world.on) > 60 else "none",
                "orphan": yes(one.age(world.on) < 18 and one.mother is one.father is None),
                "injury_care": yes(20 < one.age(world.on) < 60),
            }


def deaths(world: World) -> Iterator[Values]:
    for one in _dead(world):
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
    for one in _dead(world):
        assert one.died_on is not None
        yield {
            "person_number": one.number,
            "name": one.name,
            "cremation_kind": "cremation",
            "cremation_date": (one.died_on + timedelta(days=2)).isoformat(),
            "cremation_certificate_no": f"HH{world.on.year}{world.numbers.next('cremation'):06}",
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


RAISED_SINCE = date(2025, 1, 1)
"""全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定."""


def retires_on(one: Human) -> date:
    """When someone may retire at the statutory age.

    Men at 60 and women of the cadre grade at 55, a month later for each four months begun since
    2025, by 36 months at most. Women workers at 50 are not drawn.
    """
    age = 60 if one.sex == "1" else 55
    year, month = one.born.year + age, one.born.month
    since = (year - RAISED_SINCE.year) * 12 + month - RAISED_SINCE.month
    later = min(36, since // 4 + 1) if since >= 0 else 0
    year, month = divmod(year * 12 + month - 1 + later, 12)
    return date(year, month + 1, min(one.born.day, 28))


def _owned(world: World) -> list[Home]:
    return [home for home in world.town.homes if home.owns and home.members]


def _dead(world: World) -> list[Human]:
    return [one for one in world.town.people if one.died_on]


def _adults(world: World, youngest: int, oldest: int) -> list[Human]:
    return [one for one in world.town.people if youngest <= one.age(world.on) <= oldest]


def _first_day(born: date, age: int, on: date) -> date:
    """The month after some birthday, when things of that age begin; never ahead of today."""
    return min(date(born.year + age, born.month, 1), on - timedelta(days=1))


REGISTERS: dict[str, Callable[[World], Iterator[Values]]] = {
    make.__name__: make
    for make in (
        population, households, marriages, births, vaccinations, accounts, social_insurance,
        medical_insurance, housing_fund, employment, education, driving_licences, vehicles,
        residence_permits, disabilities, minimum_living, hardship, deaths, cremations,
        health_certificates, entities, tax, credit, premises, addresses, utilities,
        reservations, deals, projects,
    )
}  # fmt: skip
"""Register key -> what it holds. Order matters: each draw moves the die."""
