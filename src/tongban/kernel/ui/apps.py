from django.apps import AppConfig

from tongban.kernel.ui import catalogues


class UiConfig(AppConfig):
    name = "tongban.kernel.ui"
    label = "ui"

    def ready(self) -> None:
        """Compile the message catalogues of a source checkout, so that no one can forget to."""
        catalogues.compile_stale()
