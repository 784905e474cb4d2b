from django.apps import AppConfig

from tongban.kernel.catalogue import kinds
from tongban.kernel.processes import rules


class ProcessesConfig(AppConfig):
    name = "tongban.kernel.processes"
    label = "processes"

    def ready(self) -> None:
        kinds.register(kinds.Kind(name="process", folder="processes", check=rules.check, order=40))
