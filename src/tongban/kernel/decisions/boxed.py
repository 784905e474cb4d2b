"""Compiles the boxed expressions of a DMN document to closures."""

from collections.abc import Callable, Mapping

from tongban.kernel.decisions.feel.errors import DecisionModelError, FeelError
from tongban.kernel.decisions.feel.expressions import (
    Compiled,
    Test,
    compile_expression,
    compile_tests,
)
from tongban.kernel.decisions.feel.external import external_function
from tongban.kernel.decisions.feel.functions import call_named
from tongban.kernel.decisions.feel.loops import Step, closure_function, for_loop, quantified
from tongban.kernel.decisions.feel.paths import select
from tongban.kernel.decisions.feel.types import ANY, Type, coerce, named
from tongban.kernel.decisions.feel.values import Closure, Scope, Value, kind_of, note
from tongban.kernel.decisions.tables import (
    AGGREGATIONS,
    POLICIES,
    Input,
    Output,
    Rule,
    Table,
)
from tongban.kernel.decisions.xml import Element, child, children, local_name, name_of, text_of

EXPRESSIONS = frozenset(
    [
        "literalExpression",
        "decisionTable",
        "context",
        "invocation",
        "functionDefinition",
        "relation",
        "list",
        "conditional",
        "for",
        "filter",
        "some",
        "every",
    ]
)


def expression_in(element: Element) -> Element | None:
    """The boxed expression directly inside an element."""
    return next((each for each in children(element) if local_name(each) in EXPRESSIONS), None)


