from importlib import import_module

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "tongban.doors.workbench"
    label = "workbench"

    def ready(self) -> None:
        """Enter the pages in the rail, once every table is known."""
        import_module(f"{self.name}.rail")
        import_module(f"{self.name}.definitions.shown")
