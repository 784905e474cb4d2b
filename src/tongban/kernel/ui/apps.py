from django.apps import AppConfig
from django.utils.translation.reloader import translation_file_changed

from tongban.kernel.ui import catalogues


class UiConfig(AppConfig):
    name = "tongban.kernel.ui"
    label = "ui"

    def ready(self) -> None:
        """Compile the message catalogues of a source checkout, so that no one can forget to."""
        for mo in catalogues.compile_stale():
            # Django's own models have asked for a text by now, and so for the old catalogues.
            translation_file_changed(sender=None, file_path=mo)
