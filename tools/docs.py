"""docs/made: what the code says of itself, written out so that it can be read and compared.

python tools/docs.py            write the pages
python tools/docs.py --check    name those that are stale, and fail
"""

import importlib
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MADE = ROOT / "docs" / "made"
HEAD = "<!-- Written by `make docs` from {source}; do not edit. -->\n\n# {title}\n\n"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
sys.path.insert(0, str(ROOT / "src"))
# Defaults are what a reader wants to see, not what this machine happens to have set.
for name in [name for name in os.environ if name.startswith("TONGBAN_")] + ["DATABASE_URL"]:
    os.environ.pop(name, None)


def cards() -> Iterator[tuple[str, Any]]:
    """Each part's card, in the order of the floors."""
    for floor in ("kernel", "domains", "doors"):
        for init in sorted((ROOT / "src" / "tongban" / floor).glob("*/__init__.py")):
            part = f"{floor}.{init.parent.name}"
            yield part, importlib.import_module(f"tongban.{part}")


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def table(*heads: str) -> list[str]:
    return [row(*heads), row(*("---" for _ in heads))]


def events() -> list[str]:
    """Every event: who records it, what it means, who hears it."""
    registry = importlib.import_module("tongban.kernel.ledger.registry")
    lines = table("Event", "Meaning, and what its data hold", "Declared by", "Heard by")
    for part, card in cards():
        for name, meaning in sorted(getattr(card, "EVENTS", {}).items()):
            heard = "<br>".join(
                f"`{label.removeprefix('tongban.')}`" for label in sorted(registry.heard_by(name))
            )
            lines.append(row(f"`{name}`", meaning, f"`{part}`", heard))
    return lines


def grants() -> list[str]:
    """Every grant, and the views that demand it."""
    demanded: dict[str, list[str]] = {}
    for name, _, view in views():
        access = getattr(view, "access", None)
        for grant in getattr(access, "grants", ()):
            demanded.setdefault(grant, []).append(f"`{name}`")
    lines = table("Grant", "What it allows", "Declared by", "Pages that demand it")
    for part, card in cards():
        for name, meaning in sorted(getattr(card, "GRANTS", {}).items()):
            pages = "<br>".join(sorted(demanded.get(name, [])))
            lines.append(row(f"`{name}`", meaning, f"`{part}`", pages))
    return lines


def settings() -> list[str]:
    """Every environment variable."""
    found = importlib.import_module("tongban.settings")
    lines = table("Variable", "Default", "What it does")
    for name, (default, does) in sorted(found.ENVIRONMENT.items()):
        shown = re.sub(re.escape(str(found.VAR)), "var", default)
        lines.append(row(f"`{name}`", f"`{shown}`" if shown else "", does))
    return lines


def routes() -> list[str]:
    """Every route, and to whom it is open."""
    lines = table("Path", "Name", "Open to")
    for name, path, view in sorted(views(), key=lambda found: found[1]):
        access = getattr(view, "access", None)
        whom = "nobody" if access is None else access.to.replace("_", " ")
        if access is not None and access.grants:
            whom = " or ".join(f"`{grant}`" for grant in access.grants)
        lines.append(row(f"`/{path}`", f"`{name}`", whom))
    return lines


def views() -> Iterator[tuple[str, str, Any]]:
    """Name, path and view of every route."""
    resolvers = importlib.import_module("django.urls.resolvers")

    def walk(patterns: list[Any], before: str, space: str) -> Iterator[tuple[str, str, Any]]:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, resolvers.URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, path, inner)
            else:
                yield f"{space}{pattern.name}", path, pattern.callback

    yield from walk(resolvers.get_resolver().url_patterns, "", "")


def processes() -> list[str]:
    """Each stage graph of the demo city, drawn, with its limits."""
    lines: list[str] = []
    for path in sorted((ROOT / "cities" / "demo" / "processes").glob("*.toml")):
        process = tomllib.loads(path.read_text(encoding="utf-8"))
        stages = process.get("stage", [])
        names = {stage["id"]: stage["name"] for stage in stages}
        lines += [f"## `{process['key']}` {process['name']}", "", "```mermaid", "flowchart LR"]
        lines += [f'  {one["id"]}["{one["name"]}"]' for one in stages]
        for stage in stages:
            lines += [f"  {before} --> {stage['id']}" for before in stage.get("after", [])]
            lines += [f"  {stage['id']} -.-> {back}" for back in stage.get("returns", [])]
        lines += ["```", "", *table("Stage", "Working days", "Grant", "By law", "Outcomes")]
        lines += [
            row(
                f"{names[one['id']]} `{one['id']}`",
                one.get("days", ""),
                f"`{one['grant']}`" if one.get("grant") else "",
                one.get("legal", ""),
                ", ".join(f"`{action}`" for action in one.get("actions", [])),
            )
            for one in stages
        ]
        lines.append("")
    return lines[:-1]


def commands() -> list[str]:
    """Every command of `tongban`."""
    found = importlib.import_module("tongban.cli.main")
    return [
        *table("Command", "What it does"),
        *(row(f"`tongban {name}`", does) for name, does in found.COMMANDS.items()),
    ]


def parts() -> list[str]:
    """Each part in one sentence, from its card."""
    lines = table("Part", "What it is")
    for part, card in cards():
        lines.append(row(f"`{part}`", (card.__doc__ or "").strip().split("\n")[0]))
    return lines


PAGES: dict[str, tuple[str, str, Callable[[], list[str]]]] = {
    "parts.md": ("Parts", "the cards", parts),
    "events.md": ("Events", "the cards and the reactions", events),
    "grants.md": ("Grants", "the cards and the views", grants),
    "settings.md": ("Settings", "settings.py", settings),
    "routes.md": ("Routes", "urls.py", routes),
    "processes.md": ("Processes of the demo city", "cities/demo/processes", processes),
    "commands.md": ("Commands", "cli/main.py", commands),
}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    importlib.import_module("django").setup()
    return {
        name: HEAD.format(source=source, title=title) + "\n".join(made()) + "\n"
        for name, (title, source, made) in PAGES.items()
    }


def main(words: list[str]) -> int:
    """Write, or check."""
    made = pages()
    stale = [
        name
        for name, text in made.items()
        if not (MADE / name).exists() or (MADE / name).read_text(encoding="utf-8") != text
    ]
    stale += [path.name for path in sorted(MADE.glob("*.md")) if path.name not in made]
    if "--check" in words:
        for name in stale:
            print(f"docs/made/{name} is stale; run: make docs", file=sys.stderr)
        return int(bool(stale))
    MADE.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in made:
            (MADE / name).write_text(made[name], encoding="utf-8")
        else:
            (MADE / name).unlink()
        print(f"docs/made/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
