"""Work, school, insurance, and what the needy receive."""

from collections.abc import Iterator
from datetime import date, timedelta

from tongban.kernel.identity import codes
from tongban.simulator.facts.world import Values, World, adults, first_day, yes
from tongban.simulator.families import Human


def social_insurance(world: World) -> Iterator[Values]:
    firms = world.firm_of()
    for one in adults(world, 20, 120):
        age, firm = one.age(world.on), firms.get(one.employer)
        leaves = retires_on(one)
        retired = leaves <= world.on and not one.is_spared
        months = max(0, min(age - 22, 38) * 12 - world.die.randrange(0, 60))
        status = "retired" if retired else "active" if firm or months % 5 else "paused"
        row = {
            "person_number": one.number,
            "name": one.name,
            "insurance_status": status,
            "first_insured_on": first_day(one.born, 22, world.on).isoformat(),
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
    for one in adults(world, 18, 59):
        age = one.age(world.on)
        drawn = world.die.choices(["flexible", "unemployed", "none"], [40, 15, 45])[0]
        status = "employed" if one.employer else "none" if one.is_spared else drawn
        row: Values = {
            "person_number": one.number,
            "employment_status": status,
            "registered_on": first_day(one.born, min(22, age), world.on).isoformat(),
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
