from django.urls import path

from tongban.domains.licences import portal

urlpatterns = [
    path("licences/", portal.wallet, name="licences"),
    path("licences/<str:identifier>/", portal.licence, name="licence"),
    path("licences/<str:identifier>/pdf/", portal.pdf, name="licence-pdf"),
    path("verify/", portal.verify, name="verify"),
    # As printed in the QR code, hence without a slash at its end.
    path("verify/<str:identifier>", portal.verified, name="verified"),
]
