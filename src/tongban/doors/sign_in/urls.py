from django.urls import path

from tongban.doors.sign_in import outside, proxies, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/demo/", views.demo, name="sign-in-demo"),
    path("sign-in/outside/", outside.begin, name="sign-in-outside"),
    path("sign-in/outside/back/", outside.finish, name="sign-in-outside-back"),
    path("sign-in/link/<str:token>/", views.link, name="sign-in-link"),
    path("sign-in/second-factor/", views.second_factor, name="second-factor"),
    path("sign-in/password/", views.password, name="password"),
    path("sign-in/acting/", views.acting, name="acting"),
    path("sign-in/acting/end/", views.acting_end, name="acting-end"),
    path("sign-in/proxies/", proxies.proxies, name="proxies"),
    path("sign-in/proxies/ask/", proxies.ask, name="proxy-ask"),
    path("sign-in/proxies/requests/<int:key>/answer/", proxies.answer, name="proxy-answer"),
    path("sign-in/proxies/requests/<int:key>/end/", proxies.take_back, name="proxy-take-back"),
    path("sign-in/proxies/child/", proxies.child, name="proxy-child"),
    path("sign-in/proxies/requests/<int:key>/code/", proxies.code, name="proxy-code"),
    path("sign-in/proxies/<int:proxy>/", proxies.done, name="proxy-done"),
    path("sign-in/proxies/<int:proxy>/revoke/", proxies.revoke, name="proxy-revoke"),
    path("sign-in/window/", views.window, name="window"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
