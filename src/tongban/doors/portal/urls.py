from django.urls import path

from tongban.doors.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/<slug:name>/", views.styleguide_page, name="styleguide-page"),
]
