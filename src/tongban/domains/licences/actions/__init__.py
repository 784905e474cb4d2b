"""The verbs of licences: issue, change, suspend, resume, revoke, cancel, use, show, report."""

from tongban.domains.licences.actions.checks import note_check
from tongban.domains.licences.actions.copies import annotate, annotated, ofd, pdf
from tongban.domains.licences.actions.due import expire, remind
from tongban.domains.licences.actions.issuing import Holder, change, issue
from tongban.domains.licences.actions.reports import SELF, answer, report
from tongban.domains.licences.actions.standing import cancel, resume, revoke, suspend
from tongban.domains.licences.actions.uses import note_use

__all__ = [
    "SELF",
    "Holder",
    "annotate",
    "annotated",
    "answer",
    "cancel",
    "change",
    "expire",
    "issue",
    "note_check",
    "note_use",
    "ofd",
    "pdf",
    "remind",
    "report",
    "resume",
    "revoke",
    "suspend",
]
