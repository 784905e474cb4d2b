"""Item definitions of a DMN document as FEEL types."""

from collections.abc import Mapping

from tongban.kernel.decisions.boxed import Boxes
from tongban.kernel.decisions.feel.errors import DecisionModelError
from tongban.kernel.decisions.feel.expressions import SUBJECT, Test
from tongban.kernel.decisions.feel.types import ANY, BUILTIN_TYPES, Type
from tongban.kernel.decisions.feel.values import Value
from tongban.kernel.decisions.xml import Element, child, children, name_of, text_of


def _accepts(test: Test, value: Value) -> bool:
    return test({SUBJECT: value}) is True


class Items:
    """Builds the types of one document; definitions may refer to each other in any order."""

    def __init__(
        self, root: Element, names: frozenset[str], imported: Mapping[str, Type], strict: bool
    ) -> None:
        self.strict = strict
        self.types: dict[str, Type] = dict(imported)
        self._elements = {name_of(each): each for each in children(root, "itemDefinition")}
        self._boxes = Boxes(names, self.types, strict)
        for name in self._elements:
            self._resolve(name)

    def _resolve(self, name: str) -> Type:
        name = " ".join(name.split())
        if name in self.types:
            return self.types[name]
        element = self._elements.get(name)
        if element is None:
            short = name.partition(":")[2] or name.removeprefix("feel.")
            found = BUILTIN_TYPES.get(name) or BUILTIN_TYPES.get(short)
            found = found or self.types.get(name.replace(":", ".", 1))
            if found is None and short in self._elements:
                return self._resolve(short)
            if found is None and self.strict:
                raise DecisionModelError(
                    f"There is no type called {name!r}.", "Define it as an item definition."
                )
            return found or ANY
        own = Type("any", name=name)
        self.types[name] = own
        self._fill(own, element)
        return own

    def _fill(self, own: Type, element: Element) -> None:
        base = self._base(element)
        allowed = self._test(element, "allowedValues")
        whole = self._test(element, "typeConstraint")
        if element.get("isCollection") == "true":
            item = _copy(base)
            _restrict(item, allowed)
            own.kind, own.item = "list", item
        else:
            _assign(own, base)
            _restrict(own, allowed)
        _restrict(own, whole)

    def _base(self, element: Element) -> Type:
        components = children(element, "itemComponent")
        function = child(element, "functionItem")
        if components:
            fields = {}
            for component in components:
                fields[name_of(component)] = field = Type("any")
                self._fill(field, component)
            return Type("context", fields=fields)
        if function is not None:
            parameters = tuple(
                self._resolve(each.get("typeRef") or "Any")
                for each in children(function, "parameters")
            )
            result = self._resolve(function.get("outputTypeRef") or "Any")
            return Type("function", parameters=parameters, result=result)
        reference = element.get("typeRef") or text_of(child(element, "typeRef"))
        return self._resolve(reference) if reference else ANY

    def _test(self, element: Element, name: str) -> Test | None:
        part = child(element, name)
        text = text_of(None if part is None else child(part, "text"))
        return self._boxes.tests(text, element.sourceline) if text else None


def _assign(own: Type, base: Type) -> None:
    own.kind, own.item, own.fields = base.kind, base.item, base.fields
    own.parameters, own.result, own.allowed = base.parameters, base.result, base.allowed


def _copy(base: Type) -> Type:
    own = Type("any")
    _assign(own, base)
    return own


def _restrict(own: Type, test: Test | None) -> None:
    if test is None:
        return
    before = own.allowed

    def allowed(value: Value) -> bool:
        return (before is None or before(value)) and _accepts(test, value)

    own.allowed = allowed
