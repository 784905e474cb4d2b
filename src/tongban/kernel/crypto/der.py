"""DER, as much of it as seals, certificates and time stamps need: a writer, and a wary reader."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BITS: Final = 0x03
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
UTF8: Final = 0x0C
IA5: Final = 0x16
UTC_TIME: Final = 0x17
TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31


class Malformed(Exception):
    """The bytes are not DER, or not of the structure that is expected."""


class Node(NamedTuple):
    """One element: its tag, its contents, and all of it as it stood."""

    tag: int
    body: bytes
    whole: bytes


def element(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    return element(SEQUENCE, b"".join(parts))


def set_of(*items: bytes) -> bytes:
    """SET OF, its elements in the order that DER asks for."""
    return element(SET, b"".join(sorted(items)))


def tagged(number: int, body: bytes) -> bytes:
    """[number] EXPLICIT, or IMPLICIT of something constructed when given its body."""
    return element(0xA0 | number, body)


def boolean(value: bool) -> bytes:
    return element(BOOLEAN, b"\xff" if value else b"\0")


def integer(value: int) -> bytes:
    size = (value + (value < 0)).bit_length() // 8 + 1
    return element(INTEGER, value.to_bytes(size, "big", signed=True))


def octets(value: bytes) -> bytes:
    return element(OCTETS, value)


def bits(value: bytes) -> bytes:
    return element(BITS, b"\0" + value)


def utf8(text: str) -> bytes:
    return element(UTF8, text.encode())


def ia5(text: str) -> bytes:
    return element(IA5, text.encode("ascii"))


def moment(value: datetime) -> bytes:
    return element(TIME, f"{value.astimezone(UTC):%Y%m%d%H%M%S}Z".encode("ascii"))


def civil(value: datetime) -> bytes:
    """The time of a certificate: two digits of the year before 2050, four from then on."""
    at = value.astimezone(UTC)
    if at.year >= 2050:
        return moment(at)
    return element(UTC_TIME, f"{at:%y%m%d%H%M%S}Z".encode("ascii"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytearray()
    for number in (40 * first + second, *rest):
        chunk = [number & 0x7F]
        while number := number >> 7:
            chunk.append(0x80 | number & 0x7F)
        body += bytes(reversed(chunk))
    return element(OID, bytes(body))


def read(data: bytes) -> Node:
    """One element that fills the bytes. Raises Malformed."""
    node, rest = _next(data)
    if rest:
        raise Malformed("bytes after the end")
    return node


def parts(node: Node, *tags: int) -> list[Node]:
    """The parts of a sequence, which must have these tags; more may follow. Raises Malformed."""
    if node.tag != SEQUENCE:
        raise Malformed("not a sequence")
    found = list(_all(node.body))
    if len(found) < len(tags) or any(one.tag != tag for one, tag in zip(found, tags, strict=False)):
        raise Malformed("not the parts expected")
    return found


def children(node: Node) -> list[Node]:
    """What lies in a constructed element. Raises Malformed."""
    return list(_all(node.body))


def text_of(node: Node) -> str:
    try:
        return node.body.decode("utf-8" if node.tag == UTF8 else "ascii")
    except UnicodeDecodeError:
        raise Malformed("not a text") from None


def bits_of(node: Node) -> bytes:
    if not node.body or node.body[0]:
        raise Malformed("not whole bytes")
    return node.body[1:]


def integer_of(node: Node) -> int:
    if not node.body:
        raise Malformed("not a number")
    return int.from_bytes(node.body, "big", signed=True)


def moment_of(node: Node) -> datetime:
    try:
        return datetime.strptime(node.body.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except (ValueError, UnicodeDecodeError):
        raise Malformed("not a moment") from None


def civil_of(node: Node) -> datetime:
    """The time of a certificate. Raises Malformed."""
    if node.tag != UTC_TIME:
        return moment_of(node)
    try:
        short = node.body.decode("ascii")
        century = "20" if int(short[:2]) < 50 else "19"
        return datetime.strptime(century + short, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except (ValueError, UnicodeDecodeError):
        raise Malformed("not a moment") from None


def oid_of(node: Node) -> str:
    numbers: list[int] = []
    value = 0
    for byte in node.body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not numbers or node.body[-1] & 0x80:
        raise Malformed("not an object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def _all(body: bytes) -> Iterator[Node]:
    while body:
        node, body = _next(body)
        yield node


def _next(data: bytes) -> tuple[Node, bytes]:
    if len(data) < 2:
        raise Malformed("cut off")
    tag, size, start = data[0], data[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4 or len(data) < 2 + count:
            raise Malformed("a length that DER does not have")
        size, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    end = start + size
    if end > len(data):
        raise Malformed("cut off")
    return Node(tag, data[start:end], data[:end]), data[end:]
