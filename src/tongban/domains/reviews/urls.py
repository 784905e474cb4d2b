from django.urls import path

from tongban.domains.reviews import portal, workbench

app_name = "reviews"
urlpatterns = [
    path("reviews/", portal.results, name="results"),
    path("reviews/mine/", portal.mine, name="mine"),
    path("reviews/<str:encounter>/", portal.file, name="file"),
    path("office/reviews/verify/", workbench.verify_queue, name="verify-queue"),
    path("office/reviews/mend/", workbench.mend_queue, name="mend-queue"),
    path("office/reviews/answer/", workbench.answer_queue, name="answer-queue"),
    path("office/reviews/<int:review>/", workbench.task, name="task"),
    path("office/reviews/<int:review>/contact/", workbench.contact, name="contact"),
]
