"""Open and verify an archive package (归档信息包) with nothing but Python's own library.

    python verify.py PACKAGE.zip [--key platform.pem]

A copy of this file lies in each package, and imports nothing that could be gone in thirty years.
Without --key the key inside the package is used: that proves that all of it belongs together; with
the key that the platform publishes it proves who made it.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

VERSION = 1
HEADS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "webp": (b"RIFF",),
    "ofd": (b"PK\x03\x04",),
    "json": (b"{", b"["),
    "xml": (b"<?xml",),
    "text": (b"",),
}
"""How a content of each allowed kind begins."""
OWN = {"manifest.json", "manifest.sig", "key.pem"}
"""Files that the manifest cannot list."""


class Finding(NamedTuple):
    """One check and what it found."""

    check: str
    """真实 authenticity, 完整 completeness, 可用 usability, 安全 safety."""
    is_sound: bool
    says: str


class Broken(Exception):
    """The package cannot even be opened."""


def verify(package: Path, key: str = "") -> list[Finding]:
    """The four checks of a package; `key` is the platform's public key as PEM."""
    try:
        with zipfile.ZipFile(package) as archive:
            if archive.testzip() is not None:
                raise Broken("A file inside does not match its checksum.")
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise Broken("A name stands twice.")
            files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise Broken(str(fault)) from None
    try:
        manifest = json.loads(files["manifest.json"])
        return list(_checks(files, manifest, key or files["key.pem"].decode("ascii")))
    except (KeyError, ValueError, TypeError, AttributeError) as fault:
        raise Broken(f"It is no archive package: {fault!r}") from None


def _checks(files: Mapping[str, bytes], manifest: dict[str, Any], key: str) -> Iterator[Finding]:
    public = public_key(key)
    signature = files["manifest.sig"].decode("ascii").strip()
    yield _finding(
        "authenticity",
        is_signed(public, files["manifest.json"], signature),
        "the manifest is signed",
        "the signature of the manifest does not hold",
    )
    listed = {row["path"]: row for row in manifest["files"]}
    altered = sorted(
        path
        for path, row in listed.items()
        if path in files and hashlib.sha256(files[path]).hexdigest() != row["sha256"]
    )
    yield _finding(
        "authenticity", not altered, "every file is unchanged", f"altered: {', '.join(altered)}"
    )
    yield from _ledger(json.loads(files["ledger.json"]), manifest, public)
    lost = sorted(listed.keys() - files.keys())
    stray = sorted(files.keys() - listed.keys() - OWN)
    yield _finding(
        "completeness",
        not lost and not stray,
        f"{len(listed)} files as listed",
        f"missing: {', '.join(lost) or '-'}; not listed: {', '.join(stray) or '-'}",
    )
    roles = {row["role"] for row in listed.values()}
    owed = sorted(set(manifest["required"]) - roles)
    yield _finding(
        "completeness", not owed, "every required document", f"required: {', '.join(owed)}"
    )
    unread = sorted(
        path
        for path, row in listed.items()
        if path in files and not files[path].startswith(HEADS.get(row["kind"], ()))
    )
    yield _finding(
        "usability", not unread, "every file is of its kind", f"not so: {', '.join(unread)}"
    )
    active = sorted(path for path, data in files.items() if _is_active(path, data))
    yield _finding("safety", not active, "nothing that runs", f"active: {', '.join(active)}")


