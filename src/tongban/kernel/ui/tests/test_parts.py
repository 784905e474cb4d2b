"""Lights, words, drawings, menus and fields."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.ui import fields, lights, marks, menus, words
from tongban.kernel.ui.fields import FieldView, Option
from tongban.kernel.ui.menus import Menu, MenuEntry
from tongban.kernel.workdays.calendars import national

MONDAY = date(2026, 1, 5)


def shown(text: str, **context: object) -> str:
    request = RequestFactory().get("/cases/", {"light": "red", "page": "3"})
    return Template(text).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("due", "yellow", "state", "tone", "said"),
    [
        # The Sunday after New Year 2026 is worked: two days late on Monday, not one.
        (date(2025, 12, 31), None, "open", "red", "逾期 2 个工作日"),
        (date(2025, 12, 30), None, "open", "red", "逾期 3 个工作日"),
        (MONDAY, None, "open", "amber", "今天到期"),
        (date(2026, 1, 6), MONDAY, "open", "amber", "剩 1 个工作日"),
        (date(2026, 1, 12), date(2026, 1, 9), "open", "green", "剩 5 个工作日"),
        (None, None, "open", "run", "正在办"),
        (None, None, "paused", "pause", "已暂停计时"),
        (date(2025, 1, 1), None, "ended", "done", "已办结"),
    ],
)
def test_light(due: date | None, yellow: date | None, state: str, tone: str, said: str) -> None:
    with translation.override("zh-hans"):
        light = lights.light(
            today=MONDAY, calendar=national(), due_on=due, yellow_on=yellow, state=state
        )
    assert (light.tone, light.words) == (tone, said)


def test_late_over_a_holiday_by_no_working_day_yet() -> None:
    calendar = national()
    with translation.override("zh-hans"):
        said = lights.workdays_left(date(2026, 1, 9), today=date(2026, 1, 10), calendar=calendar)
    assert said == "已逾期"


def test_a_light_has_a_shape_and_words_and_a_name() -> None:
    with clock.at("2026-01-05 10:00"), translation.override("zh-hans"):
        text = shown("{% light m %}", m={"due_on": date(2025, 12, 31), "yellow_on": None})
    assert 'class="lamp red"' in text
    assert "红灯" in text
    assert "逾期 2 个工作日" in text


def test_english_counts_in_english() -> None:
    with translation.override("en"):
        one = lights.workdays_left(date(2026, 1, 6), today=MONDAY, calendar=national())
        two = lights.workdays_left(date(2026, 1, 7), today=MONDAY, calendar=national())
    assert (one, two) == ("1 working day left", "2 working days left")


def test_dates_as_people_write_them() -> None:
    moment = datetime(2026, 11, 9, 16, 42, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert words.civil(date(2026, 11, 9)) == "2026 年 11 月 9 日"
        assert words.civil(moment) == "2026 年 11 月 10 日 00:42"
        assert words.civil(moment, short=True) == "11 月 10 日 00:42"
        assert words.weekday(MONDAY) == "周一"
    with translation.override("en"):
        assert words.civil(date(2026, 11, 9)) == "9 November 2026"
        assert words.civil(moment) == "10 November 2026, 00:42"


def test_drawings_use_no_style() -> None:
    drawn = [marks.bar(3, 10, "red"), marks.spark([1, 2, 3]), marks.ring(11, 14), marks.icon("x")]
    assert all("style" not in text for text in drawn)
    assert 'width="30"' in drawn[0]
    assert "11/14" in drawn[2]


def test_drawings_bear_nothing_and_too_much() -> None:
    assert marks.spark([]) == marks.spark([1]) == ""
    assert 'width="100"' in marks.bar(12, 10)
    assert 'width="0"' in marks.bar(1, 0)
    assert "stroke-dasharray" not in marks.ring(0, 0)


def test_what_is_typed_in_is_escaped() -> None:
    text = shown('{% badge t %}{% src t %}{% pf "x" t t %}{% lamp "red" t %}', t="<b>&")
    assert "<b>&" not in text
    assert text.count("&lt;b&gt;&amp;") == 5


def test_masks() -> None:
    text = shown("{{ n|mask_name }} {{ p|mask_phone }}", n="王建国", p="13812340052")
    assert text == "王*国 138****0052"


def test_a_value_without_english_says_that_it_is_chinese() -> None:
    item = {"name": "出生登记", "name_en": ""}
    with translation.override("en"):
        assert shown("{% local i %}", i=item) == '<span lang="zh-Hans">出生登记</span>'
        assert shown("{% local i %}", i={**item, "name_en": "Birth"}) == "Birth"
    with translation.override("zh-hans"):
        assert shown("{% local i %}", i={**item, "name_en": "Birth"}) == "出生登记"


def test_the_pager_keeps_the_rest_of_the_query() -> None:
    text = shown("{% pager p %}", p=Paginator(range(100), 10).page(3))
    assert 'href="?light=red&amp;page=4"' in text
    assert text.count('aria-current="page"') == 1
    assert shown("{% pager p %}", p=Paginator(range(5), 10).page(1)).strip() == ""


def test_a_link_to_another_display_keeps_the_query() -> None:
    assert shown('{% here "elder" %}') == "?light=red&amp;page=3&amp;ui=elder"


# Menus

CLERK = Actor(kind="official", key="official:1", grants=frozenset({"case.accept"}))


def labels(menu: Menu, actor: Actor, path: str = "/about/") -> list[tuple[str, bool]]:
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    return [(entry.label, entry.current) for entry in menu.shown(request)]


def test_a_menu_shows_what_exists_and_what_one_may_use() -> None:
    menu = Menu()
    menu.add(
        MenuEntry("Entry 2", "about", "info", order=20),
        MenuEntry("Entry 1", "home", "home", order=10, exact=True),
        MenuEntry("Absent", "no-such-page", "home"),
        MenuEntry("Entry 3", "privacy", "inbox", grant="case.accept", order=30),
        MenuEntry("Entry 4", "accessibility", "user", signed_in=True, order=40),
    )
    assert labels(menu, NOBODY) == [("Entry 1", False), ("Entry 2", True)]
    assert [label for label, _ in labels(menu, CLERK)] == [
        "Entry 1",
        "Entry 2",
        "Entry 3",
        "Entry 4",
    ]
    assert labels(menu, NOBODY, "/about/us/")[1] == ("Entry 2", True)
    assert labels(menu, NOBODY, "/")[0] == ("Entry 1", True)


def test_an_entry_is_never_there_twice() -> None:
    menu = Menu()
    menu.add(MenuEntry("Old", "about", "info"))
    menu.add(MenuEntry("Entry new", "about", "info"))
    assert labels(menu, NOBODY) == [("Entry new", True)]


def test_entries_stand_under_their_heading_with_their_number() -> None:
    menu = Menu()
    menu.add(MenuEntry("About", "about", "info", group="Tools", count=lambda request: 7))
    [(heading, [entry])] = menu.groups(RequestFactory().get("/"))
    assert (heading, entry.count, entry.url) == ("Tools", 7, "/about/")


def test_every_entry_of_our_own_menus_leads_somewhere() -> None:
    for name, menu in menus.MENUS.items():
        for entry in menu.entries:
            assert menus.address(entry.url_name), f"{name}: {entry.url_name} is no page"


# Fields


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the certificate", max_length=20)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    many = forms.MultipleChoiceField(
        label="Many",
        choices=[("a", "A"), ("b", "B")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="I agree")
    born = forms.DateField(label="Born", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)

    def clean(self) -> None:
        raise forms.ValidationError("These do not go together.")


def test_a_field_is_described_by_its_hint_and_its_fault() -> None:
    form = Sample({"name": ""})
    text = shown("{% field f.name %}", f=form)
    assert '<label class="lab" for="id_name">Name</label>' in text
    assert 'aria-describedby="id_name-hint id_name-err"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_name-err"' in text
    assert 'maxlength="20"' in text


def test_a_field_keeps_what_was_typed_in() -> None:
    typed = {"name": '王"', "kind": "b", "many": ["a", "b"], "agree": "on", "born": "2026-11-09"}
    form = Sample(typed)
    text = shown("{% for b in f %}{% field b %}{% endfor %}", f=form)
    assert 'value="王&quot;"' in text
    assert text.count("checked") == 4
    assert 'type="date" id="id_born" name="born" value="2026-11-09"' in text
    assert "(optional)" in text or "（选填）" in text


def test_an_error_summary_leads_to_the_fields() -> None:
    text = shown("{% error_summary f %}", f=Sample({}))
    assert 'href="#id_name"' in text
    assert 'href="#id_kind_0"' in text
    assert "These do not go together." in text
    assert shown("{% error_summary f %}", f=Sample()).strip() == ""
    assert 'href="#id_phone"' in shown("{% error_summary p %}", p={"phone": ["Eleven digits"]})


def test_a_field_of_a_citys_form_is_drawn_alike() -> None:
    view = FieldView(
        name="child.sex",
        label="Sex",
        kind="radio",
        options=[Option("2", "F", chosen=True), Option("1", "M")],
        errors=["Choose one"],
        source="出生医学证明库",
    )
    text = shown("{% field v %}", v=view)
    assert 'id="id_child.sex_0"' in text
    assert fields.problems([view])[0].target == "id_child.sex_0"
    assert "出生医学证明库" in text


def test_yesterday_is_late_today() -> None:
    today = clock.today()
    light = lights.light(today=today, calendar=national(), due_on=today - timedelta(days=1))
    assert light.tone == "red"
