"""Parents act for their children (法定监护): the birth register proves it, no consent is asked."""

from datetime import timedelta
from functools import partial

from django.db import transaction

from tongban.domains.registries import queries, rules
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.errors import NotPermitted
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import queries as people
from tongban.kernel.identity import rules as law
from tongban.kernel.identity.queries import Proxy

PURPOSE = "核验法定监护关系"
BASIS = "《中华人民共和国民法典》第二十七条：父母是未成年子女的监护人"
BIRTHS, POPULATION = "births", "population"
SELF = part("registries")


def act_as_parent(*, name: str, number: str, by: Actor) -> Proxy:
    """Let a parent act for a child under eighteen, until the day before that birthday.

    Registers are asked first, outside any transaction. Refuses whoever the birth register does not
    name as a parent, with one sentence for every reason, and a child who is of age.
    """
    if by.kind != "person" or by.person is None or by.on_behalf or by.proxy is not None:
        raise NotPermitted(grant="window.serve")
    parent = people.person(by.person)
    ask = partial(
        queries.lookup,
        by=by,
        purpose=PURPOSE,
        basis=BASIS,
        initiator=by.key,
        case_no=f"guardian:{by.person}",
    )
    who = ask(register=POPULATION, subject=number, fields=["name", "birth_date"])
    own = people.number_in_clear(parent)
    born = ask(
        register=BIRTHS,
        subject=own,
        fields=["name", "birth_date", "mother_number", "father_number"],
    )
    child = rules.check_parent(
        name=name, child=who.values if who.found else {}, births=born.rows, parent=own
    )
    last = law.majority_on(child.born_on) - timedelta(days=1)
    if last < clock.today():
        raise law.OfAge(on=law.majority_on(child.born_on))
    with transaction.atomic():
        principal = identity.enrol_person(
            person=identity.NewPerson(name=child.name, number=number), by=SELF
        )
        held = people.proxies_in_force().filter(
            principal_person=principal, agent=parent, basis="guardian"
        )
        return held.first() or identity.keep_proxy(
            principal=principal.pk,
            agent=parent.pk,
            scope=[law.EVERYTHING],
            basis="guardian",
            to_on=last,
            evidence=f"Named as a parent in the birth register; query {born.query_id}.",
            by=by,
        )