def _ledger(proof: dict[str, Any], manifest: dict[str, Any], public: bytes) -> Iterator[Finding]:
    """Every event of the case stands in a log whose root was signed when it happened."""
    broken = []
    closed = False
    for row in proof["events"]:
        entry = row["entry"].encode()
        note = proof["checkpoints"][str(row["size"])]
        text = f"{note['origin']}\n{note['size']}\n{note['root']}\n{note['at']}\n".encode()
        steps = [bytes.fromhex(step) for step in row["proof"]]
        leaf = hashlib.sha256(b"\x00" + entry).digest()
        is_in = included(leaf, row["position"], note["size"], steps, bytes.fromhex(note["root"]))
        # A key that was rotated since signs old checkpoints; the package brings it along.
        signer = public_key(proof["keys"][note["signature"].split("$")[1]])
        if not (is_in and is_signed(signer, text, note["signature"])):
            broken.append(str(row["position"]))
        said = json.loads(entry)
        closed = closed or (said[1] == "case.closed" and said[3] == manifest["matter"])
    yield _finding(
        "authenticity",
        not broken and bool(proof["events"]),
        f"{len(proof['events'])} events proved by the ledger",
        f"not proved: positions {', '.join(broken) or '-'}",
    )
    yield _finding(
        "authenticity", closed, "the case was closed", "no event says that the case was closed"
    )


def _is_active(path: str, data: bytes) -> bool:
    if path == "verify.py":
        return False
    if data.startswith(b"%PDF-"):
        return any(word in data for word in (b"/JavaScript", b"/Launch", b"/Encrypt"))
    return data[:2] in (b"MZ", b"#!") or data.startswith(b"\x7fELF")


def _finding(check: str, is_sound: bool, sound: str, wrong: str) -> Finding:
    return Finding(check, is_sound, sound if is_sound else wrong)


