"""A filing that was declined goes on to the agency in charge, without being typed again (row 7)."""

import secrets

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import places, steps
from tongban.domains.cases.models import Draft
from tongban.domains.cases.rules import needs, state
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def pass_on(*, case_no: str, by: Actor) -> Draft:
    """Make a draft of a declined filing for the same item at the agency that was named.

    It holds all that was filed and the agency in charge asks for; what else it asks for is left to
    type. Asked twice, it answers with the same draft.
    """
    case = queries.locked(queries.own(case_no, by=by).matter_id)
    right = queries.right_item(case)
    if case.state != state.State.DECLINED or right is None:
        raise needs.NowhereToPassOn()
    steps.check_scope(by, "", [right])
    already = Draft.objects.filter(passed_from=case.pk, expires_at__gte=clock.now()).first()
    if already:
        return already
    version, item = services.offered_item(right)
    form = queries.forms([item])
    before = Draft.objects.filter(application=case.application_id).first()
    values = eforms.load(queries.values_of(case))
    wanted = {question["id"] for question in item.body.get("situation", ())}
    now = clock.now()
    draft = Draft.objects.create(
        key=secrets.token_urlsafe(16),
        person=case.person,
        made_by=by.key,
        entity=case.entity,
        item=version.id,
        answers={k: v for k, v in case.application.answers.items() if k in wanted},
        values=queries.sealed(
            eforms.dump({key: value for key, value in values.items() if key in form.by_key})
        ),
        materials={
            row.key: {"way": row.way, "file": row.file, "name": row.name}
            for row in queries.materials(case)
            if row.way in {"upload", "promise", "tolerance"}
        },
        chosen=before.chosen if before else {},
        found=before.found if before else [],
        subjects=before.subjects if before else "",
        filled_at=now,
        delivery=case.application.delivery,
        deliver_to=case.application.deliver_to,
        channel=by.channel,
        began_at=now,
        saved_at=now,
        expires_at=now + state.DRAFT_LIFE,
        passed_from=case.pk,
    )
    # The agency in charge was named by the one that declined: where it is handled is no question.
    draft = places.stay_here(key=draft.key, by=by)
    ledger.record(
        "draft.begun", draft, by=by, thing=right, filled=len(values), fields=len(form.fields)
    )
    return draft
