"""No stray names, no stray mechanisms, and one place that asks clock and environment."""

import ast

from tests.house.source import (
    FUNCTION,
    SOURCE,
    calls,
    chain,
    name_of,
    nodes,
    none,
    place,
    sources,
    tables,
    tree,
)
from tongban import settings

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
