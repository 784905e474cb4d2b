"""Decision tables written as plain data (for example in TOML)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.kernel.decisions.dmn import Model
from tongban.kernel.decisions.feel.errors import DecisionModelError
from tongban.kernel.decisions.feel.expressions import compile_expression, compile_tests
from tongban.kernel.decisions.feel.types import ANY, Type, named
from tongban.kernel.decisions.feel.values import to_feel
from tongban.kernel.decisions.graph import Element
from tongban.kernel.decisions.tables import POLICIES, Input, Output, Rule, Table
from tongban.kernel.decisions.trace import canonical_json, encode

NAMESPACE = "urn:tongban:grid"
_LAW = "依据"
_SAYS = "告知语"


def load_grid(grid: Mapping[str, Any]) -> Model:
    """Build a model with one decision table from plain data.

    The structure is:
    {"key": "…", "name": "…", "hit_policy": "U",
     "inputs": [{"label": "…", "expression": "age", "type": "number"}],
     "outputs": [{"name": "…", "type": "string", "values": ["…"], "default": "…"}],
     "rules": [{"when": ["< 18"], "then": ["\\"minor\\""], "law": "…", "says": "…"}]}

    The key is the name of the decision.  `when` holds one unary test per input, `then` one FEEL
    expression per output.  `type`, `values` (the priority order of the results), `default` (a
    FEEL expression), `law` and `says` may be left out.  An input whose name holds operators
    (a-b) repeats that name in "name".  The table sees the values it is given, by their names.
    """
    key = str(grid.get("key") or grid.get("name") or "")
    if not key:
        raise DecisionModelError("The decision table has no key.", 'Give it one: key = "…".')
    if not grid.get("outputs") or not grid.get("rules"):
        raise DecisionModelError(
            f"The decision table {key} has no outputs or no rules.", "Give it at least one of each."
        )
    table, used = _table(key, grid)
    element = Element("decision", (NAMESPACE, key), key, logic=table)
    inputs: dict[str, Element] = {}
    # A name that is not given may be a function or a local name, so none of these is required.
    for name in sorted(used):
        inputs[name] = Element("optional", (NAMESPACE, f"input {name}"), name)
        element.needs.append(("", inputs[name].key))
    elements = {each.key: each for each in (element, *inputs.values())}
    digest = hashlib.sha256(canonical_json(encode(to_feel(dict(grid)))).encode()).hexdigest()
    name = str(grid.get("name") or key)
    return Model(name, digest, NAMESPACE, elements, {key: element}, inputs)


def _table(key: str, grid: Mapping[str, Any]) -> tuple[Table, set[str]]:
    policy = str(grid.get("hit_policy", "U")).strip().upper()
    # The names of the inputs, so that a name with operators in it is read as one name.
    names = [str(column.get("name") or "") for column in grid.get("inputs", ())]
    used: set[str] = set()
    inputs = tuple(_input(column, names, used) for column in grid.get("inputs", ()))
    outputs = tuple(_output(column) for column in grid["outputs"])
    rules = tuple(
        _rule(number, rule, names, used, key) for number, rule in enumerate(grid["rules"], 1)
    )
    name = str(grid.get("name") or key)
    return Table(name, POLICIES.get(policy, policy), inputs, outputs, rules), used - {"?"}


def _type(name: object) -> Type | None:
    found = named(str(name), {}) if name else ANY
    return None if found is ANY else found


def _input(column: Mapping[str, Any], names: Sequence[str], used: set[str]) -> Input:
    text = str(column.get("expression") or column.get("name") or "")
    compiled = compile_expression(text, names)
    used |= compiled.used
    return Input(str(column.get("label") or text), compiled.closure, _type(column.get("type")))


def _output(column: Mapping[str, Any]) -> Output:
    default = column.get("default")
    return Output(
        str(column.get("name", "")),
        _type(column.get("type")),
        tuple(to_feel(value) for value in column.get("values", ())),
        None if default is None else compile_expression(str(default)).closure,
    )


def _rule(
    number: int, rule: Mapping[str, Any], names: Sequence[str], used: set[str], key: str
) -> Rule:
    cells, results = [], []
    try:
        for text in rule.get("when", ()):
            compiled = compile_tests(str(text), names)
            cells.append(compiled.closure)
            used |= compiled.used
        for text in rule.get("then", ()):
            compiled = compile_expression(str(text), names)
            results.append(compiled.closure)
            used |= compiled.used
    except DecisionModelError as error:
        raise DecisionModelError(f"{key}, rule {number}: {error.says}", error.hint) from error
    notes = ((_LAW, str(rule.get("law", ""))), (_SAYS, str(rule.get("says", ""))))
    return Rule(
        str(rule.get("key") or number),
        tuple(cells),
        tuple(results),
        tuple((name, text) for name, text in notes if text),
    )
