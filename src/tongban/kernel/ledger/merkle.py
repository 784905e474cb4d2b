"""Merkle log (默克尔日志): the hashing and the proofs of RFC 9162 §2.1; pure.

A leaf is hashed with 0x00 before it and a node with 0x01, so that no node passes for a leaf. The
tree over n leaves splits at the largest power of two below n.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()
"""The root of a log without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What one keeps of a log to append to it: the roots of its perfect subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The log with one leaf more."""
        return self.extend([leaf])

    def extend(self, leaves: Sequence[bytes]) -> "Frontier":
        """The log with these leaves more."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            peaks.append(leaf)
            # As many subtrees close as the old size has ones at its end: carrying in binary.
            closing = size
            while closing & 1:
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
                closing >>= 1
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root over every leaf appended so far."""
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def is_whole(self) -> bool:
        """Whether there is a subtree for each power of two in the size."""
        return len(self.peaks) == self.size.bit_count()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes: MTH of the RFC."""
    return Frontier().extend(leaves).root()


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """The path from a leaf to the root: PATH of the RFC, §2.1.3.1."""
    if not 0 <= position < len(leaves):
        raise IndexError(f"There is no leaf {position} in a log of {len(leaves)}.")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if position < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return path[::-1]


def verify_inclusion(
    leaf: bytes, *, position: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf stands at the position of the log with this size and root, §2.1.3.2."""
    if not 0 <= position < size:
        return False
    node, last, found = position, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """The proof that the log begins with its first `earlier` leaves: PROOF of the RFC, §2.1.4.1."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"A log of {len(leaves)} has no part of {earlier}.")
    path: list[bytes] = []
    low, high, is_old_root = 0, len(leaves), True
    while earlier < high:
        middle = low + _split(high - low)
        if earlier <= middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low, is_old_root = middle, False
    # The verifier holds the earlier root; only a smaller subtree must be told.
    return path[::-1] if is_old_root else [root(leaves[low:high]), *path[::-1]]


def verify_consistency(
    *, earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the log with this size and root begins with the earlier one, §2.1.4.2."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and earlier_root == root
    steps = list(proof)
    if earlier.bit_count() == 1:
        steps.insert(0, earlier_root)
    if not steps:
        return False
    node, last = earlier - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root
