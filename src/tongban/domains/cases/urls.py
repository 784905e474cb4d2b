from django.urls import path

from tongban.domains.cases.portal import asking, drafting, explaining, figures, filings, supplements

urlpatterns = [
    path("savings/", figures.figures, name="savings"),
    path("start/<str:kind>/<slug:key>/", drafting.start, name="start"),
    path("my/", filings.mine, name="my"),
    path("my/drafts/<str:key>/", drafting.go_on, name="draft"),
    path("my/drafts/<str:key>/questions/", drafting.questions, name="draft-questions"),
    path(
        "my/drafts/<str:key>/questions/<slug:question>/", drafting.question, name="draft-question"
    ),
    path("my/drafts/<str:key>/who/", drafting.who, name="draft-who"),
    path("my/drafts/<str:key>/where/", drafting.where, name="draft-where"),
    path("my/drafts/<str:key>/facts/", drafting.facts, name="draft-facts"),
    path("my/drafts/<str:key>/facts/again/", drafting.ask_again, name="draft-again"),
    path("my/drafts/<str:key>/correct/", drafting.correct, name="draft-correct"),
    path("my/drafts/<str:key>/materials/", drafting.materials, name="draft-materials"),
    path("my/drafts/<str:key>/sign/", drafting.sign, name="draft-sign"),
    path("my/drafts/<str:key>/discard/", drafting.discard, name="draft-discard"),
    path("my/<str:number>/", filings.progress, name="progress"),
    path("my/<str:number>/notices/<str:notice>/", filings.notice, name="notice"),
    path("my/<str:number>/<str:case_no>/why/", explaining.why, name="why"),
    path("my/<str:number>/<str:case_no>/withdraw/", filings.withdraw, name="withdraw"),
    path("my/<str:number>/<str:case_no>/supplement/", supplements.supplement, name="supplement"),
    path("my/<str:number>/<str:case_no>/supply/", supplements.supply, name="supply"),
    path("my/<str:number>/<str:case_no>/pass-on/", supplements.pass_on, name="pass-on"),
    path("my/<str:number>/<str:case_no>/ask/<slug:what>/", asking.ask, name="ask"),
]
