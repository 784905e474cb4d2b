"""Reading XML safely, whatever its namespace prefixes."""

from typing import Any

from lxml import etree

from tongban.kernel.decisions.feel.errors import DecisionModelError

Element = Any


def read(source: bytes | str) -> Element:
    """The root element; entities and network are refused."""
    data = source.encode() if isinstance(source, str) else source
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        load_dtd=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno
        raise DecisionModelError(
            f"The file is not well-formed XML: {error.msg}.", "Save it again from the editor.", line
        ) from error
    document: Element = root.getroottree()
    if document.docinfo.doctype:
        raise DecisionModelError(
            "The file has a DOCTYPE, which could read other files.", "Remove the DOCTYPE line.", 1
        )
    return root


def local_name(element: Element) -> str:
    name: str = etree.QName(element).localname
    return name


def children(element: Element, name: str = "") -> list[Element]:
    """The child elements, or only those of one name."""
    return [
        each
        for each in element
        if isinstance(each.tag, str) and (not name or local_name(each) == name)
    ]


def child(element: Element, name: str) -> Element | None:
    return next(iter(children(element, name)), None)


def name_of(element: Element | None) -> str:
    """The name of an element, with its spaces as FEEL counts them."""
    return "" if element is None else " ".join((element.get("name") or "").split())


def text_of(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def canonical(element: Element) -> bytes:
    """Canonical bytes of the meaning of a document: without the drawing."""
    copy: Element = etree.fromstring(etree.tostring(element))
    for part in children(copy, "DMNDI"):
        copy.remove(part)
    text: str = etree.canonicalize(copy)
    return text.encode()
