from datetime import date

from django.urls import path, register_converter

from tongban.domains.payments import api, portal, workbench


class DayConverter:
    """A day in an address: 2026-01-05."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

app_name = "payments"
urlpatterns = [
    path("payments/", portal.mine, name="mine"),
    path("payments/notify/", api.notify, name="notify"),
    path("payments/<str:number>/", portal.bill, name="bill"),
    path("payments/<str:number>/pay/", portal.pay, name="pay"),
    path("payments/<str:number>/back/", portal.back, name="back"),
    path("payments/<str:number>/receipt/", portal.receipt, name="receipt"),
    path("receipts/<str:number>/", portal.verify, name="verify"),
    path("cashier/<str:order_no>/", portal.cashier, name="cashier"),
    path("office/payments/", workbench.bills, name="bills"),
    path("office/payments/refunds/", workbench.refunds, name="refunds"),
    path("office/payments/days/", workbench.days, name="days"),
    path("office/payments/days/compare/", workbench.compare, name="compare"),
    path("office/payments/days/<day:day>/", workbench.day, name="day"),
    path("office/payments/days/<int:key>/", workbench.day_of, name="office-day"),
    path("office/payments/surplus/<int:key>/", workbench.surplus_of, name="office-surplus"),
    path("office/payments/<str:number>/", workbench.bill, name="office-bill"),
]
