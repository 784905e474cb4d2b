"""Regions compared and mended, missed words reviewed, items out and in, over real days."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.city import city
from tests.office.people import acting, settle
from tongban.domains.services import actions, queries
from tongban.domains.services.models import Drift, ItemTiming, MissedSearch
from tongban.domains.services.rules import columns, drifts, sheets
from tongban.domains.services.rules.search import NoWords
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue import queries as definitions
from tongban.kernel.catalogue.rules import Faulty
from tongban.kernel.errors import Invalid, NotFound, NotPermitted, Refusal
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter, WorkItem

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

DRAFTER, PUBLISHER, KEEPER, OTHER = "qian", "li", "ye.zhiheng", "shao.wanqing"
SPJ = "signboard-permit.990103"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def compared() -> None:
    actions.compare(by=acting(DRAFTER))


def published(kind: str, key: str, body: dict[str, Any], *, author: str = DRAFTER) -> None:
    draft = catalogue.draft(kind=kind, key=key, body=body, by=acting(author))
    catalogue.submit(definition=draft.pk, by=acting(author))
    catalogue.publish(definition=draft.pk, by=acting(PUBLISHER))


def variant(key: str, **change: Any) -> dict[str, Any]:
    body = {**definitions.current("item_variant", key).body, **change}
    return {name: value for name, value in body.items() if value is not None}


# Inheritance ---------------------------------------------------------------------------------


def test_a_district_cannot_write_what_is_fixed_above() -> None:
    by = acting(KEEPER)
    body = variant(SPJ, statutory_days=30)
    draft = catalogue.draft(kind="item_variant", key=SPJ, body=body, by=by)
    with pytest.raises(Faulty) as refused:
        catalogue.submit(definition=draft.pk, by=by)
    assert set(refused.value.problems) == {"statutory_days"}
    assert "青原省" in refused.value.sentence()


def test_an_item_outside_its_list_is_not_published() -> None:
    by = acting(DRAFTER)
    body = {**definitions.current("service_item", "pesticide-licence").body, "organ": "civil"}
    draft = catalogue.draft(kind="service_item", key="pesticide-licence", body=body, by=by)
    with pytest.raises(Faulty) as refused:
        catalogue.submit(definition=draft.pk, by=by)
    assert "basic_code" in refused.value.problems


def test_what_a_case_pinned_stays_as_it_was() -> None:
    pins = queries.regional("signboard-permit", "990103").pins
    before = queries.pinned(*pins)
    assert (before.promised_days, before.organ) == (5, "qinghu-spj")
    published("item_variant", SPJ, variant(SPJ, promised_days=4, process="short-review"))
    assert queries.pinned(*pins) == before
    assert queries.regional("signboard-permit", "990103").item.promised_days == 4
    assert queries.regional("signboard-permit", "990103001").item.promised_days == 4
    assert queries.regional("signboard-permit", "990101").item.promised_days == 3
    assert queries.item("signboard-permit")[1].promised_days == 3


def test_each_level_is_named_for_what_it_wrote() -> None:
    rows = {
        r.name: r for r in queries.provenance(queries.regional("public-place-hygiene", "990102"))
    }
    assert [rows[n].level for n in ("name", "statutory_days", "material", "promised_days")] == [
        "Nation", "Province", "City", "District",
    ]  # fmt: skip
    assert rows["name"].is_fixed and rows["statutory_days"].is_fixed


# Drift -----------------------------------------------------------------------------------------


def test_what_the_demo_planted_is_found_once(compared: None) -> None:
    found = {(d.item, d.region, d.field) for d in Drift.objects.filter(state="open")}
    assert found == {
        ("public-place-hygiene", "990102", "promised_days"),
        ("public-place-hygiene", "990102", "visits"),
        ("signboard-permit", "990103", "materials"),
        ("signboard-permit", "990103", "promised_days"),
        ("pesticide-licence", "990104", "steps"),
        ("household-move", "990102", "visits"),
        ("elder-card", "990103", "materials"),
    }
    again = actions.compare(by=acting(DRAFTER))
    assert (again.opened, again.mended, again.open) == (0, 0, 7)
    for row in Drift.objects.all():
        work = WorkItem.objects.get(matter=row.matter_id)
        assert (work.organ, work.grant) == (row.organ, "item.mend")
        # Ten working days: 20 September is one, a Sunday made up for.
        assert row.matter.due_on == clock.moment("2026-09-20").date()
    assert Event.objects.filter(name="drift.opened").count() == 7


def test_publishing_what_agrees_mends_it(compared: None) -> None:
    published("item_variant", SPJ, variant(SPJ, promised_days=3, process="short-review"))
    settle()
    states = dict(Drift.objects.filter(item="signboard-permit").values_list("field", "state"))
    assert states == {"materials": "open", "promised_days": "mended"}
    ended = Drift.objects.get(item="signboard-permit", field="promised_days")
    assert Matter.objects.get(pk=ended.matter_id).state == "ended" and ended.closed_at


def test_a_city_that_changes_its_item_shows_who_fell_behind(compared: None) -> None:
    body = {**definitions.current("service_item", "elder-card").body, "visits": 1}
    published("service_item", "elder-card", body)
    settle()
    found = Drift.objects.filter(item="elder-card", state="open").values_list("field", flat=True)
    assert set(found) == {"materials"}, "the variant takes visits over from the city"


def test_saying_mended_is_not_mending(compared: None) -> None:
    row = Drift.objects.get(item="elder-card")
    with pytest.raises(drifts.StillDiffers):
        actions.mend(drift=row.pk, outcome="mended", words="已改", by=acting(KEEPER))
    row.refresh_from_db()
    assert (row.said, row.state) == ("", "open")


def test_a_difference_may_stand_for_a_reason(compared: None) -> None:
    row = Drift.objects.get(item="elder-card")
    with pytest.raises(Invalid):
        actions.mend(drift=row.pk, outcome="stands", words=" ", by=acting(KEEPER))
    actions.mend(drift=row.pk, outcome="stands", words="制卡设备需要照片", by=acting(KEEPER))
    with pytest.raises(drifts.NotAtThisStage):
        actions.mend(drift=row.pk, outcome="stands", words="再说一次", by=acting(KEEPER))
    actions.confirm(drift=row.pk, outcome="again", words="公安有照片", by=acting(DRAFTER))
    actions.mend(drift=row.pk, outcome="stands", words="共享照片不可用", by=acting(KEEPER))
    actions.confirm(drift=row.pk, outcome="confirmed", words="同意保留一年", by=acting(DRAFTER))
    row.refresh_from_db()
    assert (row.state, row.answer) == ("stands", "同意保留一年")
    assert actions.compare(by=acting(DRAFTER), item="elder-card").opened == 0
    photo = [{**definitions.current("item_variant", "elder-card.990103").body["material"][0],
              "name": "两张照片"}]  # fmt: skip
    published("item_variant", "elder-card.990103", variant("elder-card.990103", material=photo))
    settle()
    assert Drift.objects.filter(item="elder-card", state="open").count() == 1, "another difference"


def test_each_sees_and_mends_their_own(compared: None) -> None:
    row = Drift.objects.get(item="elder-card")
    assert row in queries.drifts(by=acting(KEEPER))
    assert row not in queries.drifts(by=acting(OTHER))
    with pytest.raises(NotFound):
        actions.mend(drift=row.pk, outcome="stands", words="不是我的", by=acting(OTHER))
    for login in ("chen", "li"):
        with pytest.raises(NotPermitted):
            actions.mend(drift=row.pk, outcome="stands", words="x", by=acting(login))
        with pytest.raises(NotPermitted):
            actions.confirm(drift=row.pk, outcome="confirmed", words="x", by=acting(login))
        with pytest.raises(NotPermitted):
            actions.compare(by=acting(login))


# What people look for in vain ------------------------------------------------------------------


def missed(words: str, times: int = 3) -> None:
    for _ in range(times):
        actions.note_missed(words=words, by=actions.SELF)


def test_a_miss_is_counted_by_day_and_nobody_is_kept() -> None:
    missed("上太空")
    missed("上太空 99010119961118803X")
    with clock.at("2026-09-08 09:00"):
        missed("上太空", 1)
        rows = queries.missed(by=acting(DRAFTER))
    assert [(r.words, r.count) for r in rows] == [("上太空", 4), ("上太空 #", 3)]
    assert MissedSearch.objects.count() == 3
    names = {field.name for field in MissedSearch._meta.get_fields()}
    assert not {"person", "account", "session"} & names
    missed("少有人问", 2)
    assert "少有人问" not in {r.words for r in queries.missed(by=acting(DRAFTER))}


def test_what_is_old_is_forgotten_and_nonsense_fills_no_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missed("上太空")
    with clock.at("2026-12-20 09:00"):
        missed("下深海")
        assert set(MissedSearch.objects.values_list("words", flat=True)) == {"下深海"}
        monkeypatch.setattr("tongban.domains.services.actions.listening.WORDS_A_DAY", 1)
        missed("别的词")
        assert MissedSearch.objects.count() == 1


def test_a_steward_gives_words_a_meaning_and_a_second_person_publishes() -> None:
    missed("领老人卡片片")
    by = acting(DRAFTER)
    draft = actions.add_words(missed="领老人卡片片", words="老人卡片片", means="elder-card", by=by)
    assert draft.status == "submitted" and "老人卡片片" in draft.body["words"]
    assert queries.missed(by=by) == []
    assert queries.search("老人卡片片") == []
    missed("老人坐车卡卡")
    again = actions.add_words(missed="老人坐车卡卡", words="坐车卡卡", means="elder-card", by=by)
    assert {"老人卡片片", "坐车卡卡"} <= set(again.body["words"]), "what waits is not lost"
    catalogue.publish(definition=again.pk, by=acting(PUBLISHER))
    assert queries.search("老人卡片片")[0].key == "elder-card"
    event = Event.objects.filter(name="search.answered").latest("id")
    assert "老人" not in json.dumps(event.data, ensure_ascii=False)


def test_words_are_checked_and_the_grant_demanded() -> None:
    missed("上太空")
    by = acting(DRAFTER)
    with pytest.raises(Invalid):
        actions.add_words(missed="上太空", words="上太空", means="no-such", by=by)
    with pytest.raises(NoWords):
        actions.add_words(missed="上太空", words="1", means="elder-card", by=by)
    with pytest.raises(NotFound):
        actions.dismiss(words="没有人问过", by=by)
    for act in (
        lambda: actions.dismiss(words="上太空", by=acting("chen")),
        lambda: actions.add_words(missed="上太空", words="太空", means="birth", by=acting("chen")),
        lambda: queries.missed(by=acting("chen")),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert len(queries.missed(by=by)) == 1
    actions.dismiss(words="上太空", by=by)
    missed("上太空")
    assert queries.missed(by=by) == [], "dismissed words are not shown again"


# Timings ---------------------------------------------------------------------------------------


def test_the_guide_tells_how_long_it_really_took() -> None:
    assert queries.timing("elder-card") is None
    for days, count in ((0, 6), (1, 3), (9, 1)):
        ItemTiming.objects.create(item="elder-card", days=days, count=count)
    found = queries.timing("elder-card")
    assert found is not None
    assert (found.cases, found.median, found.most) == (10, 0, 1)


# The national tables ---------------------------------------------------------------------------


def out(suffix: str = "json", source: str = "national") -> dict[str, list[dict[str, str]]]:
    by = acting(DRAFTER)
    return sheets.read(f"x.{suffix}", actions.export(name=f"x.{suffix}", source=source, by=by))


def back(
    tables: dict[str, list[dict[str, str]]], *, suffix: str = "json", source: str = "national"
) -> actions.Taken:
    by: Actor = acting(DRAFTER)
    content = sheets.write(f"x.{suffix}", tables)
    return actions.take(name=f"x.{suffix}", content=content, source=source, by=by)


@pytest.mark.parametrize("suffix", ["json", "zip", "csv"])
@pytest.mark.parametrize("source", ["national", "vendor-b"])
def test_what_goes_out_comes_back_unchanged(suffix: str, source: str) -> None:
    tables = out(suffix, source)
    wanted = len(definitions.all_current("service_item")) + len(queries.variants())
    assert len(tables[columns.BASIC]) == wanted
    taken = back(tables, suffix=suffix, source=source)
    assert (taken.submitted, taken.drafted, taken.faults) == ([], [], [])
    assert taken.unchanged == wanted


def row(tables: dict[str, list[dict[str, str]]], key: str) -> dict[str, str]:
    return next(r for r in tables[columns.BASIC] if r["local_task_code"] == key)


def test_the_codes_are_those_of_the_standard_and_of_the_vendor() -> None:
    national = row(out(), "pesticide-licence")
    assert len(national["task_code"]) == 31
    assert national["task_code"].endswith(national["catalog_code"])
    assert national["task_code"][18] == national["use_level"] == "3"
    assert (national["project_type"], national["promise_type"]) == ("2", "1")
    vendor = row(out(source="vendor-b"), "pesticide-licence")
    assert (vendor["project_type"], vendor["cnsxdw"]) == ("1", "G")
    assert vendor["sxmc"] == national["task_name"]


def test_a_changed_cell_becomes_a_draft_that_awaits_a_second_person() -> None:
    tables = out()
    row(tables, "elder-card")["transact_time"] = "工作日 9:00—17:00"
    taken = back(tables)
    assert (taken.submitted, taken.faults) == (["service_item/elder-card"], [])
    (draft,) = [d for d in definitions.drafts(by=acting(PUBLISHER)) if d.key == "elder-card"]
    before = definitions.current("service_item", "elder-card").body
    assert draft.body == {**before, "hours": "工作日 9:00—17:00"}
    assert before["hours"] != "工作日 9:00—17:00", "nothing is in force yet"


def test_a_district_s_row_is_a_variant_and_may_not_break_what_is_fixed() -> None:
    tables = out()
    mine = row(tables, SPJ)
    mine["promise_day"] = "4"
    bad = row(tables, "pesticide-licence.990104")
    bad["task_name"] = "农药经营许可证核发（改名）"
    taken = back(tables)
    assert set(taken.drafted) == {
        f"item_variant/{SPJ}", "item_variant/pesticide-licence.990104",
    }  # fmt: skip
    assert "process" in {fault.column for fault in taken.faults}, "five days of stages in four"
    assert "name" in {fault.column for fault in taken.faults}
    assert {fault.row for fault in taken.faults if fault.column == "name"} == {
        tables[columns.BASIC].index(bad) + 1
    }


def test_what_cannot_be_read_is_said_by_row_and_column_and_the_rest_is_taken() -> None:
    tables = out()
    basic = tables[columns.BASIC]
    row(tables, "elder-card")["promise_day"] = "三天"
    row(tables, "signboard-permit")["project_type"] = "9"
    row(tables, "household-move")["anticipate_type"] = "2"
    row(tables, "pesticide-licence")["dept_code"] = "119999999999999999"
    row(tables, "legal-aid")["link_way"] = "19901009999"
    tables[columns.MATERIAL].append({"task_code": "no-such", "material_name": "无主材料"})
    basic.append(dict(basic[0]))
    basic.append({"task_name": "没有编码"})
    taken = back(tables)
    assert taken.submitted == ["service_item/legal-aid"]
    told = {(fault.table, fault.row, fault.column) for fault in taken.faults}
    place = {r.get("local_task_code", ""): n for n, r in reversed(list(enumerate(basic, 1)))}
    assert {
        (columns.BASIC, place["elder-card"], "promise_day"),
        (columns.BASIC, place["signboard-permit"], "project_type"),
        (columns.BASIC, place["household-move"], "anticipate_type"),
        (columns.BASIC, place["pesticide-licence"], "dept_code"),
        (columns.BASIC, len(basic) - 1, "task_code"),
        (columns.BASIC, len(basic), "task_code"),
        (columns.MATERIAL, len(tables[columns.MATERIAL]), "task_code"),
    } <= told
    assert all(fault.says for fault in taken.faults)


def test_an_item_that_we_did_not_have_is_a_first_draft() -> None:
    tables = out()
    new = {**row(tables, "tax-certificate"), "local_task_code": "", "task_name": "完税证明补打"}
    new["catalog_code"] = "992009999000"
    new["task_code"] = new["task_code"][:19] + "992009999000"
    tables[columns.BASIC] = [new]
    tables = {columns.BASIC: tables[columns.BASIC]}
    taken = back(tables)
    (name,) = [*taken.submitted, *taken.drafted]
    key = name.partition("/")[2]
    (draft,) = [d for d in definitions.drafts(by=acting(DRAFTER)) if d.key == key]
    assert (draft.body["name"], draft.body["organ"], draft.body["ready"]) == (
        "完税证明补打", "tax", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", b"{"),
        ("x.json", b"[]"),
        ("x.json", b"{}"),
        ("x.zip", b"PK"),
        ("x.csv", b"\xff\xfe\xff"),
        ("x.csv", b""),
        ("x.exe", b"MZ"),
        ("x.json", b"[" * 100_000),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(name: str, content: bytes) -> None:
    before = Event.objects.count()
    with pytest.raises(sheets.NotATable):
        actions.take(name=name, content=content, source="national", by=part("terminal"))
    assert Event.objects.count() == before


def test_exchange_demands_its_grant_and_a_known_source() -> None:
    with pytest.raises(NotPermitted):
        actions.export(name="x.json", source="national", by=acting("chen"))
    with pytest.raises(NotPermitted):
        actions.take(name="x.json", content=b"{}", source="national", by=acting("chen"))
    with pytest.raises(Refusal):
        actions.export(name="x.json", source="nobody", by=acting(DRAFTER))