class Boxes:
    """Compiles boxed expressions against the names and types of one document."""

    def __init__(self, names: frozenset[str], types: Mapping[str, Type], strict: bool) -> None:
        self.names = names
        self.types = types
        self.strict = strict

    def _failed(self, error: DecisionModelError, line: int | None) -> Closure:
        if self.strict:
            raise DecisionModelError(error.says, error.hint, error.line or line) from error
        says = str(error)
        return lambda scope: note(scope, says)

    def feel(self, text: str, line: int | None = None) -> Closure:
        return self._feel(compile_expression, text, line)

    def tests(self, text: str, line: int | None = None) -> Test:
        return self._feel(compile_tests, text, line)

    def _feel(self, compiler: Callable[..., Compiled], text: str, line: int | None) -> Closure:
        try:
            return compiler(text, self.names, self.types).closure
        except DecisionModelError as error:
            return self._failed(error, line)

    def type(self, name: str | None, line: int | None = None) -> Type | None:
        """The declared type, or None where nothing is declared."""
        if not name:
            return None
        try:
            found = named(name, self.types)
        except DecisionModelError as error:
            if self.strict:
                raise DecisionModelError(error.says, error.hint, line) from error
            return None
        return None if found is ANY else found

    def compile(self, element: Element | None) -> Closure:
        if element is None:
            return lambda scope: note(scope, "There is no decision logic.")
        kind = local_name(element)
        method: Callable[[Element], Closure] = getattr(self, f"_{kind}")
        try:
            return method(element)
        except DecisionModelError as error:
            return self._failed(error, element.sourceline)

    def _part(self, element: Element, name: str) -> Closure:
        part = child(element, name)
        return self.compile(None if part is None else expression_in(part))

    def _literalExpression(self, element: Element) -> Closure:
        text = text_of(child(element, "text"))
        if not text:
            return self.compile(None)
        return self.feel(text, element.sourceline)

    def _context(self, element: Element) -> Closure:
        entries: list[tuple[str | None, Type | None, Closure]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            name = None if variable is None else name_of(variable)
            kind = None if variable is None else self.type(variable.get("typeRef"))
            entries.append((name, kind, self.compile(expression_in(entry))))

        def context(scope: Scope) -> Value:
            inner = dict(scope)
            result: dict[str, Value] = {}
            for name, kind, closure in entries:
                value = typed(closure(inner), kind, name or "The result", scope)
                if name is None:
                    return value
                result[name] = inner[name] = value
            return result

        return context

    def _invocation(self, element: Element) -> Closure:
        target = self.compile(expression_in(element))
        pairs: list[tuple[str, Closure]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = name_of(parameter)
            pairs.append((name, self.compile(expression_in(binding))))

        def invoke(scope: Scope) -> Value:
            try:
                return call_named(target(scope), {name: value(scope) for name, value in pairs})
            except FeelError as error:
                return note(scope, str(error))

        return invoke

    def _functionDefinition(self, element: Element) -> Closure:
        return self.function("function", element)

    def function(self, name: str, element: Element) -> Closure:
        """A closure that makes the function a functionDefinition or encapsulatedLogic describes."""
        parameters = children(element, "formalParameter")
        names = tuple(name_of(each) for each in parameters)
        types = tuple(self.type(each.get("typeRef")) for each in parameters)
        body_element = expression_in(element)
        body = self.compile(body_element)
        result = None if body_element is None else self.type(body_element.get("typeRef"))
        kind = element.get("kind", "FEEL").upper()

        def make(scope: Scope) -> Value:
            if kind == "FEEL":
                return closure_function(name, names, types, body, scope, result)
            try:
                return external_function(names, types, {kind.lower(): body(scope)})
            except FeelError as error:
                return note(scope, str(error))

        return make

    def _relation(self, element: Element) -> Closure:
        columns = [
            (name_of(each), self.type(each.get("typeRef"))) for each in children(element, "column")
        ]
        rows = [
            [self.compile(cell) for cell in children(row) if local_name(cell) in EXPRESSIONS]
            for row in children(element, "row")
        ]

        def relation(scope: Scope) -> Value:
            return [
                {
                    name: typed(cell(scope), kind, name, scope)
                    for (name, kind), cell in zip(columns, row, strict=False)
                }
                for row in rows
            ]

        return relation

    def _list(self, element: Element) -> Closure:
        parts = [each for each in children(element) if local_name(each) in EXPRESSIONS]
        items = [self.compile(each) for each in parts]
        return lambda scope: [item(scope) for item in items]

    def _conditional(self, element: Element) -> Closure:
        condition, then, otherwise = (self._part(element, name) for name in ("if", "then", "else"))

        def conditional(scope: Scope) -> Value:
            found = condition(scope)
            if found is not None and not isinstance(found, bool):
                return note(scope, f"A condition cannot be a {kind_of(found)}.")
            return then(scope) if found else otherwise(scope)

        return conditional

    def _for(self, element: Element) -> Closure:
        name = element.get("iteratorVariable", "")
        return for_loop([(name, self._part(element, "in"), None)], self._part(element, "return"))

    def _some(self, element: Element) -> Closure:
        return self._quantified(element, some=True)

    def _every(self, element: Element) -> Closure:
        return self._quantified(element, some=False)

    def _quantified(self, element: Element, some: bool) -> Closure:
        name = element.get("iteratorVariable", "")
        steps: list[Step] = [(name, self._part(element, "in"), None)]
        return quantified(steps, self._part(element, "satisfies"), some)

    def _filter(self, element: Element) -> Closure:
        base, match = self._part(element, "in"), self._part(element, "match")
        return lambda scope: select(base(scope), match, scope)

    # Decision tables

    def _decisionTable(self, element: Element) -> Closure:
        holder = element.getparent()
        name = element.get("outputLabel") or (
            "" if holder is None else holder.get("name") or element.get("id", "")
        )
        written = element.get("hitPolicy", "UNIQUE").upper()
        policy = POLICIES.get(written, written)
        aggregation = element.get("aggregation")
        if policy == "C" and aggregation:
            policy = AGGREGATIONS.get(aggregation.upper(), aggregation)
        notes = [name_of(each) for each in children(element, "annotation")]
        return Table(
            name or "the table",
            policy,
            tuple(self._input(each) for each in children(element, "input")),
            tuple(self._output(each, name) for each in children(element, "output")),
            tuple(
                self._rule(number, each, notes)
                for number, each in enumerate(children(element, "rule"), 1)
            ),
        )

    def _input(self, element: Element) -> Input:
        expression = child(element, "inputExpression")
        text = text_of(None if expression is None else child(expression, "text"))
        allowed = self._values(child(element, "inputValues"))
        label = element.get("label") or text
        # The declared type of a column documents it; the value keeps its own type.
        return Input(label, self.feel(text, element.sourceline), None, allowed)

    def _values(self, element: Element | None) -> Test | None:
        text = text_of(None if element is None else child(element, "text"))
        if element is None or not text:
            return None
        return self.tests(text, element.sourceline)

    def _output(self, element: Element, table: str) -> Output:
        default = child(element, "defaultOutputEntry")
        default_text = text_of(None if default is None else child(default, "text"))
        values = child(element, "outputValues")
        order = text_of(None if values is None else child(values, "text"))
        priorities: tuple[Value, ...] = ()
        if order:
            found = self.feel(f"[{order}]", element.sourceline)({})
            priorities = tuple(found) if isinstance(found, list) else ()
        return Output(
            name_of(element) or table,
            None,
            priorities,
            self.feel(default_text, element.sourceline) if default_text else None,
        )

    def _rule(self, number: int, element: Element, notes: list[str]) -> Rule:
        cells = tuple(
            self.tests(text_of(child(each, "text")), each.sourceline)
            for each in children(element, "inputEntry")
        )
        outputs = tuple(self._literalExpression(each) for each in children(element, "outputEntry"))
        words = [text_of(child(each, "text")) for each in children(element, "annotationEntry")]
        names = [*notes, *(f"note {place}" for place in range(len(notes) + 1, len(words) + 1))]
        annotations = tuple(zip(names, words, strict=False))
        return Rule(element.get("id") or str(number), cells, outputs, annotations)


def typed(value: Value, kind: Type | None, name: str, scope: Scope) -> Value:
    """A value as its declared type wants it; null with a note where it cannot be."""
    if kind is None:
        return value
    fits, result = coerce(value, kind)
    if not fits:
        says = f"{name}: the value is not allowed by its declared type {kind}."
        if kind_of(value) != kind.kind:
            says = f"{name}: a {kind_of(value)} is not of the declared type {kind}."
        return note(scope, says)
    return result
