"""What the rules of the house read: every module of the source, and what is in it."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tongban"
FLOORS = ("kernel", "domains", "doors")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


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