def included(leaf: bytes, position: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether a leaf stands in a log (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    node, last, found = position, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


# Keys and signatures. Ed25519 (RFC 8032) and SM2 with SM3 (GM/T 0003, 0004, 0009), verification
# only: slow and plain, so that it can be read and kept.

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_PREFIX = bytes.fromhex("302a300506032b6570032100")
Point = tuple[int, int, int, int]


_SM2_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


def public_key(pem: str) -> bytes:
    """The key in PEM: the 32 bytes of one of Ed25519, the 65 of a point of SM2."""
    lines = [line for line in pem.splitlines() if line and not line.startswith("-----")]
    der = base64.b64decode("".join(lines), validate=True)
    if der.startswith(_PREFIX) and len(der) == 44:
        return der[12:]
    if der.startswith(_SM2_PREFIX) and len(der) == 91 and der[26] == 4:
        return der[26:]
    raise ValueError("only keys of Ed25519 and SM2 are checked here")


def is_signed(public: bytes, data: bytes, signature: str) -> bool:
    """Whether `algorithm$key$value` is a signature of the data by the key."""
    algorithm, _, rest = signature.partition("$")
    value = base64.b64decode(rest.partition("$")[2])
    if algorithm == "ed25519":
        return verify_ed25519(public, data, value)
    if algorithm == "sm2sm3":
        return verify_sm2(public, data, value)
    raise Broken(
        f"A signature by “{algorithm}” cannot be checked by this program; use a newer one."
    )


def verify_ed25519(public: bytes, data: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + data).digest()
    h = int.from_bytes(digest, "little") % _L
    y = 4 * pow(5, _P - 2, _P) % _P
    x = _x(y, 0)
    assert x is not None
    return _same(_times(s, (x, y, 1, x * y % _P)), _add(r, _times(h, a)))


def _x(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _point(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _same(p: Point, q: Point) -> bool:
    return not ((p[0] * q[2] - q[0] * p[2]) % _P or (p[1] * q[2] - q[1] * p[2]) % _P)


_SM2_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_SM2_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_SM2_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_SM2_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_SM2_ID = b"1234567812345678"
Place = tuple[int, int] | None


def verify_sm2(public: bytes, data: bytes, signature: bytes) -> bool:
    """GM/T 0003.2, 7; the signer's id is the default of GM/T 0009, the signature DER of (r, s)."""
    pair = _der_pair(signature)
    if pair is None or len(public) != 65 or public[0] != 4:
        return False
    r, s = pair
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if not (0 < r < _SM2_N and 0 < s < _SM2_N) or not (x < _SM2_P and y < _SM2_P):
        return False
    if (y * y - (x * x * x - 3 * x + _SM2_B)) % _SM2_P:
        return False
    t = (r + s) % _SM2_N
    found = _sm2_add(_sm2_times(s, _SM2_G), _sm2_times(t, (x, y)))
    if not t or found is None:
        return False
    numbers = (_SM2_P - 3, _SM2_B, *_SM2_G, x, y)
    about = b"".join(number.to_bytes(32, "big") for number in numbers)
    signer = sm3((len(_SM2_ID) * 8).to_bytes(2, "big") + _SM2_ID + about)
    return (int.from_bytes(sm3(signer + data), "big") + found[0]) % _SM2_N == r


def _der_pair(der: bytes) -> tuple[int, int] | None:
    """The two numbers of a signature; None where it is not the one way to write them."""
    if len(der) < 8 or der[0] != 0x30 or der[1] != len(der) - 2:
        return None
    numbers, rest = [], der[2:]
    while len(rest) > 2 and rest[0] == 2 and 0 < rest[1] <= len(rest) - 2:
        numbers.append(int.from_bytes(rest[2 : 2 + rest[1]], "big", signed=True))
        rest = rest[2 + rest[1] :]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and not rest else None


def _sm2_add(p: Place, q: Place) -> Place:
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0]:
        if (p[1] + q[1]) % _SM2_P == 0:
            return None
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, _SM2_P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, _SM2_P)
    x = (slope * slope - p[0] - q[0]) % _SM2_P
    return x, (slope * (p[0] - x) - p[1]) % _SM2_P


def _sm2_times(scalar: int, point: Place) -> Place:
    total: Place = None
    while scalar:
        if scalar & 1:
            total = _sm2_add(total, point)
        point = _sm2_add(point, point)
        scalar >>= 1
    return total


_MASK = 0xFFFFFFFF
_SM3_START = bytes.fromhex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e")


def sm3(data: bytes) -> bytes:
    """GM/T 0004."""
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    state = [int.from_bytes(_SM3_START[n : n + 4], "big") for n in range(0, 32, 4)]
    for block in range(0, len(padded), 64):
        words = [int.from_bytes(padded[n : n + 4], "big") for n in range(block, block + 64, 4)]
        for n in range(16, 68):
            mixed = words[n - 16] ^ words[n - 9] ^ _turned(words[n - 3], 15)
            mixed ^= _turned(mixed, 15) ^ _turned(mixed, 23)
            words.append(mixed ^ _turned(words[n - 13], 7) ^ words[n - 6])
        a, b, c, d, e, f, g, h = state
        for n in range(64):
            constant = 0x79CC4519 if n < 16 else 0x7A879D8A
            first = _turned((_turned(a, 12) + e + _turned(constant, n % 32)) & _MASK, 7)
            if n < 16:
                one, two = a ^ b ^ c, e ^ f ^ g
            else:
                one, two = a & b | a & c | b & c, e & f | ~e & g & _MASK
            left = (one + d + (first ^ _turned(a, 12)) + (words[n] ^ words[n + 4])) & _MASK
            right = (two + h + first + words[n]) & _MASK
            right ^= _turned(right, 9) ^ _turned(right, 17)
            a, b, c, d, e, f, g, h = left, a, _turned(b, 9), c, right, e, _turned(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(word.to_bytes(4, "big") for word in state)


def _turned(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> 32 - by) & _MASK if by else word


def main(arguments: list[str] | None = None) -> int:
    """Say what was found; 0 when all is sound, 1 when not, 2 when it cannot be opened."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--key", type=Path, help="the platform's public key, as PEM")
    given = parser.parse_args(arguments)
    try:
        key = given.key.read_text(encoding="ascii") if given.key else ""
        findings = verify(given.package, key)
    except (Broken, OSError, UnicodeDecodeError) as fault:
        sys.stderr.write(f"{given.package}: {fault}\n")
        return 2
    for finding in findings:
        mark = "ok " if finding.is_sound else "BAD"
        sys.stdout.write(f"{mark} {finding.check}: {finding.says}\n")
    if not given.key:
        sys.stdout.write("The key came with the package; give --key to check who made it.\n")
    return 0 if all(finding.is_sound for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
