from django.urls import path

from tongban.doors.sign_in import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/demo/", views.demo, name="sign-in-demo"),
    path("sign-in/link/<str:token>/", views.link, name="sign-in-link"),
    path("sign-in/second-factor/", views.second_factor, name="second-factor"),
    path("sign-in/password/", views.password, name="password"),
    path("sign-in/acting/", views.acting, name="acting"),
    path("sign-in/acting/end/", views.acting_end, name="acting-end"),
    path("sign-in/proxies/", views.proxies, name="proxies"),
    path("sign-in/proxies/<int:proxy>/revoke/", views.proxy_revoke, name="proxy-revoke"),
    path("sign-in/window/", views.window, name="window"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
