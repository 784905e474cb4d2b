"""RFC 9162 hashing against the RFC's own recursive definitions, and proofs against tampering."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.ledger import merkle

LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(70)]


def mth(entries: list[bytes]) -> bytes:
    """§2.1.1, word by word, from entries and not from hashes."""
    if not entries:
        return sha256().digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


# The entries and roots published with Certificate Transparency's reference code (RFC 6962, whose
# hashing RFC 9162 keeps).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_published_vectors() -> None:
    assert merkle.root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    for size, expected in enumerate(ROOTS, start=1):
        assert merkle.root([merkle.leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == expected


@settings(deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=80))
def test_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert merkle.root([merkle.leaf_hash(entry) for entry in entries]) == mth(entries)


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_frontier_grows_to_the_same_root_in_whatever_batches(sizes: list[int]) -> None:
    frontier, leaves = merkle.Frontier(), list[bytes]()
    for batch, size in enumerate(sizes):
        fresh = [merkle.leaf_hash(f"{batch}/{number}".encode()) for number in range(size)]
        frontier, leaves = frontier.extend(fresh), leaves + fresh
        assert frontier.is_whole()
        assert frontier.root() == merkle.root(leaves)
    assert frontier.size == len(leaves)


def test_every_leaf_of_every_size_is_proved_included() -> None:
    for size in range(1, len(LEAVES)):
        root = merkle.root(LEAVES[:size])
        for position in range(size):
            proof = merkle.inclusion_proof(LEAVES[:size], position)
            assert merkle.verify_inclusion(
                LEAVES[position], position=position, size=size, proof=proof, root=root
            )
            assert not merkle.verify_inclusion(
                LEAVES[position + 1], position=position, size=size, proof=proof, root=root
            )


def test_every_earlier_size_is_proved_consistent() -> None:
    for size in range(1, len(LEAVES)):
        root = merkle.root(LEAVES[:size])
        for earlier in range(1, size + 1):
            proof = merkle.consistency_proof(LEAVES[:size], earlier)
            given = {"earlier": earlier, "size": size, "root": root, "proof": proof}
            assert merkle.verify_consistency(earlier_root=merkle.root(LEAVES[:earlier]), **given)
            assert not merkle.verify_consistency(earlier_root=LEAVES[-1], **given)


@settings(deadline=None)
@given(st.data())
def test_a_changed_leaf_breaks_proofs_and_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 60))
    changed = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(changed + 1, size))
    old, new = LEAVES[:size], list(LEAVES[:size])
    new[changed] = merkle.leaf_hash(b"forged")
    assert merkle.root(new) != merkle.root(old)
    if earlier < size:
        assert not merkle.verify_consistency(
            earlier=earlier,
            earlier_root=merkle.root(old[:earlier]),
            size=size,
            root=merkle.root(new),
            proof=merkle.consistency_proof(new, earlier),
        )
    assert not merkle.verify_inclusion(
        new[changed],
        position=changed,
        size=size,
        proof=merkle.inclusion_proof(new, changed),
        root=merkle.root(old),
    )


@settings(deadline=None)
@given(st.data())
def test_a_bent_proof_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 60))
    position = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(LEAVES[:size], position)
    bent = data.draw(
        st.sampled_from([proof[:-1], [*proof, LEAVES[0]], [merkle.EMPTY, *proof[1:]], proof[::-1]])
    )
    if bent == proof:
        return
    assert not merkle.verify_inclusion(
        LEAVES[position],
        position=position,
        size=size,
        proof=bent,
        root=merkle.root(LEAVES[:size]),
    )


def test_out_of_range_is_refused() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(LEAVES, len(LEAVES))
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES, 0)
    assert not merkle.verify_inclusion(LEAVES[0], position=5, size=5, proof=[], root=LEAVES[0])
    assert not merkle.verify_consistency(
        earlier=0, earlier_root=merkle.EMPTY, size=1, root=LEAVES[0], proof=[]
    )
