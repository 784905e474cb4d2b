"""The trace of a decision: why this result, in a form that can be kept, hashed and replayed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongban.kernel.decisions.feel.temporal import (
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from tongban.kernel.decisions.feel.values import Function, Range, Value, kind_of

ENGINE = "tongban-decisions/1"

_READERS: dict[str, Any] = {
    "number": Decimal,
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}


def encode(value: Value) -> Any:
    """A FEEL value as JSON data that names its kind, so that decode gives the same value back."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, Date | Time | DateTime | DaysTime | YearsMonths):
        return {kind_of(value): str(value)}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"context": {key: encode(item) for key, item in value.items()}}
    if isinstance(value, Range):
        ends = [encode(value.start), encode(value.end)]
        return {"range": [*ends, value.start_included, value.end_included, value.operator]}
    assert isinstance(value, Function)
    return {"function": value.name}


def decode(data: Any) -> Value:
    """The FEEL value that encode wrote; a function comes back as null."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((kind, body),) = data.items()
    if kind == "context":
        return {key: decode(item) for key, item in body.items()}
    if kind == "range":
        return Range(decode(body[0]), decode(body[1]), body[2], body[3], body[4])
    reader = _READERS.get(kind)
    return None if reader is None else reader(body)


def canonical_json(data: Any) -> str:
    """One text for one meaning: sorted keys, no spaces."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything one evaluation saw and decided, as plain data; guard it, it holds the inputs."""

    data: Mapping[str, Any]

    def json(self) -> str:
        return canonical_json(self.data)

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "Trace":
        return cls(json.loads(text))


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that matched: its number, the law it rests on and the words for the citizen."""

    table: str
    rule: int
    annotations: Mapping[str, str]
    conditions: tuple[str, ...]

    @property
    def law(self) -> str:
        return self._note("依据", "law")

    @property
    def says(self) -> str:
        return self._note("告知语", "says")

    def _note(self, *names: str) -> str:
        return next((self.annotations[name] for name in names if self.annotations.get(name)), "")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that did not match, and the inputs that stood in its way."""

    table: str
    rule: int
    failed: tuple[str, ...]
    annotations: Mapping[str, str]


def why(trace: Trace) -> list[Reason]:
    """The rules whose results were used, table by table."""
    reasons = []
    for table in trace.data["tables"]:
        labels = tuple(column["label"] for column in table["inputs"])
        for number in table["used"]:
            rule = table["rules"][number - 1]
            reasons.append(Reason(table["table"], number, rule["annotations"], labels))
    return reasons


def why_not(trace: Trace, table: str = "") -> list[NearMiss]:
    """The rules that missed by the fewest cells, in each table (or one)."""
    misses = []
    for each in trace.data["tables"]:
        if table and each["table"] != table:
            continue
        labels = [column["label"] for column in each["inputs"]]
        open_rules = [rule for rule in each["rules"] if not rule["matched"]]
        fewest = min((rule["cells"].count(False) for rule in open_rules), default=0)
        for rule in open_rules:
            failed = tuple(
                label for label, hit in zip(labels, rule["cells"], strict=True) if not hit
            )
            if len(failed) == fewest:
                misses.append(NearMiss(each["table"], rule["rule"], failed, rule["annotations"]))
    return misses
