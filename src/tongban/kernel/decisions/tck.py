"""Runs a folder of the DMN Technology Compatibility Kit and counts the results."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tongban.kernel.decisions.dmn import Model
from tongban.kernel.decisions.engine import evaluate, load
from tongban.kernel.decisions.feel.errors import DecisionModelError
from tongban.kernel.decisions.feel.operators import identical
from tongban.kernel.decisions.feel.temporal import (
    DateTime,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from tongban.kernel.decisions.feel.values import Value
from tongban.kernel.decisions.xml import (
    Element,
    child,
    children,
    local_name,
    name_of,
    read,
    text_of,
)

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NOW = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
# The runners of the kit compare numbers rounded; results are given with some eight digits.
_TOLERANCE = Decimal("1e-8")
_TEMPORAL: dict[str, Any] = {
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    "dayTimeDuration": parse_duration,
    "yearMonthDuration": parse_duration,
}
_NUMBERS = frozenset(["decimal", "double", "float", "integer", "int", "long", "short", "byte"])


@dataclass(frozen=True, slots=True)
class Failure:
    """One result that differs."""

    model: str
    case: str
    result: str
    says: str


@dataclass(slots=True)
class Report:
    """How many results of how many agreed."""

    passed: int = 0
    total: int = 0
    failures: list[Failure] = field(default_factory=list)

    def count(self, failure: Failure | None) -> None:
        self.total += 1
        if failure is None:
            self.passed += 1
        else:
            self.failures.append(failure)


def run(folder: Path) -> Report:
    """Run every test file in a folder and below."""
    report = Report()
    for directory in sorted({path.parent for path in Path(folder).rglob("*.dmn")}):
        for path in sorted(directory.glob("*.xml")):
            _run_file(path, report)
    return report


def _run_file(path: Path, report: Report) -> None:
    root = read(path.read_bytes())
    if local_name(root) != "testCases":
        return
    name = text_of(child(root, "modelName"))
    says = ""
    model = None
    try:
        model = _load(path.parent, name)
    except DecisionModelError as error:
        says = str(error)
    except OSError:
        says = f"The model {name!r} cannot be read."
    for case in children(root, "testCase"):
        for failure in _run_case(model, says, path.parent.name, case):
            report.count(failure)


def _load(directory: Path, name: str) -> Model:
    path = directory / name
    if not path.exists():
        path = next(iter(sorted(directory.glob("*.dmn"))))
    others = [each.read_bytes() for each in sorted(directory.glob("*.dmn")) if each != path]
    return load(path.read_bytes(), others, strict=False)


def _run_case(
    model: Model | None, says: str, directory: str, case: Element
) -> Iterator[Failure | None]:
    inputs = dict(_input(node) for node in children(case, "inputNode"))
    for node in children(case, "resultNode"):
        name = name_of(node)
        failure = Failure(directory, case.get("id") or "", name, says)
        if model is None:
            yield failure
            continue
        found, errors = _result(model, case, name, inputs)
        wanted = _value(child(node, "expected"))
        if same(found, wanted):
            yield None
        else:
            words = f"expected {wanted!r}, found {found!r} {'; '.join(errors)[:300]}"
            yield Failure(directory, failure.case, name, words)


def _result(
    model: Model, case: Element, name: str, inputs: Mapping[str, Value]
) -> tuple[Value, tuple[str, ...]]:
    invocable = case.get("invocableName")
    kind = case.get("type", "decision")
    target = invocable if invocable and kind in ("decisionService", "bkm") else name
    try:
        result = evaluate(model, target, inputs, _NOW)
    except DecisionModelError as error:
        return None, (str(error),)
    value = result.feel
    service = model.services.get(target)
    if service is not None and len(service.outputs) > 1 and isinstance(value, dict):
        value = value.get(name, value if name == target else None)
    return value, result.errors


def _input(node: Element) -> tuple[str, Value]:
    namespace = node.get("namespace")
    name = name_of(node)
    return (f"{namespace}#{name}" if namespace else name), _value(node)


def _nil(element: Element) -> bool:
    return element.get(f"{_XSI}nil") in ("true", "1")


def _value(element: Element | None) -> Value:
    """What a valueType element stands for."""
    if element is None:
        return None
    components: dict[str, Value] | None = None
    for part in children(element):
        kind = local_name(part)
        if kind == "value":
            return None if _nil(part) else _simple(part)
        if kind == "list":
            return None if _nil(part) else [_value(item) for item in children(part, "item")]
        if kind == "component":
            empty = part.get("name") is None and not children(part)
            found = {} if empty else {name_of(part): None if _nil(part) else _value(part)}
            components = {**(components or {}), **found}
    return components


def _simple(element: Element) -> Value:
    text = "".join(element.itertext())
    kind = (element.get(f"{_XSI}type") or "").rpartition(":")[2]
    if kind in _NUMBERS or not kind:
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return text
    if kind == "boolean":
        return text.strip() in ("true", "1")
    reader = _TEMPORAL.get(kind)
    return text if reader is None else reader(text.strip())


def same(found: Value, wanted: Value) -> bool:
    """Whether a result is the expected one, with the tolerance the kit's runners have."""
    if isinstance(found, Decimal) and isinstance(wanted, Decimal):
        return abs(found - wanted) <= _TOLERANCE * max(Decimal(1), abs(wanted))
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(
            same(item, wanted[key]) for key, item in found.items()
        )
    if isinstance(found, DateTime) and isinstance(wanted, DateTime):
        zones = found.time.zoned, wanted.time.zoned
        return identical(found, wanted) or (all(zones) and found.instant == wanted.instant)
    return identical(found, wanted)
