from django.urls import path

from tongban.domains.cases.workbench import rules

urlpatterns = [
    path("", rules.overview, name="office-rules"),
    path("versions/<int:pk>/shadow/", rules.shadow, name="office-rule-shadow"),
    path("<slug:key>/", rules.rule, name="office-rule"),
    path("<slug:key>/switch/", rules.switch, name="office-rule-switch"),
    path("<slug:key>/looks/<int:pk>/replay/", rules.replay, name="office-rule-replay"),
]
