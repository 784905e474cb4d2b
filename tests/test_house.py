"""The rules of the house that no linter knows. Every fault says where it is and what to write.

What is allowed in spite of a rule stands here by name with its reason; these lists are to shrink.
"""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from tongban import settings
from tongban.kernel.ui.access import access_of

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tongban"
FLOORS = ("kernel", "domains", "doors")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

# Reading the source ------------------------------------------------------------------------------


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else ""
    return f"{path.relative_to(ROOT).as_posix()}{line}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def sources() -> list[Path]:
    """Every module but tests and migrations."""
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(SOURCE).parts)
    ]


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree(path)))


@cache
def calls(path: Path) -> list[ast.Call]:
    return [node for node in nodes(path) if isinstance(node, ast.Call)]


@cache
def texts(path: Path) -> set[str]:
    return {
        node.value
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def parts() -> list[Path]:
    """The folders of the parts: every package that stands directly on a floor."""
    return [
        folder.parent
        for floor in FLOORS
        for folder in sorted((SOURCE / floor).glob("*/__init__.py"))
    ]


@cache
def part_of(path: Path) -> Path | None:
    floor, name, *below = (*path.relative_to(SOURCE).parts, "", "")
    return SOURCE / floor / name if floor in FLOORS and any(below) else None


@cache
def role_of(path: Path) -> str:
    """The fixed file a module is, or belongs to: `actions`, `queries`, `models` …"""
    part = part_of(path)
    return path.relative_to(part).parts[0].removesuffix(".py") if part else ""


def roles(part: Path) -> set[str]:
    return {role_of(path) for path in sources() if part_of(path) == part}


@cache
def card(part: Path, name: str) -> dict[str, str]:
    """A card's EVENTS or GRANTS, read without importing it."""
    for node in tree(part / "__init__.py").body:
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name and node.value is not None:
            found: dict[str, str] = ast.literal_eval(node.value)
            return found
    return {}


def constants(node: ast.expr | None) -> Iterator[str]:
    """The texts that an argument may be: a constant, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def name_of(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def chain(node: ast.AST) -> Iterator[str]:
    """The names along `Case.objects.filter(…).order_by(…)`."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        yield node.id


def none(faults: Iterable[str]) -> None:
    found = sorted(faults)
    assert not found, "\n" + "\n".join(found)


# Only actions write ------------------------------------------------------------------------------

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


# What an action looks like -----------------------------------------------------------------------

NOT_ACTIONS = {
    "cases.steps": "what the actions of a case share, run in the transaction of their caller",
    "processes.stages": "how stages open and close, in the transaction of the verbs beside it",
}
"""Modules among the actions that are no actions, and why."""

ORCHESTRATORS = {
    "investments.registering.register": "asks the platform, then keeps it in a transaction",
    "investments.registering.register": "asks the platform, then keeps it in a transaction",
    "cases.drafting.choose": "keeps the choice in a transaction, or fills anew",
    "cases.drafting.fill": "asks registers, then keeps what they said in a transaction",
    "cases.ruling.consider": "asks registers, then decides in a transaction",
    "cases.parties.hand_over": "the company takes the order outside; then it is noted at once",
    "cases.parties.hear_all": "one company after the other, each answer in its own transaction",
    "cases.ruling.decide_at_once": "one look after the other, each as cases.ruling.consider",
    "cases.notices.pdf": "renders and stores a file once, then notes its name",
    "cases.notices.ofd": "renders and seals a file once; the seal keeps it",
    "seals.approve": "the seal service makes the key outside; the seal is kept in a transaction",
    "seals.apply": "the seal service signs outside; the impression is kept in a transaction",
    "seals.seal_pdf": "as seals.apply",
    "seals.seal_ofd": "as seals.apply",
    "licences.copies.pdf": "renders and seals a file once, then notes its name",
    "licences.copies.ofd": "renders and seals a file once, then notes its name",
    "licences.copies.annotated": "renders and seals a file once, then notes its name",
    "archives.handing.compare": "asks the archive office, then notes in transactions",
    "archives.handing.hand_over": "the office takes it between two transactions",
    "archives.packing.pack": "renders and seals first, then closes in a transaction",
    "messages.sending.send": "the gateway takes it between two transactions",
    "messages.sending.send_owed": "the gateway takes them between transactions",
    "payments.paying.begin": "the order at the provider is opened between two transactions",
    "payments.paying.check": "asks the provider, then settles in a transaction",
    "payments.paying.give_up": "closes at the provider, then in a transaction",
    "payments.paying.hear": "reads the provider's message, then settles in a transaction",
    "payments.receipts.pdf": "renders and stores a file once, then notes its name",
    "payments.reconciling.reconcile": "fetches the statement, then compares in a transaction",
    "payments.refunding.carry_out": "the provider pays back between two transactions",
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
    none(f"tests/test_house.py: {name} is allowed here but gone; take it out" for name in gone)


# Cards, events, grants ---------------------------------------------------------------------------


def test_every_part_has_a_card_that_imports_nothing() -> None:
    faults = []
    for part in parts():
        path = part / "__init__.py"
        if not ast.get_docstring(tree(path)):
            faults.append(f"{place(path)}: write the card: what it is, Words, Life, Limits, Hears")
        faults += [
            f"{place(path, node)}: a card imports nothing; it is read before everything else"
            for node in nodes(path)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        if {"actions", "models"} & roles(part) and not any(
            isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "EVENTS"
            for node in tree(path).body
        ):
            faults.append(f"{place(path)}: write `EVENTS: dict[str, str] = {{…}}`, even if empty")
    none(faults)


def test_a_word_of_a_card_belongs_to_one_card() -> None:
    for name in ("EVENTS", "GRANTS"):
        seen: dict[str, Path] = {}
        for part in parts():
            for word in card(part, name):
                assert word not in seen, (
                    f"{place(part / '__init__.py')}: {word} is declared by {place(seen[word])} too"
                )
                seen[word] = part


def declared(name: str) -> set[str]:
    return {word for part in parts() for word in card(part, name)}


def recorded(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """The events that a module records: by `record("…")`, or by an act that is given its event."""
    for call in calls(path):
        if name_of(call) == "record" and call.args:
            for text in constants(call.args[0]):
                yield call, text
        for keyword in call.keywords:
            if keyword.arg == "event":
                for text in constants(keyword.value):
                    yield call, text


def test_an_event_is_declared_in_the_card_of_its_own_part() -> None:
    none(
        f"{place(path, call)}: {event!r} is not in EVENTS of {place(part / '__init__.py')}; "
        "declare it there with its meaning and its data"
        for path in sources()
        if (part := part_of(path)) is not None
        for call, event in recorded(path)
        if event not in card(part, "EVENTS")
    )


def test_an_event_that_is_declared_happens() -> None:
    faults = []
    for part in parts():
        said = {
            text
            for path in sources()
            if part_of(path) == part and path != part / "__init__.py"
            for text in texts(path)
        }
        faults += [
            f"{place(part / '__init__.py')}: nothing records {event!r}; record it or take it out"
            for event in card(part, "EVENTS")
            if event not in said
        ]
    none(faults)


def test_what_a_reaction_hears_is_declared() -> None:
    none(
        f"{place(path, call)}: no card declares {event!r}; hear one that is declared"
        for path in sources()
        for call in calls(path)
        if name_of(call) == "on" and role_of(path) == "reactions"
        for argument in call.args
        for event in constants(argument)
        if event not in declared("EVENTS")
    )


GRANT = re.compile(r"[a-z_]+\.[a-z_]+")


def demanded() -> Iterator[tuple[str, str]]:
    """(where, grant) in code and in the cities."""
    for path in sources():
        for call in calls(path):
            texts = list(call.args) if name_of(call) in {"require", "may", "demands"} else []
            texts += [k.value for k in call.keywords if k.arg in {"grant", "ground"}]
            for text in (one for argument in texts for one in constants(argument)):
                if GRANT.fullmatch(text):
                    yield place(path, call), text
    yield from demanded_by_cities()


def demanded_by_cities() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "cities").glob("*/processes/*.toml")):
        for stage in tomllib.loads(path.read_text(encoding="utf-8"))["stage"]:
            yield f"{place(path)}: stage {stage['id']}", stage["grant"]
    for path in sorted((ROOT / "cities").glob("*/organs.toml")):
        for organ in tomllib.loads(path.read_text(encoding="utf-8"))["organ"]:
            for post in (post for unit in organ.get("unit", ()) for post in unit.get("post", ())):
                for grant in post["grants"]:
                    yield f"{place(path)}: {organ['key']}, post {post['key']}", grant


def test_a_grant_is_declared_in_a_card() -> None:
    none(
        f"{where}: no card declares the grant {grant!r}; write it in GRANTS of its part, or mend it"
        for where, grant in demanded()
        if grant not in declared("GRANTS")
    )


def test_a_grant_that_is_declared_is_demanded() -> None:
    used = {grant for _, grant in demanded()}
    used |= {text for path in sources() if path.name != "__init__.py" for text in texts(path)}
    none(
        f"{place(part / '__init__.py')}: nobody demands {grant!r}; take it out"
        for part in parts()
        for grant in card(part, "GRANTS")
        if grant not in used
    )


# Tables and words --------------------------------------------------------------------------------

CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def tables() -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in sources():
        if role_of(path) != "models":
            continue
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and is_table(node):
                yield path, node


def is_table(node: ast.ClassDef) -> bool:
    bases = {word for base in node.bases for word in chain(base)}
    return bool(bases & {"Model", "AbstractBaseUser"})


@cache
def glossary() -> list[tuple[int, list[str]]]:
    """The rows of GLOSSARY.md: 中文, English, code, meaning, source, not to be confused with."""
    rows = []
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("|") and not re.match(r"\|\s*(:?-|中文)", line):
            rows.append((number, [cell.strip() for cell in line.strip("|").split("|")]))
    return rows


def test_every_table_stands_in_the_glossary_under_its_chinese_word() -> None:
    faults = []
    for path, node in tables():
        word = re.search(r"\(([\u4e00-\u9fff]+)", ast.get_docstring(node) or "")
        if word is None:
            faults.append(f"{place(path, node)}: write the Chinese word: “A case (办件): …”")
            continue
        part = part_of(path)
        assert part is not None
        code = f"`{part.name}.{node.name}`"
        row = next((cells for _, cells in glossary() if code in cells[2]), None)
        if row is None:
            faults.append(f"{place(path, node)}: GLOSSARY.md lacks {code} ({word[1]}); add its row")
        elif row[0] != word[1]:
            faults.append(
                f"{place(path, node)}: the docstring says {word[1]}, GLOSSARY.md {row[0]}; "
                "choose one"
            )
    none(faults)


def test_one_word_has_one_meaning() -> None:
    faults = []
    for column, language in ((0, "Chinese"), (1, "English")):
        seen: dict[str, int] = {}
        for number, cells in glossary():
            if len(cells) != 6:
                faults.append(f"GLOSSARY.md:{number}: a row has six columns, this has {len(cells)}")
                continue
            word = cells[column].lower()
            if word in seen:
                faults.append(
                    f"GLOSSARY.md:{number}: the {language} word {cells[column]} stands in line "
                    f"{seen[word]} too; one word, one meaning"
                )
            seen[word] = number
    none(faults)


def test_the_glossary_names_code_that_exists() -> None:
    owner: dict[str, set[str]] = {}
    for path in sources():
        part = part_of(path)
        name = part.name if part else path.stem
        owner.setdefault(name, set()).add(path.stem)
        owner[name] |= {
            node.name
            for node in nodes(path)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        }
        if role_of(path) == "rules":
            owner[name].add("rules")
    none(
        f"GLOSSARY.md:{number}: there is no `{name}.{word}`; mend it"
        for number, cells in glossary()
        for name, word in re.findall(r"`([a-z_]+)\.([A-Za-z_]+)`", cells[2])
        if word not in owner.get(name, ())
    )


def test_cards_say_the_words_of_the_glossary() -> None:
    rows: dict[str, str] = {}
    for _, cells in glossary():
        for code in re.findall("`([^`]+)`", cells[2]):
            rows.setdefault(code, cells[0])
    faults = []
    for part in parts():
        words = ast.get_docstring(tree(part / "__init__.py")) or ""
        faults += [
            f"{place(part / '__init__.py')}: the card says {english} ({chinese}), GLOSSARY.md "
            f"{rows[f'{part.name}.{english}']}; choose one"
            for english, chinese in re.findall(r"([A-Z][A-Za-z]+) \(([\u4e00-\u9fff]+)", words)
            if rows.get(f"{part.name}.{english}", chinese) != chinese
        ]
    none(faults)


# No stray things ---------------------------------------------------------------------------------

STRAY = set("utils util helpers helper common lib misc shared signals admin".split())


def test_no_stray_names() -> None:
    none(
        f"{place(path)}: a file of this name belongs to nothing; put it where its noun is"
        for path in sources()
        if {path.stem, *path.relative_to(SOURCE).parts[:-1]} & STRAY
    )


def test_no_signals_no_admin_no_generic_keys_no_save_overrides() -> None:
    banned = {
        "django.dispatch": "record an event: neighbours hear of it through the ledger",
        "django.db.models.signals": "record an event: neighbours hear of it through the ledger",
        "django.contrib.admin": "it writes past the ledger; make a page in the workbench",
        "django.contrib.contenttypes.fields": "keep a subject as text, `cases.case:12`",
    }
    faults = []
    for path in sources():
        for node in nodes(path):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            named = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                named = [node.module or "", *(f"{node.module}.{name}" for name in named)]
            faults += [
                f"{place(path, node)}: {name} is not used here; {why}"
                for name, why in banned.items()
                if any(one == name or one.startswith(f"{name}.") for one in named)
            ]
    for path, table in tables():
        faults += [
            f"{place(path, node)}: {table.name} overrides {node.name}; write an action"
            for node in table.body
            if isinstance(node, FUNCTION) and node.name in {"save", "delete", "clean", "full_clean"}
        ]
    none(faults)


def test_the_clock_is_asked() -> None:
    none(
        f"{place(path, call)}: ask tongban.kernel.clock; tests and stories hold it"
        for path in sources()
        if path not in {SOURCE / "kernel" / "clock.py", SOURCE / "client" / "licences.py"}
        for call in calls(path)
        if list(chain(call.func))[:2]
        in (["now", "timezone"], ["now", "datetime"], ["today", "date"], ["utcnow", "datetime"])
    )


MAY_READ_ENVIRONMENT = {
    "cli/": "the launcher speaks with its children by it, and runs before settings are read",
    "doors/health/metrics.py": "a variable of the metrics library, not of ours",
}
"""Where else the environment is read, and why."""


def reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and name_of(node) in {"get", "getenv"}:
        return bool({"environ", "getenv"} & set(chain(node.func)))
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return "environ" in set(chain(node.value))
    return isinstance(node, ast.Compare) and any(
        "environ" in set(chain(side)) for side in node.comparators
    )


def test_settings_read_the_environment_and_nobody_else() -> None:
    here = SOURCE / "settings.py"
    reader = next(f for f in tree(here).body if isinstance(f, FUNCTION) and f.name == "env")
    allowed = set(ast.walk(reader))
    none(
        f"{place(path, node)}: declare it in settings.py as env(name, default, what it does), and "
        "ask django.conf.settings"
        for path in sources()
        if not path.relative_to(SOURCE).as_posix().startswith(tuple(MAY_READ_ENVIRONMENT))
        for node in nodes(path)
        if reads_environment(node) and node not in allowed
    )
    none(
        f"src/tongban/settings.py: say in a sentence what {name} does"
        for name, (_, does) in settings.ENVIRONMENT.items()
        if not does.strip().endswith(".")
    )


# Routes ------------------------------------------------------------------------------------------


def routes(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in resolver.url_patterns:
        address = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from routes(pattern, address)


def test_every_route_says_to_whom_it_is_open() -> None:
    none(
        f"{address} ({view.__module__}): mark the view with @open_to_all, @signed_in or @demands"
        for address, view in routes(get_resolver())
        if access_of(view) is None
    )


# Migrations --------------------------------------------------------------------------------------


def test_tables_and_migrations_agree() -> None:
    with translation.override(None):
        loader = MigrationLoader(None)
        stand, want = loader.project_state(), ProjectState.from_apps(apps)
        changes = MigrationAutodetector(stand, want).changes(graph=loader.graph)
    none(
        f"{label}: tables and migrations differ; makemigrations -n what-it-brings"
        for label in changes
    )


def test_migrations_are_numbered_in_one_line() -> None:
    """Cities run on them: a new one is added at the end, none is changed or left out."""
    none(
        f"{place(folder)}: {', '.join(found)}; number them from 0001 on, each once"
        for folder in sorted(SOURCE.rglob("migrations"))
        if (found := sorted(p.name for p in folder.glob("*.py") if p.name != "__init__.py"))
        and [name[:4] for name in found] != [f"{n:04}" for n in range(1, len(found) + 1)]
    )


# Files -------------------------------------------------------------------------------------------

# Put together here, so that this file does not name them itself.
HOSTS = tuple(
    ".".join(words)
    for words in (
        ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("registry", "yarnpkg"),
        ("proxy", "golang"), ("static", "crates"), ("rubygems", "org"), ("deb", "debian", "org"),
        ("unpkg", "com"), ("cdn", "jsdelivr"),
    )
)  # fmt: skip
MACHINE = re.compile(r"(?<![\w.}])/(?:" + "|".join(("work", "root", "home")) + r")/[a-z]")


TEXT = set(".py .md .toml .html .txt .json .yml .yaml .lock .cfg .sh .typ .js .css".split()) | {""}
MADE = {"var", "build", "dist", "node_modules"}


def tracked() -> list[Path]:
    """The text files of the repository; of a copy without its history, all that is not made."""
    git = shutil.which("git")
    command = [git or "git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True) if git else None
    if listed is not None and listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        tops = [p for p in ROOT.iterdir() if not p.name.startswith(".") and p.name not in MADE]
        found = [p for top in tops for p in ([top] if top.is_file() else top.rglob("*"))]
        hidden = ("__pycache__", ".")
        found = [p for p in found if not any(name.startswith(hidden) for name in p.parts[1:])]
    return [path for path in found if path.suffix in TEXT and path.is_file()]


def test_files_name_no_machine_and_no_package_registry() -> None:
    faults = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        if not any(host in text for host in HOSTS) and not MACHINE.search(text):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in HOSTS):
                faults.append(f"{place(path)}:{number}: names a package registry; take it out")
            if MACHINE.search(line):
                faults.append(f"{place(path)}:{number}: names a folder of one machine; take it out")
    none(faults)
