"""Open stored contents. Who may see one is decided by the part that attached it, before asking."""

from typing import BinaryIO

from tongban.kernel.crypto.vault import sha256_hex
from tongban.kernel.errors import N_, NotFound, Refusal
from tongban.kernel.files import backends
from tongban.kernel.files.models import StoredFile


class ContentLost(Refusal):
    """The row is there, its content is not, or is no longer what was stored."""

    says = N_("The content of this file is missing or was altered ({sha256}).")
    hint = N_("Tell the operators: they can restore it from the backup under this number.")
    status = 503


def stored(*, sha256: str) -> StoredFile:
    """Answer the file of this content."""
    found = StoredFile.objects.filter(sha256=sha256).first()
    if found is None:
        raise NotFound()
    return found


def open_file(file: StoredFile) -> BinaryIO:
    """Open the content as a stream, for downloads."""
    try:
        return backends.current().open(file.storage_key)
    except FileNotFoundError:
        raise ContentLost(sha256=file.sha256) from None


def read_file(file: StoredFile) -> bytes:
    """Answer the whole content, checked against its hash: for seals, evidence and archives."""
    with open_file(file) as stream:
        content = stream.read()
    if sha256_hex(content) != file.sha256:
        raise ContentLost(sha256=file.sha256)
    return content
