"""FEEL types: what `instance of` asks, and what typed variables accept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lark import Token, Tree

from tongban.kernel.decisions.feel.errors import DecisionModelError
from tongban.kernel.decisions.feel.operators import midnight
from tongban.kernel.decisions.feel.temporal import Date
from tongban.kernel.decisions.feel.values import Function, Range, Value, kind_of


@dataclass(slots=True, eq=False)
class Type:
    """One type; `item` for lists and ranges, `fields` for contexts, `parameters` for functions."""

    kind: str
    item: "Type | None" = None
    fields: dict[str, "Type"] = field(default_factory=dict)
    parameters: "tuple[Type, ...] | None" = None
    result: "Type | None" = None
    # Item definitions may restrict values; `instance of` does not look at these.
    allowed: Callable[[Value], bool] | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.kind


ANY = Type("any")
BUILTIN_TYPES: dict[str, Type] = {
    "Any": ANY,
    "Null": Type("null"),
    "number": Type("number"),
    "string": Type("string"),
    "boolean": Type("boolean"),
    "date": Type("date"),
    "time": Type("time"),
    "date and time": Type("date and time"),
    "dateTime": Type("date and time"),
    "days and time duration": Type("days and time duration"),
    "dayTimeDuration": Type("days and time duration"),
    "day time duration": Type("days and time duration"),
    "years and months duration": Type("years and months duration"),
    "yearMonthDuration": Type("years and months duration"),
    "year month duration": Type("years and months duration"),
    "list": Type("list", ANY),
    "context": Type("context"),
    "range": Type("range", ANY),
    "function": Type("function"),
}


def conforms(value: Value, kind: Type) -> bool:
    """Whether a value is of a type; null is of no type but Null."""
    if kind.kind == "any":
        return value is not None
    if kind_of(value) != kind.kind:
        return False
    if kind.kind == "list":
        return kind.item is None or all(_inner(item, kind.item) for item in value)
    if kind.kind == "context":
        return all(key in value and _inner(value[key], each) for key, each in kind.fields.items())
    if isinstance(value, Range) and kind.item is not None:
        ends = [end for end in (value.start, value.end) if end is not None]
        return all(conforms(end, kind.item) for end in ends)
    if isinstance(value, Function):
        return _function_conforms(value, kind)
    return True


def _inner(value: Value, kind: Type) -> bool:
    return value is None or conforms(value, kind)


def _function_conforms(value: Function, kind: Type) -> bool:
    if kind.parameters is None:
        return True
    if len(value.parameters) != len(kind.parameters):
        return False
    own = value.types or (None,) * len(value.parameters)
    # Parameters vary the other way round than results (DMN 10.3.2.9.2).
    accepts = all(
        mine is None or type_conforms(theirs, mine)
        for mine, theirs in zip(own, kind.parameters, strict=True)
    )
    if kind.result is None or kind.result.kind == "any" or value.result is None:
        return accepts
    return accepts and type_conforms(value.result, kind.result)


def type_conforms(one: Type, other: Type) -> bool:
    """Whether every value of one type is also of the other."""
    if other.kind == "any":
        return True
    if one.kind == "null":
        return True
    if one.kind != other.kind:
        return False
    if other.item is not None and other.item.kind != "any":
        return one.item is not None and type_conforms(one.item, other.item)
    return all(
        key in one.fields and type_conforms(one.fields[key], each)
        for key, each in other.fields.items()
    )


def coerce(value: Value, kind: Type) -> tuple[bool, Value]:
    """A value made to fit a type by the implicit conversions of DMN 10.3.2.9.4, or refusal."""
    if value is None or (kind.kind == "any" and kind.allowed is None):
        return True, value
    fits, result = _convert(value, kind)
    if fits and kind.allowed is not None and not kind.allowed(result):
        return False, None
    return fits, result


def _convert(value: Value, kind: Type) -> tuple[bool, Value]:
    if kind.kind == "list":
        items = value if isinstance(value, list) else [value]
        return _each(items, kind.item or ANY)
    if isinstance(value, list) and len(value) == 1 and kind.kind != "any":
        return _convert(value[0], kind)
    if kind.kind == "date and time" and isinstance(value, Date):
        return True, midnight(value)
    if kind.kind == "context" and isinstance(value, dict) and kind.fields:
        return _fields(value, kind)
    return (True, value) if conforms(value, kind) else (False, None)


def _each(items: list[Value], kind: Type) -> tuple[bool, Value]:
    results = []
    for item in items:
        fits, result = coerce(item, kind)
        if not fits:
            return False, None
        results.append(result)
    return True, results


def _fields(value: dict[str, Value], kind: Type) -> tuple[bool, Value]:
    result = dict(value)
    for key, each in kind.fields.items():
        if key not in value:
            return False, None
        fits, result[key] = coerce(value[key], each)
        if not fits:
            return False, None
    return True, result


def unknown_type(name: str) -> DecisionModelError:
    return DecisionModelError(
        f"There is no type called {name!r}.",
        "Use a FEEL type such as number or string, or define it as an item definition.",
    )


def named(name: str, types: Mapping[str, Type]) -> Type:
    """The type of that name; FEEL's own names may carry the prefix feel: or feel. ."""
    name = " ".join(name.split())
    found = types.get(name) or BUILTIN_TYPES.get(name)
    if found is None and name.startswith(("feel:", "feel.")):
        found = BUILTIN_TYPES.get(name[5:])
    if found is None and ":" in name:
        found = types.get(name.replace(":", ".", 1)) or types.get(name.partition(":")[2])
    if found is None:
        raise unknown_type(name)
    return found


def from_tree(tree: Tree[Token], types: Mapping[str, Type]) -> Type:
    """The type a FEEL type expression stands for."""
    inner = [child for child in tree.children if isinstance(child, Tree)]
    if tree.data == "type_of":
        kind = str(tree.children[0])
        if kind not in ("list", "range"):
            raise unknown_type(kind)
        return Type(kind, from_tree(inner[0], types))
    if tree.data == "type_context":
        return Type("context", fields=dict(_field(child, types) for child in inner))
    if tree.data == "type_function":
        *parameters, result = (from_tree(child, types) for child in inner)
        return Type("function", parameters=tuple(parameters), result=result)
    words = [str(child) for child in tree.children if getattr(child, "type", "") == "NAME"]
    return named(".".join(words), types)


def _field(tree: Tree[Token], types: Mapping[str, Type]) -> tuple[str, Type]:
    kind = next(child for child in tree.children if isinstance(child, Tree))
    return str(tree.children[0]), from_tree(kind, types)
