"""Only actions write; what an action looks like."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.source import (
    FUNCTION,
    SOURCE,
    calls,
    chain,
    name_of,
    none,
    part_of,
    place,
    role_of,
    sources,
    tree,
)

MAY_WRITE = {
    "cli/demo.py": "the demo's mark among the migrations, no table of ours",
    "doors/sign_in/session.py": "Django's session, not a table of ours",
    "simulator/benches": "a bulk of rows to measure beside, in a database that is thrown away",
    "domains/registries/queries.py": "a lookup leaves its record, or it would not be a lookup",
}
"""Where else a table may be written, and why."""

SURE = {
    "bulk_create", "bulk_update", "get_or_create", "update_or_create", "add_rows", "add_later",
    "change_row",
}  # fmt: skip
MANAGED = {"objects", "filter", "exclude", "all", "select_for_update", "get_queryset"}


def writes(call: ast.Call) -> bool:
    """Whether a call writes to a table, as far as its form tells."""
    if not isinstance(call.func, ast.Attribute):
        return False
    name, on = call.func.attr, set(chain(call.func.value))
    if name in SURE:
        return True
    if name == "create":
        return bool(on & MANAGED)
    if name == "save":
        return not call.args
    if name == "delete":
        return not call.args and not call.keywords
    return name == "update" and bool(on & MANAGED)


def test_only_actions_write() -> None:
    none(
        f"{place(path, call)}: `.{name_of(call)}(` writes to a table; write it in the part's "
        "actions and call that, or name the file in MAY_WRITE with the reason"
        for path in sources()
        if role_of(path) != "actions"
        and not path.relative_to(SOURCE).as_posix().startswith(tuple(MAY_WRITE))
        for call in calls(path)
        if writes(call)
    )


NOT_ACTIONS = {
    "cases.steps": "what the actions of a case share, run in the transaction of their caller",
    "processes.stages": "how stages open and close, in the transaction of the verbs beside it",
}
"""Modules among the actions that are no actions, and why."""

ORCHESTRATORS = {
    "investments.registering.register": "asks the platform, then keeps it in a transaction",
    "cases.drafting.choose": "keeps the choice in a transaction, or fills anew",
    "cases.drafting.fill": "asks registers, then keeps what they said in a transaction",
    "cases.ruling.consider": "asks registers, then decides in a transaction",
    "cases.parties.hand_over": "the company takes the order outside; then it is noted at once",
    "cases.parties.hear_all": "one company after the other, each answer in its own transaction",
    "cases.ruling.decide_at_once": "one look after the other, each as cases.ruling.consider",
    "cases.notices.pdf": "renders and stores a file once, then notes its name",
    "cases.notices.ofd": "renders and seals a file once; the seal keeps it",
    "seals.life.approve": "the seal service makes the key outside; then the seal is kept",
    "seals.sealing.apply": "the seal service signs outside; then the impression is kept",
    "seals.sealing.seal_pdf": "as seals.sealing.apply",
    "seals.sealing.seal_ofd": "as seals.sealing.apply",
    "licences.copies.pdf": "renders and seals a file once, then notes its name",
    "licences.copies.ofd": "renders and seals a file once, then notes its name",
    "licences.copies.annotated": "renders and seals a file once, then notes its name",
    "archives.handing.compare": "asks the archive office, then notes in transactions",
    "archives.handing.hand_over": "the office takes it between two transactions",
    "archives.packing.pack": "renders and seals first, then closes in a transaction",
    "messages.comparing.compare": "asks the gateway, then notes each in a transaction",
    "messages.sending.send": "the gateway takes it between two transactions",
    "messages.sending.send_owed": "the gateway takes them between transactions",
    "messages.codes.send_code": "issued in a transaction, sent outside; the code is never kept",
    "identity.requests.agree_by_code": "a wrong code is kept as a try before consent is written",
    "registries.guardians.act_as_parent": "asks registers, then gives the proxy in a transaction",
    "windows.confirm_by_code": "a wrong code is kept as a try before the visit is confirmed",
    "payments.paying.begin": "the order at the provider is opened between two transactions",
    "payments.paying.check": "asks the provider, then settles in a transaction",
    "payments.paying.give_up": "closes at the provider, then in a transaction",
    "payments.paying.hear": "reads the provider's message, then settles in a transaction",
    "payments.receipts.pdf": "renders and stores a file once, then notes its name",
    "payments.reconciling.reconcile": "fetches the statement, then compares in a transaction",
    "payments.refunding.carry_out": "the provider pays back between two transactions",
    "cases.relaying.prepare": "asks registers between the transactions of a draft",
    "uplinks.exchanging.run": "an exchange, then the next one asked for in a transaction",
    "uplinks.exchanging.exchange": "speaks with the platform between transactions",
    "uplinks.pushing.push": "the platform takes each batch between two transactions",
    "uplinks.receiving.receive": "fetches and acknowledges between transactions",
    "uplinks.reconciling.reconcile": "asks the platform, then compares in a transaction",
    "enterprise.matching.match": "asks registers, then keeps what differs in a transaction",
    "enterprise.disbursing.carry_out": "the treasury pays between two transactions",
    "enterprise.disbursing.compare": "fetches the statement, then compares in a transaction",
    "identity.accounts.try_password": "hashing is slow; the outcome is settled in a transaction",
    "jobs.run_next": "a job may last for hours; each report is a transaction",
    "ledger.delivering.deliver": "several share a transaction, each behind its savepoint",
    "ledger.folding.fold": "the cursor's row first; then counters and cursor in one transaction",
    "ledger.sealing.seal": "signs outside; a line goes to the file after the commit",
    "ledger.recording.record": "refuses to run outside the transaction that caused it",
}
"""Actions that are no single transaction, and why."""

NO_ACTOR = {
    "jobs.beat": "a worker's loop has turned; nobody decided anything",
    "ledger.delivering.deliver": "each reaction acts as its own part",
    "ledger.recording.subject_of": "a name, nothing is written",
}
"""Public functions among the actions that decide nothing, hence need nobody who acts."""

BY_POSITION = {"ledger.recording.record": "read at each call as a sentence: what happened to what"}
"""Actions that take their first words by position."""


@cache
def exported(part: Path) -> frozenset[str]:
    """What a package of actions gives out, where its `__init__` says so in `__all__`."""
    init = part / "actions" / "__init__.py"
    for node in tree(init).body if init.exists() else ():
        if isinstance(node, ast.Assign) and list(chain(node.targets[0])) == ["__all__"]:
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def actions() -> Iterator[tuple[str, Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every public function among the actions: `cases.filing.submit`."""
    for path in sources():
        part = part_of(path)
        if part is None or role_of(path) != "actions":
            continue
        module = ".".join((part.name, *path.relative_to(part).with_suffix("").parts[1:]))
        if module in NOT_ACTIONS:
            continue
        for node in tree(path).body:
            if not isinstance(node, FUNCTION) or node.name.startswith("_"):
                continue
            if not exported(part) or node.name in exported(part):
                yield f"{module}.{node.name}", path, node


