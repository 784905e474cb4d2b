"""The verbs of the ledger: record, deliver, handle what was set aside, seal, fold."""

from tongban.kernel.ledger.actions.delivering import deliver
from tongban.kernel.ledger.actions.folding import fold
from tongban.kernel.ledger.actions.handling import prune, retry, skip
from tongban.kernel.ledger.actions.recording import record, subject_of
from tongban.kernel.ledger.actions.sealing import seal

__all__ = [
    "deliver",
    "fold",
    "prune",
    "record",
    "retry",
    "seal",
    "skip",
    "subject_of",
]
