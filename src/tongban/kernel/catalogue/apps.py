from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "tongban.kernel.catalogue"
    label = "catalogue"
