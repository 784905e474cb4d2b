from django.apps import AppConfig

from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.processes import rules


class ProcessesConfig(AppConfig):
    name = "tongban.kernel.processes"
    label = "processes"

    def ready(self) -> None:
        kinds.register(
            kinds.Kind(
                name="process",
                label=N_("Stage graphs"),
                folder="processes",
                check=rules.check,
                order=40,
            )
        )
