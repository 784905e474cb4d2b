"""What keeps a policy from being published: it could not be judged, granted or paid."""

from collections.abc import Mapping
from typing import Any

from tongban.domains.enterprise.rules.policies import (
    OPERATOR,
    TODAY,
    Condition,
    Policy,
    names_of,
    policy,
)
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.decisions import engine
from tongban.kernel.errors import N_, Fault


def check_policy(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a policy from being judged, granted or paid."""
    needed = ("key", "name", "organ", "law", "starts", "ends", "funds", "amount", "condition")
    faults = [Fault(name, N_("This is missing."), N_("Write it.")) for name in needed
              if not body.get(name)]  # fmt: skip
    if faults:
        return faults
    found = policy(body)
    faults += _check_frame(found, known)
    owner: dict[str, str] = {}
    for number, one in enumerate(found.conditions):
        faults += _check_condition(one, f"condition[{number}]", known, owner)
    if len({one.id for one in found.conditions}) < len(found.conditions):
        faults.append(Fault("condition", N_("Two conditions have the same id."), N_("Rename one.")))
    for register, element in found.reads:
        faults += _check_read(register, element, "reads", known, owner)
    faults += _check_feel(found.amount, {*owner, TODAY}, "amount")
    if found.is_apply_free and any(not one.test for one in found.conditions):
        faults.append(
            Fault(
                "apply_free",
                N_(
                    "A condition that only evidence shows cannot be granted without an application."
                ),
                N_("Give every condition a test, or take apply_free out."),
            )
        )
    return faults


def _check_frame(found: Policy, known: Known) -> list[Fault]:
    faults = []
    if found.ends < found.starts:
        faults.append(Fault("ends", N_("It ends before it starts."), N_("Correct the days.")))
    if found.funds <= 0 or found.nearly < 0 or found.confirm_days < 1:
        faults.append(
            Fault("funds", N_("Funds and days are whole and above nought."), N_("Correct them."))
        )
    if known.answers_for("organ") and not known.has("organ", found.organ):
        faults.append(Fault("organ", N_("There is no such organ."), N_("Use an organ's key.")))
    if found.item:
        faults += _check_item(found, known)
    return faults


def _check_item(found: Policy, known: Known) -> list[Fault]:
    """What is applied for is worked out from the form: the form must hold what the amount reads."""
    body = known.get("service_item", found.item)
    if body is None:
        return [Fault("item", N_("There is no such item."), N_("Publish it first."))]
    if found.is_apply_free:
        return [
            Fault(
                "item",
                N_("What needs no application has no item."),
                N_("Take apply_free out, or the item."),
            )
        ]
    asked = {row.get("element") for row in body.get("field", ()) if row.get("role") == OPERATOR}
    used = engine.names_in(found.amount, {element for _, element in found.reads} | {TODAY})
    if missing := sorted(used - asked - {TODAY}):
        return [
            Fault(
                "amount",
                N_("The item's form does not hold {names}, by which the sum is worked out."),
                N_("Add the fields to the item, or write another amount."),
                {"names": ", ".join(missing)},
            )
        ]
    return []


def _check_condition(
    one: Condition, where: str, known: Known, owner: dict[str, str]
) -> list[Fault]:
    faults = []
    if not (one.test or one.evidence):
        faults.append(
            Fault(where, N_("Nothing shows this condition."), N_("Write a test or evidence."))
        )
    for register, element in one.reads:
        faults += _check_read(register, element, f"{where}.reads", known, owner)
    if one.test:
        faults += _check_feel(one.test, set(names_of(one)), f"{where}.test")
    return faults


def _check_read(
    register: str, element: str, where: str, known: Known, owner: dict[str, str]
) -> list[Fault]:
    body = known.get("register", register)
    held = {row.get("element") for row in body.get("fields", ())} if body else set()
    if element not in held:
        return [
            Fault(
                where,
                N_("The register {register} does not hold {element}."),
                N_("Write register.element as the registers have it."),
                {"register": register, "element": element},
            )
        ]
    if owner.setdefault(element, register) != register:
        return [
            Fault(
                where,
                N_("{element} is read from two registers."),
                N_("One element has one source: choose it."),
                {"element": element},
            )
        ]
    return []


def _check_feel(text: str, names: set[str], where: str) -> list[Fault]:
    try:
        used = engine.names_in(text, names)
    except engine.DecisionModelError as error:
        return [Fault(where, N_("This is no FEEL: {why}"), "", {"why": str(error)})]
    if stray := sorted(used - names):
        return [
            Fault(
                where,
                N_("It reads {names}, which it does not declare."),
                N_("Add them to `reads`."),
                {"names": ", ".join(stray)},
            )
        ]
    return []
