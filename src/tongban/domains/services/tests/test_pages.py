"""Guides, one-time notices, public lists and the officials' pages, through the door."""

import html
import io
import re
import statistics
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.city import city
from tests.office.people import acting, signed_in
from tongban.domains.services import actions, queries, rules
from tongban.domains.services.models import Drift, ItemTiming, MissedSearch
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def get(path: str, display: str = "std", code: int = 200) -> str:
    client = Client(headers={"host": "localhost"})
    client.cookies["ui"] = display
    response = client.get(path)
    assert response.status_code == code, f"{path} {response.status_code}"
    return response.content.decode()


def paper(path: str) -> str:
    response = Client(headers={"host": "localhost"}).get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_a_guide_answers_what_people_ask() -> None:
    for days, count in ((0, 6), (3, 4)):
        ItemTiming.objects.create(item="signboard-permit", days=days, count=count)
    text = get("/items/signboard-permit/")
    for words in ("户外", "权力清单", "青湖区", "望江区"):
        assert words in text, words
    assert "一半在 0 个工作日内" in text and "/items/signboard-permit/notice/" in text


def test_a_guide_of_a_region_says_what_differs() -> None:
    text = get("/items/signboard-permit/?region=990103")
    assert "青湖区行政审批服务局" in text and "相邻权利人同意书" in text and "本地不同之处" in text
    assert "相邻权利人同意书" not in get("/items/signboard-permit/")
    assert "本地不同之处" not in get("/items/signboard-permit/?region=990104")
    assert "湖滨路" not in get("/items/signboard-permit/?region=<script>")


def test_the_situation_selects_the_papers() -> None:
    found = queries.item("food-licence")[1]
    assert [q.id for q in rules.questions_of(found)] == ["food"]
    text = get("/items/food-licence/?food=raw")
    assert '<option value="raw" selected>' in text
    assert '<option value="hot" selected>' in get("/items/food-licence/?food=nonsense")


@pytest.mark.parametrize("display", ["std", "elder", "en", "elder.en", "high"])
def test_the_notice_tells_everything_once(display: str) -> None:
    text = get("/items/elder-card/notice/?region=990103", display)
    assert text.count("<h1") == 1 and "style=" not in text
    assert "近期一寸免冠照片" in text and "居民身份证" in text and "湖滨路" in text
    assert "/items/elder-card/notice.pdf?region=990103" in text


def test_every_notice_can_be_set_on_paper() -> None:
    for one in queries.items()[::7]:
        text = paper(f"/items/{one.key}/notice.pdf")
        assert "一次告知单" in text and re.sub(r"\s", "", one.name)[:6] in text
    text = paper("/items/food-licence/notice.pdf?food=raw")
    assert "还有生食" in text and "行政复议" in text and "承诺5个工作日" in text
    assert "亲子关系说明" in paper("/things/birth/checklist.pdf?married=single")
    assert "亲子关系说明" not in paper("/things/birth/checklist.pdf?married=married")
    get("/items/no-such/notice.pdf", code=404)


def test_lists_are_public_with_law_and_version() -> None:
    home = get("/publicity/")
    for kind in rules.LISTS:
        assert f"/publicity/{kind}/" in home
        text = get(f"/publicity/{kind}/")
        for version, found in queries.four_lists(kind):
            assert f"/publicity/{kind}/{found.key}/" in text
            page = get(f"/publicity/{kind}/{found.key}/")
            assert f"第 {version.no} 版" in page and found.document in page
            missing = [e.law for e in found.entries if e.law not in html.unescape(page)]
            assert missing == []
    get("/publicity/no-such/", code=404)
    get("/publicity/power_list/no-such/", code=404)


def test_everything_public_is_in_the_footer_and_on_the_map() -> None:
    text = get("/")
    assert 'href="/publicity/"' in text and 'href="/site-map/"' in text
    page = get("/site-map/")
    for one in queries.items():
        assert f'href="/items/{one.key}/"' in page
    for address in set(re.findall(r'href="(/[^"#?]*)"', page)):
        assert Client(headers={"host": "localhost"}).get(address).status_code in {200, 302}, address


