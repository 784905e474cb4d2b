"""What tests of cases begin with: a filing, and those who act on it."""

from collections.abc import Mapping
from random import Random

from tongban.domains.cases.models import Application, Case
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem
from tongban.simulator import citizens, desk

FIRM = "92990102MAQH008860"


def citizen(login: str, entity: str = "") -> Actor:
    account = identity.account(login)
    assert account is not None
    return identity.actor_for(account=account, entity=entity)


def mother() -> Actor:
    return citizen("lixiaoyun")


def restaurateur() -> Actor:
    return citizen("zhoumei", FIRM)


def draft_of(
    by: Actor, *, thing: str = "", item: str = "", answers: Mapping[str, str] | None = None
) -> str:
    """A draft that only waits for its signature."""
    key = citizens.open_draft(by=by, thing=thing, item=item, answers=answers).key
    citizens.complete(key=key, by=by)
    return key


def birth() -> Application:
    return citizens.submit(key=draft_of(mother(), thing="birth"), by=mother())


def restaurant(**answers: str) -> Application:
    by = restaurateur()
    return citizens.submit(key=draft_of(by, thing="restaurant", answers=answers), by=by)


def food_licence(**answers: str) -> Case:
    """One case before one agency, which no rule has looked at."""
    by = restaurateur()
    key = draft_of(by, item="food-licence", answers=answers)
    return citizens.submit(key=key, by=by).cases.get()


def item_of(case: Case) -> WorkItem:
    """What the case's agency owes now."""
    return WorkItem.objects.select_related("matter").get(
        matter=case.matter_id, status__in=flow.OWED, mode=flow.Mode.SERIAL
    )


def official(item: WorkItem, nth: int = 0) -> Actor:
    return desk.officials(item)[nth]


def settle() -> None:
    """Let everything that follows by itself follow."""
    while ledger.deliver():
        pass


def next_day(days: int = 1) -> None:
    """Days pass, and the worker with them."""
    for _ in range(days):
        clock.move(days=1)
        while deadlines.sweep(by=part("sweep")):
            pass
        settle()


def work_all(application: Application) -> list[str]:
    """Officials do what lies before them, until nothing does."""
    done: list[str] = []
    settle()
    while items := list(
        WorkItem.objects.filter(matter__parent=application.matter, status__in=flow.OWED)
        .exclude(matter__state=flow.State.PAUSED)
        .exclude(mode=flow.Mode.URGE)
        .select_related("matter")
        .order_by("id")
    ):
        done += [desk.work(item, die=Random(1)) for item in items]
        settle()
    return done
