"""Everything that changes a seal, and sealing itself."""

from tongban.domains.seals.actions.anchors import read_revocations, revoke, trust
from tongban.domains.seals.actions.life import (
    approve,
    end,
    propose,
    put_certificate,
    reject,
    report_lost,
)
from tongban.domains.seals.actions.sealing import apply, seal_ofd, seal_pdf

__all__ = [
    "apply",
    "approve",
    "end",
    "propose",
    "put_certificate",
    "read_revocations",
    "reject",
    "report_lost",
    "revoke",
    "seal_ofd",
    "seal_pdf",
    "trust",
]
