from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

from tongban.kernel.ledger import registry


class LedgerConfig(AppConfig):
    name = "tongban.kernel.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Read every card's events, then let every part's reactions register."""
        ours = [config for config in apps.get_app_configs() if config.name.startswith("tongban.")]
        for config in ours:
            registry.declare(config.name, getattr(config.module, "EVENTS", {}))
        for config in ours:
            if config.module and module_has_submodule(config.module, "reactions"):
                import_module(f"{config.name}.reactions")
