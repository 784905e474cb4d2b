"""The e-receipt (电子票据) of a paid bill: set when first opened, and the same bytes ever after."""

from django.conf import settings
from django.db import transaction

from tongban.domains.payments import queries, rules
from tongban.domains.payments.models import Bill
from tongban.domains.payments.rules import State
from tongban.kernel.actor import Actor
from tongban.kernel.documents import renderer
from tongban.kernel.files import actions as files
from tongban.kernel.files import queries as stored
from tongban.kernel.identity import queries as identity


def pdf(*, bill: Bill, by: Actor) -> bytes:
    """The receipt as PDF. Raises NotPaid while nothing was paid."""
    if bill.state in {State.OPEN, State.VOIDED} or bill.paid_at is None:
        raise rules.NotPaid()
    if bill.receipt:
        return stored.read_file(stored.stored(sha256=bill.receipt))
    organ = identity.organ(bill.organ)
    data = renderer.render(
        "letter",
        {
            "organ": organ.name,
            "title": "非税收入一般缴款书（电子票据）",
            "number": f"票据代码 {queries.settings().receipt_code}　票据号码 {bill.number}",
            "addressee": queries.payer_name(bill),
            "paragraphs": [
                f"办件编号：{bill.case_no}。缴款事由：{bill.title}。",
                f"金额合计（大写）：{rules.capital(bill.fen)}",
                f"金额合计（小写）：{rules.yuan(bill.fen)} 元",
                f"校验码：{queries.check_code(bill)}。可凭票据号码和校验码在线查验真伪与状态。",
            ],
            "table": {
                "head": ["项目编码", "项目名称", "数量", "金额（元）", "收费依据"],
                "rows": [
                    [line.code, line.name, str(line.quantity), line.yuan, line.law]
                    for line in queries.lines_of(bill)
                ],
            },
            "date": bill.paid_at.date(),
            "made_at": bill.paid_at,
            "qr": f"{settings.BASE_URL}/receipts/{bill.number}/?code={queries.check_code(bill)}",
            "demo": settings.TONGBAN_DEMO,
            "seal": True,
        },
    )
    return _keep(bill=bill, data=data, by=by)


@transaction.atomic
def _keep(*, bill: Bill, data: bytes, by: Actor) -> bytes:
    kept = files.store(data=data, name="receipt.pdf", by=by)
    if not Bill.objects.filter(pk=bill.pk, receipt="").update(receipt=kept.sha256):
        bill.refresh_from_db(fields=["receipt"])
        return stored.read_file(stored.stored(sha256=bill.receipt))
    return data
