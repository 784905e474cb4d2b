from django.apps import AppConfig

from tongban.kernel.catalogue import kinds


class CatalogueConfig(AppConfig):
    name = "tongban.kernel.catalogue"
    label = "catalogue"
