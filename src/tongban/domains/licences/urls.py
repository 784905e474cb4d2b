from django.urls import path

from tongban.domains.licences.portal import showing, verifying, wallet

urlpatterns = [
    path("licences/", wallet.wallet, name="licences"),
    path("licences/<str:identifier>/", wallet.licence, name="licence"),
    path("licences/<str:identifier>/pdf/", wallet.pdf, name="licence-pdf"),
    path("licences/<str:identifier>/ofd/", wallet.ofd, name="licence-ofd"),
    path("licences/<str:identifier>/file/", wallet.offline, name="licence-file"),
    path("licences/<str:identifier>/show/", showing.show, name="licence-show"),
    path("licences/<str:identifier>/copy/", wallet.copy, name="licence-copy"),
    path("licences/<str:identifier>/copies/<int:use>/", wallet.copy_pdf, name="licence-copy-pdf"),
    path("licences/<str:identifier>/report/", wallet.report, name="licence-report"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/keys.json", verifying.keys, name="verify-keys"),
    path("verify/status/<str:issuer>.json", verifying.status, name="verify-status"),
    path("verify/now/<str:token>", verifying.shown, name="shown"),
    # As printed in the QR code, hence without a slash at its end.
    path("verify/<str:identifier>", verifying.verified, name="verified"),
]
