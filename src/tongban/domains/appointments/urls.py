from django.urls import path

from tongban.domains.appointments import portal, workbench

urlpatterns = [
    path("halls/", portal.halls, name="halls"),
    path("halls/<slug:key>/", portal.hall, name="hall"),
    path("halls/<slug:key>/screen/", portal.screen, name="hall-screen"),
    path("halls/<slug:key>/check-in/", portal.check_in, name="hall-check-in"),
    path("halls/tickets/<str:token>/", portal.ticket, name="ticket"),
    path("appointments/", portal.mine, name="appointments"),
    path("appointments/new/", portal.book, name="book"),
    path("appointments/<slug:code>/", portal.appointment, name="appointment"),
    path("appointments/<slug:code>/move/", portal.move, name="appointment-move"),
    path("appointments/<slug:code>/cancel/", portal.cancel, name="appointment-cancel"),
    path("office/desk/", workbench.desk, name="office-desk"),
    path("office/reception/", workbench.receptions, name="office-receptions"),
    path("office/reception/<slug:key>/", workbench.reception, name="office-reception"),
]