def is_atomic(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("atomic" in set(chain(decorator)) for decorator in function.decorator_list)


def test_an_action_is_called_by_keyword_and_says_who_acts() -> None:
    faults = []
    for name, path, function in actions():
        if name in NO_ACTOR:
            continue
        given = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if given and name not in BY_POSITION:
            faults.append(
                f"{place(path, function)}: {name} takes {', '.join(given)} by position; write `*,` "
                "before its parameters"
            )
        if "by" not in {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}:
            faults.append(f"{place(path, function)}: {name} acts for nobody; write `by: Actor`")
    none(faults)


def test_an_action_is_one_transaction() -> None:
    none(
        f"{place(path, function)}: {name} is no transaction; write `@transaction.atomic`, or name "
        "it in ORCHESTRATORS with the reason"
        for name, path, function in actions()
        if name not in ORCHESTRATORS and name not in NO_ACTOR and not is_atomic(function)
    )


def test_what_is_allowed_by_name_still_exists() -> None:
    names = {name for name, _, _ in actions()}
    modules = {
        ".".join((part.name, *path.relative_to(part).with_suffix("").parts[1:]))
        for path in sources()
        if (part := part_of(path)) and role_of(path) == "actions"
    }
    gone = {*ORCHESTRATORS, *NO_ACTOR, *BY_POSITION} - names
    gone |= set(NOT_ACTIONS) - modules
    gone |= {start for start in MAY_WRITE if not (SOURCE / start).exists()}
    none(f"tests/house: {name} is allowed here but gone; take it out" for name in gone)
