"""All ten one-things, each from the first click to the result, across every floor."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.city import city as city  # a fixture
from tongban.cli.commands import story
from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application, Case, Notice
from tongban.domains.cases.rules.state import Result, State
from tongban.domains.licences import queries as licences
from tongban.domains.registries import queries as registries
from tongban.domains.registries.models import RegisterRow
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Delivery, Event
from tongban.simulator import stories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LEAST = 0.6
"""What the registers fill of the visible fields in the main situation, at least."""


@pytest.fixture(autouse=True)
def september() -> Iterator[None]:
    with clock.at("2026-09-04 08:00"):
        yield


def lived(name: str, **twist: Any) -> tuple[dict[str, Any], Application]:
    told = stories.live(name, replace(stories.PLOTS[name], **twist))
    return told, Application.objects.get(number=told["number"])


def decided(case: Case) -> Any:
    events = Event.objects.filter(matter=case.matter_id)
    return events.filter(name__in=("case.granted", "case.refused")).get()


def current(register: str, subject: str) -> dict[str, Any]:
    about = registries.register(register)
    row = RegisterRow.objects.get(
        register=register,
        status="current",
        entry_hash=registries.entry_key(about, subject, ""),
    )
    return dict(registries.values_of(row))


def value(application: Application, pointer: str) -> str:
    return str(cases.values_of(application)[pointer]["value"])


def test_the_command_knows_them_all() -> None:
    assert set(story.STORIES) == set(stories.NAMES)
    assert {plot.thing for plot in stories.PLOTS.values()} == {t.key for t in services.things()}


@pytest.mark.parametrize("name", stories.PLOTS)
def test_each_is_finished(name: str) -> None:
    told, application = lived(name)
    assert told["finished"]
    found = {case.item_key: case for case in application.cases.all()}
    assert {case.result for case in found.values()} == {Result.GRANTED}
    # Most of the form was filled from registers, and the time promised was kept.
    assert told["form"]["share"] >= LEAST
    _, thing = services.thing(stories.PLOTS[name].thing)
    assert told["days"] <= thing.promised_days
    # What one item gives, the next one takes; nothing that waits begins before.
    for edge in thing.edges:
        if {edge.of, edge.to} <= set(found):
            giver, taker = found[edge.of], found[edge.to]
            assert decided(giver).pk < decided(taker).pk
            used = taker.materials.filter(way="output", key__isnull=False)
            references = set(used.values_list("reference", flat=True))
            given = {
                row.identifier
                for row in licences.of_case(giver.case_no)
                if row.result_key == edge.output
            }
            assert not given or given & references or not used.exists(), edge
    # Savings stand with the filing: fewer of everything.
    assert application.savings == told["savings"]
    assert all(row["after"] < row["before"] for row in application.savings.values())
    # One intake, one filing, and nothing was left lying about.
    assert Application.objects.count() == 1
    assert not Delivery.objects.filter(done_at=None).exclude(error="").exists()


def test_all_agencies_ask_in_one_notice() -> None:
    told, application = lived("utilities")
    notices = Notice.objects.filter(application=application, kind="supplements")
    assert notices.count() == 1
    asked = Event.objects.filter(name="case.supplement_asked")
    assert asked.count() == 2
    assert told["finished"]


def test_a_refusal_blocks_only_what_depends_on_it() -> None:
    told, application = lived("birth", refuses=("birth-registration",))
    assert told["finished"]
    results = dict(application.cases.values_list("item_key", "result"))
    assert results == {
        "birth-certificate": Result.GRANTED,
        "vaccination-record": Result.GRANTED,
        "fertility-registration": Result.GRANTED,
        "maternity-benefit": Result.GRANTED,
        "birth-registration": Result.REFUSED,
        "medical-insurance-enrolment": Result.BLOCKED,
        "social-security-card": Result.BLOCKED,
    }


def test_a_planning_permit_refused_leaves_the_companies_alone() -> None:
    _, application = lived("utilities", supplements=(), refuses=("pipeline-planning",))
    results = dict(application.cases.values_list("item_key", "result"))
    assert results["road-excavation"] == Result.BLOCKED
    assert {results[f"{u}-connection"] for u in ("water", "power", "gas")} == {Result.GRANTED}


def test_a_new_firm_stands_in_the_register_and_its_founder_acts_for_it() -> None:
    _, application = lived("start")
    found = application.cases.get(item_key="entity-registration")
    (licence,) = licences.of_case(found.case_no)
    uscc = licences.record(licence)["fields"]["operator.uscc"]
    assert current("entities", uscc)["entity_status"] == "open"
    account = identity.account("xujianing")
    assert account is not None
    assert uscc in {one.entity for one in identity.principals_of(account)}


def test_a_closed_firm_is_closed_everywhere() -> None:
    _, application = lived("close")
    uscc = value(application, "operator.uscc")
    assert current("entities", uscc)["entity_status"] == "cancelled"
    assert identity.entity(uscc).status == "cancelled"


def test_the_home_and_its_meters_have_a_new_owner() -> None:
    _, application = lived("home")
    code = value(application, "traded_home.premises_code")
    assert current("premises", code)["owner_name"] == "陈思远"
    assert current("utilities", code)["account_holder"] == "陈思远"


def test_the_dead_rest_and_nobody_is_asked_to_rate() -> None:
    told, application = lived("passing")
    assert not any("评价" in row["what"] for row in told["timeline"])
    number = value(application, "deceased.person_number")
    assert current("population", number)["population_status"] == "dead"
    assert current("driving_licences", number)["licence_status"] == "cancelled"
    assert application.cases.filter(state=State.CLOSED).count() == 8
