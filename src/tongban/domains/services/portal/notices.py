"""The one-time notice (一次告知单) of an item or a one-thing, to read, to print, and as a paper."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, override

from tongban.domains.services import queries, rules
from tongban.domains.services.portal import things as pages
from tongban.domains.services.portal.cards import (
    Sheet,
    crumbs,
    language,
    organ,
    sheets,
    stands_in,
)
from tongban.domains.services.portal.guides import about, region_of
from tongban.kernel import clock
from tongban.kernel.documents import renderer
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all

RIGHTS = (
    "需要您补充的材料，我们一次说清；没有一次告知的，不得再要求。",
    "能够通过数据共享、电子证照核验的材料，您不用提交；核验不到时，可以上传或者作出承诺。",
    "对不予受理、不予批准的决定不服，可以自收到决定之日起六十日内申请行政复议，"
    "或者六个月内向人民法院提起行政诉讼（《行政复议法》《行政诉讼法》，具体以决定书载明的为准）。",
)


@open_to_all
def item_notice(request: HttpRequest, key: str) -> HttpResponse:
    """What one item asks in one's situation, told once."""
    found = queries.regional(key, region_of(request))
    answers = queries.situation(found.item, request.GET)
    context = {
        **about(found, answers),
        "paper_url": _paper_url("item-notice-paper", key, found, answers),
        "city": queries.city(),
        "today": clock.today(),
        "crumbs": crumbs(
            (gettext("All services"), "items"),
            (found.item.title(language()), reverse("item", args=[key])),
            (gettext("What you need, told once"), ""),
        ),
        "layout": layouts.of(request),
    }
    return modes.page(request, "services/notice.html", context)


def _paper_url(name: str, key: str, found: queries.Regional, answers: Mapping[str, str]) -> str:
    asked = dict(answers)
    if found.variant:
        asked["region"] = found.region
    return reverse(name, args=[key]) + (f"?{urlencode(asked)}" if asked else "")


@open_to_all
def item_notice_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The same as a PDF, dated today."""
    found = queries.regional(key, region_of(request))
    answers = queries.situation(found.item, request.GET)
    address = request.build_absolute_uri(_paper_url("item-notice", key, found, answers))
    made = _item_paper(
        found.pins, tuple(sorted(answers.items())), clock.today().isoformat(), address
    )
    return _file(made, key)


@open_to_all
def thing_notice_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The one-time notice of a one-thing as a PDF."""
    version, found = queries.thing(key)
    answers = pages.answers_of(found, request.GET)
    path = f"{reverse('thing-checklist', args=[key])}?{urlencode(answers)}"
    address = request.build_absolute_uri(path)
    made = _thing_paper(
        version.id, tuple(sorted(answers.items())), clock.today().isoformat(), address
    )
    return _file(made, key)


def _file(made: bytes, key: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{key}-notice.pdf"'
    return answer


# Setting a paper takes a tenth of a second, and anyone may ask: equal questions share an answer.
@lru_cache(maxsize=256)
def _item_paper(
    pins: tuple[int, int | None], answers: tuple[tuple[str, str], ...], day: str, address: str
) -> bytes:
    found = queries.pinned(*pins)
    with override("zh-hans"):
        wanted = [
            Sheet(paper, [], stands_in(paper)) for paper in queries.papers_for(found, dict(answers))
        ]
        questions = [(q, dict(answers)[q.id]) for q in rules.questions_of(found)]
        data = _paper(found.name, organ(found.organ).name, questions, wanted, day, address)
        data["sections"] = [*_item_sections(found), *data["sections"]]
    return renderer.render("notice", data)


@lru_cache(maxsize=128)
def _thing_paper(
    version: int, answers: tuple[tuple[str, str], ...], day: str, address: str
) -> bytes:
    found = queries.thing_of(version)
    asked = rules.asked(found, dict(answers), queries.holds)
    with override("zh-hans"):
        offer = queries.offer(found, {q.id: dict(answers)[q.id] for q in asked})
        questions = [(q, dict(answers)[q.id]) for q in asked]
        data = _paper(found.name, organ(found.lead).name, questions, sheets(offer), day, address)
        rows = [[one.name, organ(one.organ).name, _days(one), _fee(one)] for one in offer.items]
        table = {"head": ["事项", "办理部门", "时限", "收费"], "rows": rows}
        data["sections"] = [{"title": "谁来办、多久、多少钱", "table": table}, *data["sections"]]
    return renderer.render("notice", data)


def _paper(
    name: str,
    office: str,
    questions: Sequence[tuple[rules.Question, str]],
    wanted: Sequence[Sheet],
    day: str,
    address: str,
) -> dict[str, Any]:
    asked = [row for row in wanted if row.paper.is_asked]
    shared = [row for row in wanted if not row.paper.is_asked]
    sections: list[dict[str, Any]] = []
    if asked:
        rows = [
            [str(n), row.name, "可上传，也可承诺" if row.paper.material.promise else "上传或交窗口",
             row.paper.material.law or "—"]
            for n, row in enumerate(asked, 1)
        ]  # fmt: skip
        head = ["序号", "材料", "怎么交", "要求依据"]
        sections.append({"title": f"您要准备的材料（{len(asked)} 份）",
                         "table": {"head": head, "rows": rows}})  # fmt: skip
    else:
        sections.append({"title": "您要准备的材料", "lines": ["不需要提交材料。"]})
    if shared:
        rows = [[row.name, row.replaced_by or "数据共享"] for row in shared]
        table = {"head": ["不用交的材料", "由什么代替"], "rows": rows}
        sections.append({"title": f"不用交（{len(shared)} 份）", "table": table})
    sections.append({"title": "您的权利", "lines": list(RIGHTS)})
    facts = [["咨询电话", str(queries.city().get("hotline", ""))]]
    return {
        "organ": office,
        "made_at": clock.moment(day),
        "title": "一次告知单",
        "item": name,
        "date": clock.moment(day).date(),
        "situation": [[q.text, _option(q, value)] for q, value in questions],
        "sections": sections,
        "facts": facts,
        "qr": address or None,
        "demo": settings.TONGBAN_DEMO,
    }


def _option(question: rules.Question, value: str) -> str:
    return next((o["text"] for o in question.options if o["value"] == value), value)


def _item_sections(found: rules.Item) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    if conditions := found.body.get("conditions"):
        sections.append({"title": "办理条件", "lines": [str(c) for c in conditions]})
    where = [
        ["时限", _days(found)],
        ["收费", _fee(found)],
        ["到现场", f"{found.visits} 次"],
        ["办理地点", str(found.body.get("address", ""))],
        ["办公时间", str(found.body.get("hours", ""))],
        ["咨询", str(found.body.get("contact", ""))],
        ["监督投诉", str(found.body.get("supervise", ""))],
    ]
    if found.special_procedures:
        where.insert(1, ["不计入时限", "、".join(found.special_procedures)])
    sections.append({"title": "时限、收费、地点", "pairs": [row for row in where if row[1]]})
    if found.laws:
        sections.append({"title": "设定依据", "lines": [str(law) for law in found.laws]})
    return sections


def _days(found: rules.Item) -> str:
    if found.is_instant and found.promised_days <= 1:
        return f"符合规则的当场办结；法定 {found.statutory_days} 个工作日"
    return f"承诺 {found.promised_days} 个工作日；法定 {found.statutory_days} 个工作日"


def _fee(found: rules.Item) -> str:
    if found.is_free:
        return "不收费"
    return "；".join(
        f"{f.get('name', '')} {f.get('amount', '')}（{f.get('basis', '—')}）"
        for f in found.body["fee"]
    )
