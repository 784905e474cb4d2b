"""What each register holds on the town: one function a register, under the register's key."""

from collections.abc import Callable, Iterator

from tongban.simulator.facts.business import credit, entities, projects, reservations, tax
from tongban.simulator.facts.homes import (
    accounts,
    births,
    cremations,
    deaths,
    households,
    marriages,
    population,
    vaccinations,
)
from tongban.simulator.facts.livelihoods import (
    disabilities,
    education,
    employment,
    hardship,
    housing_fund,
    medical_insurance,
    minimum_living,
    social_insurance,
)
from tongban.simulator.facts.permits import (
    driving_licences,
    health_certificates,
    residence_permits,
    vehicles,
)
from tongban.simulator.facts.places import addresses, deals, premises, utilities
from tongban.simulator.facts.world import Values, World

__all__ = ["REGISTERS", "Values", "World"]

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
