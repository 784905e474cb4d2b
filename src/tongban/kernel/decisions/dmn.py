"""Reads DMN documents into models: every expression parsed and compiled once."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tongban.kernel.decisions.boxed import Boxes, expression_in
from tongban.kernel.decisions.feel.errors import DecisionModelError
from tongban.kernel.decisions.feel.types import Type
from tongban.kernel.decisions.feel.values import Scope, Value
from tongban.kernel.decisions.graph import Element, Key
from tongban.kernel.decisions.items import Items
from tongban.kernel.decisions.xml import Element as Node
from tongban.kernel.decisions.xml import canonical, child, children, local_name, name_of, read

_KINDS = {
    "inputData": "input",
    "decision": "decision",
    "businessKnowledgeModel": "knowledge",
    "decisionService": "service",
}
_NAMED = frozenset(
    [
        "variable",
        "inputData",
        "decision",
        "businessKnowledgeModel",
        "decisionService",
        "formalParameter",
        "itemComponent",
        "itemDefinition",
        "import",
        "parameter",
        "column",
        "output",
    ]
)


@dataclass(frozen=True, slots=True)
class Model:
    """A decision model, parsed once and never changed."""

    name: str
    hash: str
    namespace: str
    elements: Mapping[Key, Element]
    # The elements of this document itself (not of its imports), by name.
    decisions: Mapping[str, Element]
    inputs: Mapping[str, Element]
    services: Mapping[str, Element] = field(default_factory=dict)
    knowledge: Mapping[str, Element] = field(default_factory=dict)


@dataclass(slots=True)
class _Document:
    root: Node
    namespace: str
    names: frozenset[str]
    types: dict[str, Type]


def _namespace(root: Node) -> str:
    return str(root.get("namespace", "")).strip()


def _own_names(root: Node) -> set[str]:
    names = set()
    for element in root.iter():
        if isinstance(element.tag, str) and local_name(element) in _NAMED:
            names.add(name_of(element))
        variable = element.get("iteratorVariable")
        if variable:
            names.add(variable)
    return names - {""}


class _Loader:
    """Loads one document and those it imports."""

    def __init__(self, others: Iterable[bytes | str], strict: bool) -> None:
        self.strict = strict
        self.roots = {_namespace(root): root for root in map(read, others)}
        self.documents: dict[str, _Document] = {}
        self.elements: dict[Key, Element] = {}
        self.hashes: list[str] = []
        self.loading: set[str] = set()

    def load(self, root: Node) -> _Document:
        namespace = _namespace(root)
        known = self.documents.get(namespace)
        if known is not None:
            return known
        if namespace in self.loading:
            raise DecisionModelError(
                f"The model {namespace!r} imports itself.", "Break the circle of imports.", 1
            )
        self.loading.add(namespace)
        self.hashes.append(hashlib.sha256(canonical(root)).hexdigest())
        names = _own_names(root)
        types: dict[str, Type] = {}
        prefixes: dict[str, str] = {}
        for each in children(root, "import"):
            if "DMN" not in each.get("importType", "").upper():
                continue
            imported = self._imported(each)
            prefix = name_of(each)
            prefixes[imported.namespace] = prefix
            names |= imported.names
            for name, kind in imported.types.items():
                types[f"{prefix}.{name}" if prefix else name] = kind
        all_names = frozenset(names)
        items = Items(root, all_names, types, self.strict)
        document = _Document(root, namespace, all_names, items.types)
        self.documents[namespace] = document
        self._add(document, prefixes)
        return document

    def _imported(self, element: Node) -> _Document:
        namespace = element.get("namespace", "").strip()
        root = self.roots.get(namespace)
        if root is None:
            raise DecisionModelError(
                f"The model imports {element.get('name') or namespace!r}, which was not given.",
                "Load it together with the models it imports.",
                element.sourceline,
            )
        return self.load(root)

    def _add(self, document: _Document, prefixes: dict[str, str]) -> None:
        boxes = Boxes(document.names, document.types, self.strict)
        for node in children(document.root):
            kind = _KINDS.get(local_name(node))
            if kind is None:
                continue
            element = self._element(kind, node, document.namespace, boxes)
            for reference in self._requirements(node):
                key = _key(reference, document.namespace)
                element.needs.append((prefixes.get(key[0], ""), key))
            self.elements[element.key] = element
            # Some tools refer to elements by name instead of by id.
            self.elements.setdefault((document.namespace, element.name), element)

    def _element(self, kind: str, node: Node, namespace: str, boxes: Boxes) -> Element:
        variable = child(node, "variable")
        name = name_of(node)
        key = (namespace, node.get("id") or name)
        declared = None if variable is None else variable.get("typeRef")
        element = Element(kind, key, name, boxes.type(declared, node.sourceline))
        if kind == "decision":
            element.logic = boxes.compile(expression_in(node))
        elif kind == "knowledge":
            logic = child(node, "encapsulatedLogic")
            element.logic = _nothing if logic is None else boxes.function(name, logic)
        elif kind == "service":
            element.outputs = _references(node, "outputDecision", namespace)
            # Table 31 lists input decisions first, the kit and every tool pass input data first.
            element.parameters = _references(node, "inputData", namespace)
            element.parameters += _references(node, "inputDecision", namespace)
        return element

    def _requirements(self, node: Node) -> list[str]:
        found = []
        for holder in ("informationRequirement", "knowledgeRequirement"):
            for requirement in children(node, holder):
                found += [each.get("href", "") for each in children(requirement)]
        return [reference for reference in found if reference]


def _nothing(scope: Scope) -> Value:
    return None


def _references(node: Node, name: str, namespace: str) -> list[Key]:
    return [_key(each.get("href", ""), namespace) for each in children(node, name)]


def _key(reference: str, namespace: str) -> Key:
    where, _, identity = reference.rpartition("#")
    return where or namespace, identity


def load(xml: bytes | str, imports: Iterable[bytes | str] = (), strict: bool = True) -> Model:
    """Load a document; not strict means a wrong expression gives null instead of an error."""
    root = read(xml)
    if local_name(root) != "definitions":
        raise DecisionModelError(
            f"This is not a DMN document: it starts with {local_name(root)!r}.",
            "Export the model as DMN 1.5 XML.",
            root.sourceline,
        )
    loader = _Loader(imports, strict)
    document = loader.load(root)
    content = "".join(sorted(loader.hashes)) if len(loader.hashes) > 1 else loader.hashes[0]
    digest = hashlib.sha256(content.encode()).hexdigest() if len(loader.hashes) > 1 else content
    own: dict[str, dict[str, Element]] = {kind: {} for kind in _KINDS.values()}
    for element in loader.elements.values():
        if element.key[0] == document.namespace:
            own[element.kind][element.name] = element
    return Model(
        root.get("name", ""),
        digest,
        document.namespace,
        loader.elements,
        own["decision"],
        own["input"],
        own["service"],
        own["knowledge"],
    )
