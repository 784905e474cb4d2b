"""A city in which every page of citizens has something to show."""

from collections.abc import Callable
from datetime import date

from django.urls import reverse

from tests import given
from tests.office.people import acting
from tongban.connectors import payments as connector
from tongban.domains.appointments import actions as appointments
from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import acceptance, drafting, ruling
from tongban.domains.cases.models import Case
from tongban.domains.cases.queries import pages
from tongban.domains.licences import queries as licences
from tongban.domains.messages import actions as messages
from tongban.domains.messages import queries as told
from tongban.domains.payments import actions as payments
from tongban.domains.payments import queries as bills
from tongban.domains.payments.rules import Asked
from tongban.domains.reviews import queries as reviews
from tongban.domains.services import queries as services
from tongban.domains.windows import actions as windows
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.identity import actions, queries
from tongban.simulator import citizens

Pages = dict[str, tuple[str, str | Callable[[], str]]]
"""Name of a route -> who opens it (empty: nobody), and where; asked late where it soon ends."""

MOTHER, OWNER, TWINS, GRANDMOTHER = "lixiaoyun", "zhoumei", "heruolan", "wangxiulan"


def city_of_elders() -> Pages:
    """Bring everything about that a page may show; answers where each page is."""
    return {
        **_open_pages(),
        **_drafts(),
        **_results(),
        **_by_rule(),
        **_asked_for(),
        **_paid(),
        **_hall(),
        **_window(),
    }


def _open_pages() -> Pages:
    grandmother = given.citizen(GRANDMOTHER).person or 0
    actions.ask_for_proxy(
        principal=grandmother, scope=["elder-card"], to_on=date(2027, 8, 31), by=given.mother()
    )
    held = queries.proxies_given_by(grandmother)[0].pk
    asked = queries.requests_to(grandmother)[0].pk
    link = actions.issue_link(account=_account(MOTHER), by=part("accounts"))
    found: Pages = {
        name: ("", reverse(name))
        for name in (
            "home", "about", "accessibility", "privacy", "sign-in", "things", "items",
            "publicity", "site-map", "verify", "reviews:results",
        )
    }  # fmt: skip
    kind, key = "power_list", services.four_lists("power_list")[0][0].key
    return found | {
        "sign-in-link": ("", reverse("sign-in-link", args=[link])),
        "search": ("", reverse("search") + "?q=生孩子"),
        "thing": ("", reverse("thing", args=["birth"])),
        "thing-checklist": ("", reverse("thing-checklist", args=["birth"])),
        "item": ("", reverse("item", args=["elder-allowance"])),
        "item-notice": ("", reverse("item-notice", args=["elder-allowance"])),
        "lists": ("", reverse("lists", args=[kind])),
        "four-list": ("", reverse("four-list", args=[kind, key])),
        "password": (MOTHER, reverse("password")),
        "acting": (MOTHER, reverse("acting")),
        "proxies": (GRANDMOTHER, reverse("proxies")),
        "proxy-ask": (MOTHER, reverse("proxy-ask")),
        "proxy-code": (MOTHER, reverse("proxy-code", args=[asked]) + "?sent=1"),
        "proxy-done": (GRANDMOTHER, reverse("proxy-done", args=[held])),
        "credit": (MOTHER, reverse("credit")),
        "messages:preferences": (MOTHER, reverse("messages:preferences")),
    }


def _account(login: str) -> int:
    found = queries.account(login)
    assert found is not None
    return found.pk


def _drafts() -> Pages:
    """A draft at every step, by somebody whose children are two."""
    by = given.citizen(TWINS)
    key = citizens.open_draft(by=by, thing="birth").key
    asked = drafting.begin(by=by, thing="birth")
    ready = given.draft_of(by, thing="birth")
    view = cases.view(cases.draft(key, by=by))
    first = next(iter(view.questions_for(view.draft.answers))).id
    correct = next(iter(v for v in view.values if view.values[v].source == "prefill"))
    return {
        "start": (TWINS, reverse("start", args=["thing", "birth"])),
        "draft": (TWINS, reverse("draft", args=[key])),
        "draft-questions": (TWINS, reverse("draft-questions", args=[asked.key])),
        "draft-question": (TWINS, reverse("draft-question", args=[key, first])),
        "draft-who": (TWINS, reverse("draft-who", args=[key])),
        "draft-where": (TWINS, reverse("draft-where", args=[key])),
        "draft-facts": (TWINS, reverse("draft-facts", args=[key])),
        "draft-correct": (TWINS, reverse("draft-correct", args=[key]) + f"?field={correct}"),
        "draft-materials": (TWINS, reverse("draft-materials", args=[key])),
        "draft-sign": (TWINS, reverse("draft-sign", args=[ready])),
        "draft-discard": (TWINS, reverse("draft-discard", args=[key])),
    }


