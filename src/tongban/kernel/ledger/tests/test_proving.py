"""A proof leads from one event to a signed root, whatever the batches in which it was sealed."""

import pytest

from tongban.kernel.ledger import actions, checkpoints
from tongban.kernel.ledger.merkle import inclusion_proof, leaf_hash, verify_inclusion
from tongban.kernel.ledger.models import Leaf
from tongban.kernel.ledger.queries import proving
from tongban.kernel.ledger.tests.given import BY, happened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("batches", [[1], [1, 1, 1], [3, 1, 7], [8, 5, 2, 1, 4], [16, 9]])
def test_every_event_is_proved_as_the_whole_log_would(batches: list[int]) -> None:
    numbers: list[int] = []
    for size in batches:
        numbers += [happened(subject=f"test.thing:{n}").pk for n in range(size)]
        actions.seal(by=BY)
    proofs = proving.prove(numbers)
    assert [proof.event for proof in proofs] == numbers
    hashes = [bytes(h) for h in Leaf.objects.order_by("position").values_list("hash", flat=True)]
    for proof in proofs:
        assert checkpoints.is_signed(proof.note)
        leaf = leaf_hash(proof.entry)
        assert list(proof.path) == inclusion_proof(hashes[: proof.note.size], proof.position)
        assert verify_inclusion(
            leaf,
            position=proof.position,
            size=proof.note.size,
            proof=proof.path,
            root=bytes.fromhex(proof.note.root),
        )


def test_what_is_not_sealed_is_not_proved() -> None:
    sealed, other = happened().pk, happened(subject="test.thing:2").pk
    assert proving.prove([sealed]) == []
    actions.seal(by=BY)
    late = happened(subject="test.thing:3").pk
    assert [p.event for p in proving.prove([sealed, other, late, 10**9])] == [sealed, other]
