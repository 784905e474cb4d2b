"""The ledger (台账): one append-only log of what was decided, and the outbox that tells others.

Words   Event (事件) -> Delivery (投递) -> reaction (反应); EventCursor (事件游标) for counters
        Leaf (叶), Checkpoint (检查点) of the sealed log; Lease (租约): one leader among workers
Life    recorded -> delivered to each reaction once -> sealed in order of its number
        a delivery: owed -> done | [set aside -> retried | skipped], pruned after 30 days
Limits  an unsealed tail of at most ten seconds beyond the longest open transaction; a delivery is
        set aside after eight failures, about four minutes
Other   registry.py: declared events and who hears them · order.py: what may be read in order
        merkle.py: RFC 9162 hashing and proofs · checkpoints.py: the file outside the database
"""

EVENTS: dict[str, str] = {
    "delivery.set_aside": (
        "A reaction failed eight times and waits for an operator. data: event, reaction"
    ),
    "delivery.retried": (
        "An operator had a set-aside delivery tried again. data: event, reaction, reason"
    ),
    "delivery.skipped": "An operator gave up a set-aside delivery. data: event, reaction, reason",
    "delivery.pruned": "Finished deliveries were deleted. data: count, days",
}
GRANTS: dict[str, str] = {
    "delivery.handle": "Retry or skip deliveries that were set aside (处理搁置的投递)",
}