def _results() -> Pages:
    """The whole way of a birth: licences, messages, an invitation to say how it went."""
    application = given.birth()
    case = application.cases.order_by("id")[0]
    by = given.mother()
    messages.ask(case_no=case.case_no, words="什么时候能办好？", by=by)
    given.work_all(application)
    licence = licences.mine(by=by)[0].identifier
    held = licences.own(licence, by=by)
    encounter = reviews.invitations(by=by).filter(review__isnull=True)[0].encounter
    message = told.inbox(by=by)[0].pk
    lanes = pages.progress(cases.application(application.number, by=by)).lanes
    decided = next(lane.case for lane in lanes if "reconsider" in lane.asks)
    return {
        "my": (MOTHER, reverse("my")),
        "progress": (MOTHER, reverse("progress", args=[application.number])),
        "ask": (MOTHER, _of("ask", decided, "reconsider")),
        "licences": (MOTHER, reverse("licences")),
        "licence": (MOTHER, reverse("licence", args=[licence])),
        "licence-show": (MOTHER, reverse("licence-show", args=[licence])),
        "licence-copy": (MOTHER, reverse("licence-copy", args=[licence])),
        "licence-report": (MOTHER, reverse("licence-report", args=[licence])),
        "verified": ("", reverse("verified", args=[licence])),
        "shown": (
            "",
            lambda: reverse("shown", args=[licences.showing_token(held, pointers=[])]),
        ),
        "reviews:mine": (MOTHER, reverse("reviews:mine")),
        "reviews:file": (MOTHER, reverse("reviews:file", args=[encounter]) + "?level=1"),
        "messages:inbox": (MOTHER, reverse("messages:inbox")),
        "messages:message": (MOTHER, reverse("messages:message", args=[message])),
        "messages:thread": (MOTHER, reverse("messages:thread", args=[case.case_no])),
    }


def _by_rule() -> Pages:
    """What a rule decided at once, and how."""
    by = given.citizen(GRANDMOTHER)
    key = given.draft_of(by, item="elder-card")
    found = citizens.submit(key=key, by=by)
    given.settle()
    ruling.decide_at_once(application=found, by=ruling.SELF)
    return {"why": (GRANDMOTHER, _of("why", found.cases.get()))}


def _hall() -> Pages:
    """An appointment today, one still to come, and a number in the queue."""
    by, item = given.mother(), "social-insurance-registration"
    today = appointments.book(item=item, starts=clock.moment("2026-09-07 10:00"), by=by)
    later = appointments.book(
        item="medical-insurance-registration", starts=clock.moment("2026-09-08 10:00"), by=by
    )
    number = appointments.check_in(hall=today.hall, code=today.code, by=by).token
    return {
        "hall": ("", reverse("hall", args=[today.hall])),
        "hall-check-in": ("", reverse("hall-check-in", args=[today.hall]) + f"?code={later.code}"),
        "ticket": ("", reverse("ticket", args=[number])),
        "appointment": (MOTHER, reverse("appointment", args=[later.code])),
        "appointment-move": (MOTHER, reverse("appointment-move", args=[later.code])),
    }


def _asked_for() -> Pages:
    """A supplement that is asked for, and a paper that may come later."""
    by = given.restaurateur()
    later = _tolerated(by)
    key = given.draft_of(by, item="signboard-permit")
    asked = citizens.submit(key=key, by=by).cases.get()
    item = given.item_of(asked)
    plan = {"kind": "material", "key": "plan", "name": "平面图", "needed": "请补交盖章的平面图"}
    acceptance.ask_supplement(item=item.pk, defects=[plan], by=given.official(item))
    return {
        "supplement": (OWNER, _of("supplement", asked)),
        "withdraw": (OWNER, _of("withdraw", asked)),
        "supply": (OWNER, _of("supply", later)),
    }


def _tolerated(by: Actor) -> Case:
    key = citizens.open_draft(by=by, item="food-licence").key
    drafting.tolerate(key=key, material="kitchen_layout", by=by)
    citizens.complete(key=key, by=by)
    case = citizens.submit(key=key, by=by).cases.get()
    item = given.item_of(case)
    acceptance.accept_tolerant(item=item.pk, materials=["kitchen_layout"], by=given.official(item))
    return case


def _of(route: str, case: Case, *more: str) -> str:
    return reverse(route, args=[case.application.number, case.case_no, *more])


def _paid() -> Pages:
    """One bill to pay, and one that is paid."""
    by = given.mother()
    assert by.person is not None
    version, _ = services.item("id-card-renewal")
    one, two = (
        payments.charge(
            case_no=f"CS2026000000{n}",
            item=version.id,
            organ=queries.organs()[0].uscc,
            payer_person=by.person,
            lines=[Asked("id-card-renewal", quantity=n)],
            by=part("cases"),
        )
        for n in (1, 2)
    )
    provider = connector.simulated()
    assert provider is not None
    assert provider.pay(payments.begin(bill=one.number, by=by).order_no)
    for told_by_bank in provider.callbacks():
        payments.hear(body=told_by_bank.body, signature=told_by_bank.signature)
    one.refresh_from_db()
    order = payments.begin(bill=two.number, by=by).order_no
    return {
        "payments:mine": (MOTHER, reverse("payments:mine")),
        "payments:bill": (MOTHER, reverse("payments:bill", args=[two.number])),
        "payments:cashier": (MOTHER, reverse("payments:cashier", args=[order])),
        "payments:verify": (
            "",
            reverse("payments:verify", args=[one.number]) + f"?code={bills.check_code(one)}",
        ),
    }


def _window() -> Pages:
    """What stands on the visitor's own screen at a window."""
    clerk = acting("lin")
    mother = queries.person(given.mother().person or 0)
    visit = windows.begin(name=mother.name, number=queries.number_in_clear(mother), by=clerk)
    return {"screen": ("", reverse("screen", args=[visit.token]))}
