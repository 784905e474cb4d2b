from django.urls import path

from tongban.domains.messages import portal, workbench

app_name = "messages"
urlpatterns = [
    path("messages/", portal.inbox, name="inbox"),
    path("messages/read/", portal.read_all, name="read-all"),
    path("messages/settings/", portal.preferences, name="preferences"),
    path("messages/<int:key>/", portal.message, name="message"),
    path("messages/case/<str:case_no>/", portal.thread, name="thread"),
    path("messages/files/<int:key>/", portal.attachment, name="attachment"),
    path("office/messages/", workbench.outbox, name="outbox"),
    path("office/messages/questions/", workbench.questions, name="questions"),
    path("office/messages/case/<str:case_no>/", workbench.thread, name="office-thread"),
]
