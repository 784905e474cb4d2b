from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "tongban.domains.cases"
    label = "cases"
