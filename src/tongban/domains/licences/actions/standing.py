"""Suspend, resume, revoke and strike off: every verifier is told from that moment on."""

from datetime import date
from typing import Any

from django.db import transaction

from tongban.domains.licences import queries, rules
from tongban.domains.licences.actions.issuing import claim
from tongban.domains.licences.models import Licence
from tongban.domains.licences.rules import Act
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def suspend(
    *,
    identifier: str,
    reasons: str,
    law: str,
    by: Actor,
    case_no: str = "",
    until: date | None = None,
) -> Licence:
    """Suspend a licence (暂扣): it does not hold until it is resumed.

    `until` is the last day that was ordered; it is told to readers, and ends nothing by itself.
    """
    found = _act(Act.SUSPEND, identifier, reasons, law, by=by, case_no=case_no, until=until)
    ledger.record("licence.suspended", found, by=by, **_facts(found, case_no))
    return found


@transaction.atomic
def resume(*, identifier: str, reasons: str, law: str, by: Actor, case_no: str = "") -> Licence:
    """Let a suspended licence hold again (恢复)."""
    found = _act(Act.RESUME, identifier, reasons, law, by=by, case_no=case_no)
    ledger.record("licence.resumed", found, by=by, **_facts(found, case_no))
    return found


@transaction.atomic
def revoke(*, identifier: str, reasons: str, law: str, by: Actor, case_no: str = "") -> Licence:
    """Revoke a licence (吊销、撤销、撤回): it cannot be undone."""
    found = _act(Act.REVOKE, identifier, reasons, law, by=by, case_no=case_no)
    ledger.record("licence.revoked", found, by=by, **_facts(found, case_no))
    return found


@transaction.atomic
def cancel(*, identifier: str, reasons: str, law: str, by: Actor, case_no: str = "") -> Licence:
    """Strike a licence off (注销): what it allowed has ended, by law or by its holder's wish."""
    found = _act(Act.CANCEL, identifier, reasons, law, by=by, case_no=case_no)
    ledger.record("licence.cancelled", found, by=by, **_facts(found, case_no))
    return found


def _facts(found: Licence, case_no: str) -> dict[str, Any]:
    return {"type": found.type, "identifier": found.identifier, "case": case_no}


def _act(
    act: Act,
    identifier: str,
    reasons: str,
    law: str,
    *,
    by: Actor,
    case_no: str,
    until: date | None = None,
) -> Licence:
    """All four alike. With `case_no` it is that case's decision; without, the post is asked."""
    found = queries.to_act_on(identifier, by=by, case_no=case_no)
    reasons, law = rules.check_reasons(reasons, law)
    rules.check_act(act, found.status, valid_to=found.valid_to, today=clock.today())
    claim(found, act, reasons=reasons, law=law, by=by, case_no=case_no, until=until)
    return found
