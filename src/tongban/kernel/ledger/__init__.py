"""The ledger (台账): one append-only log of what was decided, and the outbox that tells others.

Words   Event (事件) -> Delivery (投递) -> reaction; Leaf, Checkpoint (检查点) for the sealed log
Life    recorded -> delivered to each reaction once -> sealed
Limits  an unsealed tail of at most ten seconds; a delivery is set aside after eight failures
Other   registry.py: what events are declared and who hears them; merkle.py: RFC 9162 hashing
"""

EVENTS: dict[str, str] = {
    "delivery.set_aside": "A reaction failed eight times and waits for an operator. data: reaction",
    "delivery.retried": "An operator had a set-aside delivery tried again. data: reaction, reason",
    "delivery.skipped": "An operator gave up a set-aside delivery. data: reaction, reason",
}
