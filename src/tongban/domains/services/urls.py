from django.urls import path

from tongban.domains.services import portal, workbench

urlpatterns = [
    path("search/", portal.search, name="search"),
    path("search/suggest/", portal.suggest, name="search-suggest"),
    path("things/", portal.things, name="things"),
    path("things/<slug:key>/", portal.thing, name="thing"),
    path("things/<slug:key>/checklist/", portal.checklist, name="thing-checklist"),
    path("things/<slug:key>/checklist.pdf", portal.thing_notice_paper, name="thing-notice-paper"),
    path("items/", portal.items, name="items"),
    path("items/<slug:key>/", portal.item, name="item"),
    path("items/<slug:key>/notice/", portal.item_notice, name="item-notice"),
    path("items/<slug:key>/notice.pdf", portal.item_notice_paper, name="item-notice-paper"),
    path("publicity/", portal.publicity, name="publicity"),
    path("publicity/<slug:kind>/", portal.lists, name="lists"),
    path("publicity/<slug:kind>/<slug:key>/", portal.four_list, name="four-list"),
    path("site-map/", portal.site_map, name="site-map"),
    path("office/drifts/", workbench.drifts, name="office-drifts"),
    path("office/drifts/compare/", workbench.compare, name="office-drifts-compare"),
    path("office/drifts/<int:key>/", workbench.drift, name="office-drift"),
    path("office/searches/", workbench.searches, name="office-searches"),
    path("office/regions/<slug:key>/", workbench.layers, name="office-item-layers"),
]
