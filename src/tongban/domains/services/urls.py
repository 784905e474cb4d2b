from django.urls import path

from tongban.domains.services import portal

urlpatterns = [
    path("search/", portal.search, name="search"),
    path("search/suggest/", portal.suggest, name="search-suggest"),
    path("things/", portal.things, name="things"),
    path("things/<slug:key>/", portal.thing, name="thing"),
    path("things/<slug:key>/checklist/", portal.checklist, name="thing-checklist"),
    path("items/", portal.items, name="items"),
    path("items/<slug:key>/", portal.item, name="item"),
]