@pytest.mark.parametrize("display", ["std", "elder", "en", "elder.en", "high"])
def test_each_public_page_in_each_display(display: str) -> None:
    for path in (
        "/publicity/", "/publicity/power_list/", "/publicity/fund_list/special-2026/",
        "/site-map/", "/items/signboard-permit/?region=990103", "/items/food-licence/notice/",
    ):  # fmt: skip
        text = get(path, display)
        assert text.count("<h1") == 1, path
        assert "style=" not in text and "<script>" not in text, path


def test_a_miss_is_counted_and_a_hit_is_not() -> None:
    get("/search/?q=上太空")
    get("/search/?q=生孩子")
    get("/search/?q=99010119961118803X")
    get("/search/suggest/?q=下深海")
    assert list(MissedSearch.objects.values_list("words", "count")) == [("上太空", 1)]


def test_a_search_takes_far_less_than_it_takes_to_type() -> None:
    asked = (
        "生孩子",
        "营业执照",
        "shenfenzheng",
        "gjj",
        "开饭管",
        "住房 公积金",
        "zzqqy",
        "bus card",
    )
    took = []
    for text in asked * 6:
        began = time.process_time()
        queries.search(text)
        took.append(time.process_time() - began)
    assert len(queries.items()) + len(queries.things()) >= 100
    # The first builds the index, once per edition of the catalogue.
    assert statistics.quantiles(took[1:], n=20)[-1] < 0.05


# The officials' pages --------------------------------------------------------------------------


def test_the_report_shows_whose_turn_it_is() -> None:
    steward, keeper = signed_in("qian"), signed_in("ye.zhiheng")
    assert steward.post("/office/drifts/compare/").status_code == 302
    text = steward.get("/office/drifts/").content.decode()
    assert "青湖区审批局" in text and "相邻权利人同意书" in text
    mine = keeper.get("/office/drifts/").content.decode()
    assert "青湖区" in mine and "望江区" not in mine and "临溪区" not in mine
    row = Drift.objects.get(item="elder-card")
    page = keeper.get(f"/office/drifts/{row.pk}/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    form = {"stage": "mend", "version": version[1], "outcome": "stands", "words": ""}
    assert keeper.post(f"/office/drifts/{row.pk}/", form).status_code == 422
    stale = {**form, "words": "制卡需要", "version": "99"}
    assert keeper.post(f"/office/drifts/{row.pk}/", stale).status_code == 412
    assert (
        keeper.post(f"/office/drifts/{row.pk}/", {**form, "words": "制卡需要"}).status_code == 302
    )
    assert keeper.get("/office/drifts/?state=stands").status_code == 200
    page = steward.get(f"/office/drifts/{row.pk}/").content.decode()
    assert "制卡需要" in page and 'value="confirmed"' in page
    assert signed_in("shao.wanqing").get(f"/office/drifts/{row.pk}/").status_code == 404
    assert signed_in("chen").get("/office/drifts/").status_code == 403
    assert Client().get("/office/drifts/").status_code in {302, 401, 403}


def test_who_wrote_what_is_shown() -> None:
    path = "/office/regions/public-place-hygiene/?region=990102"
    text = signed_in("qian").get(path).content.decode()
    assert "国家卫生健康委员会" in text and "linxi-health" in text


def test_missed_words_are_reviewed() -> None:
    for _ in range(3):
        actions.note_missed(words="上太空", by=actions.SELF)
    steward = signed_in("qian")
    assert "上太空" in steward.get("/office/searches/").content.decode()
    bad = {"act": "add", "missed": "上太空", "words": "上太空", "means": ""}
    assert steward.post("/office/searches/", bad).status_code == 422
    assert steward.post("/office/searches/", {"act": "x", "missed": "上太空"}).status_code == 400
    done = steward.post("/office/searches/", {**bad, "means": "birth"})
    assert done.status_code == 302 and queries.missed(by=acting("qian")) == []
    assert signed_in("chen").get("/office/searches/").status_code == 403
