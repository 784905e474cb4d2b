"""Questions about clients: who signs as whom."""

from tongban.domains.clients import rules
from tongban.domains.clients.rules import Client
from tongban.kernel.catalogue import queries as catalogue


def client(key: str) -> Client:
    """The client of that key, as it is published today."""
    found = catalogue.find("client", key) if key else None
    if found is None:
        raise rules.NotSigned()
    return catalogue.compiled(found, lambda version: rules.client(version.body))
