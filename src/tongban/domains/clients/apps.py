from django.apps import AppConfig

from tongban.domains.clients import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_


class ClientsConfig(AppConfig):
    name = "tongban.domains.clients"
    label = "clients"

    def ready(self) -> None:
        """Bring our kind into the catalogue: registering a client takes two persons."""
        kinds.register(
            kinds.Kind(
                name="client",
                label=N_("Clients of the API"),
                file="clients.toml",
                table="client",
                check=rules.check_client,
            )
        )
