from django.urls import path

from tongban.domains.cases.workbench import elsewhere, savings, views

urlpatterns = [
    path("savings/", savings.report, name="office-savings"),
    path("savings/<slug:key>/", savings.item, name="office-credential"),
    path("elsewhere/", elsewhere.waiting, name="office-elsewhere"),
    path("elsewhere/coming/", elsewhere.coming, name="office-coming"),
    path("elsewhere/<str:case_no>/", elsewhere.one, name="office-elsewhere-case"),
    path("<str:case_no>/", views.case, name="office-case"),
    path("<str:case_no>/check/", views.check, name="office-case-check"),
    path("<str:case_no>/numbers/", views.numbers, name="office-case-numbers"),
    path("<str:case_no>/claim/", views.claim, name="office-case-claim"),
    path("<str:case_no>/acts/<slug:name>/", views.act, name="office-case-act"),
    path("<str:case_no>/materials/<str:key>/", views.material, name="office-case-material"),
    path("<str:case_no>/notices/<slug:kind>/", views.notice, name="office-case-notice"),
]
