"""Store contents; the only writer of their rows."""

from collections.abc import Collection
from typing import BinaryIO

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto.vault import sha256_hex
from tongban.kernel.errors import SignInNeeded
from tongban.kernel.files import backends, rules
from tongban.kernel.files.models import StoredFile
from tongban.kernel.files.rules import Kind


@transaction.atomic
def store(
    *,
    data: bytes | BinaryIO,
    name: str,
    by: Actor,
    kinds: Collection[Kind] = rules.MATERIALS,
    most_mb: int | None = None,
) -> StoredFile:
    """Store a content after looking into it; the same content again is the same file."""
    if by.kind == "nobody":
        raise SignInNeeded()
    limit = min(rules.limit_mb(kinds), most_mb or rules.limit_mb(kinds))
    content = data if isinstance(data, bytes) else data.read(limit * rules.MEGABYTE + 1)
    kind = rules.check_content(content, name=name, kinds=kinds, most_mb=most_mb)
    return keep(content=content, kind=kind, by=by)


@transaction.atomic(savepoint=False)
def keep(*, content: bytes, kind: Kind, by: Actor) -> StoredFile:
    """Store what the platform made itself, as it is; what comes from outside goes by `store`."""
    sha256 = sha256_hex(content)
    key = rules.storage_key(sha256)
    # The content before the row: if we stop in between, a content without a row harms nobody.
    backend = backends.current()
    if not backend.has(key):
        backend.write(key, content)
    stored, _is_new = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": len(content),
            "kind": kind.value,
            "content_type": rules.CONTENT_TYPES[kind],
            "storage_key": key,
            "stored_at": clock.now(),
        },
    )
    return stored
