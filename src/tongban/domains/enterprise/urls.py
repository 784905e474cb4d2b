from django.urls import path

from tongban.domains.enterprise import portal, workbench

app_name = "enterprise"
urlpatterns = [
    path("enterprise/", portal.zone, name="zone"),
    path("enterprise/consent/", portal.consent, name="consent"),
    path("enterprise/match/", portal.match_again, name="match"),
    path("enterprise/policies/", portal.policies, name="policies"),
    path("enterprise/policies/<slug:key>/", portal.policy, name="policy"),
    path("enterprise/awards/<int:key>/", portal.award, name="award"),
    path("enterprise/ask/", portal.ask, name="ask"),
    path("enterprise/questions/<int:key>/", portal.question, name="question"),
    path("enterprise/answers/", portal.answers, name="answers"),
    path("office/policies/", workbench.batches, name="batches"),
    path("office/policies/<int:key>/", workbench.batch, name="batch"),
    path("office/firms/questions/", workbench.owed, name="owed"),
    path("office/firms/questions/<int:key>/", workbench.question, name="office-question"),
    path("office/firms/report/", workbench.report, name="report"),
]
