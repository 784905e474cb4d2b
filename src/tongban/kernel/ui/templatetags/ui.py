"""The template tags of the look; built in, so that no page needs to load them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tongban.kernel import clock
from tongban.kernel.crypto import masking
from tongban.kernel.ui import fields, keyset, lights, marks, menus, words
from tongban.kernel.ui.fields import FieldView
from tongban.kernel.ui.lights import Light
from tongban.kernel.workdays import calendars
from tongban.kernel.workdays.calendars import WorkCalendar

register = template.Library()

register.simple_tag(marks.icon)
register.simple_tag(marks.bar)
register.simple_tag(marks.spark)
register.simple_tag(marks.ring)
register.filter("mask_name", masking.mask_name)
register.filter("mask_number", masking.mask_person_number)
register.filter("mask_phone", masking.mask_phone)
register.filter("mask_account", masking.mask_bank_account)


@register.filter
def civil(value: date | datetime | None) -> str:
    """`{{ case.due_on|civil }}`: 2026 年 11 月 9 日, with the time of a moment."""
    return words.civil(value)


@register.filter
def civil_short(value: date | datetime | None) -> str:
    """`{{ at|civil_short }}`: 11 月 9 日 14:30."""
    return words.civil(value, short=True)


@register.simple_tag
def when(value: date | datetime | None, short: bool = False) -> SafeString:
    """A date as a `<time>` that machines read too."""
    if value is None:
        return SafeString("")
    return format_html(
        '<time class="nb" datetime="{}">{}</time>',
        value.isoformat(),
        words.civil(value, short=short),
    )


def _read(thing: Any, name: str, default: Any = None) -> Any:
    return thing.get(name, default) if isinstance(thing, Mapping) else getattr(thing, name, default)


def light_of(thing: Any, calendar: WorkCalendar | None = None) -> Light:
    """The light of a Matter, or of anything with due_on, yellow_on and state."""
    return lights.light(
        today=clock.today(),
        calendar=calendar or calendars.national(),
        due_on=_read(thing, "due_on"),
        yellow_on=_read(thing, "yellow_on"),
        state=_read(thing, "state", "open"),
    )


@register.simple_tag
def light(thing: Any, calendar: WorkCalendar | None = None, cls: str = "") -> SafeString:
    """`{% light matter %}`: shape and words; a ready `Light` is drawn as it is."""
    found = thing if isinstance(thing, Light) else light_of(thing, calendar)
    same = found.name == found.words
    return format_html(
        '<span class="lamp {}{}{}">{}{}</span>',
        found.css,
        " " if cls else "",
        cls,
        "" if same else format_html('<span class="vh">{} · </span>', found.name),
        found.words,
    )


@register.simple_tag
def lamp(tone: str, text: str) -> SafeString:
    """`{% lamp "green" text %}`: a shape with words of one's own."""
    return format_html('<span class="lamp {}">{}</span>', tone, text)


@register.simple_tag
def workdays_left(due_on: date | None, calendar: WorkCalendar | None = None) -> str:
    """`{% workdays_left due_on %}`: 剩 3 个工作日, 今天到期, 逾期 2 个工作日."""
    if due_on is None:
        return ""
    return lights.workdays_left(
        due_on, today=clock.today(), calendar=calendar or calendars.national()
    )


@register.simple_tag
def badge(text: str, tone: str = "", icon: str = "") -> SafeString:
    """`{% badge text "amber" "warn" %}`; tones brand, red, amber, green, seal or none."""
    return format_html(
        '<span class="badge{}{}">{}{}</span>',
        " " if tone else "",
        tone,
        marks.icon(icon) if icon else "",
        text,
    )


@register.inclusion_tag("ui/parts/src.html")
def src(
    source: str, when: date | datetime | str | None = None, mine: bool = False
) -> dict[str, Any]:
    """`{% src register.name fetched_at %}`: where a value comes from; `mine` when typed in."""
    moment = words.civil(when, short=True) if isinstance(when, date) else when
    return {"source": source, "when": moment, "mine": mine}


@register.inclusion_tag("ui/parts/pf.html")
def pf(
    label: str,
    value: Any,
    source: str = "",
    when: date | datetime | str | None = None,
    mine: bool = False,
    note: str = "",
    fix_url: str = "",
    lang: str = "",
) -> dict[str, Any]:
    """One prefilled row in a `<dl>`: label, value, provenance, and the link 更正."""
    return {**locals(), "elder": False}


@register.inclusion_tag("ui/parts/pager.html", takes_context=True)
def pager(context: template.Context, page: "Page[Any]", name: str = "page") -> dict[str, Any]:
    """`{% pager page %}` for a page of Django's Paginator; the rest of the query is kept."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    rest = query.urlencode()
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numbers": [n if isinstance(n, int) else None for n in numbers],
        "prefix": f"?{rest}&{name}=" if rest else f"?{name}=",
    }


@register.inclusion_tag("ui/parts/onward.html", takes_context=True)
def onward(context: template.Context, slice: keyset.Slice) -> dict[str, Any]:
    """`{% onward slice %}` under a list by key: its next page, and back to its first."""
    query = context["request"].GET.copy()
    query.pop(keyset.NAME, None)
    first = f"?{query.urlencode()}"
    query[keyset.NAME] = slice.onward
    return {
        "onward": slice.onward,
        "is_first": slice.is_first,
        "first": first,
        "next": f"?{query.urlencode()}",
    }


@register.inclusion_tag("ui/parts/field.html")
def field(source: BoundField | FieldView, **changes: Any) -> dict[str, Any]:
    """`{% field form.name %}` or `{% field view %}`; `columns=2` sets options side by side."""
    view = fields.of_bound(source, **changes) if isinstance(source, BoundField) else source
    return {"f": view}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(
    source: BaseForm | Iterable[FieldView] | dict[str, list[str]] | None,
) -> dict[str, Any]:
    """`{% error_summary form %}`: what is wrong, each line a link to its field."""
    return {"problems": fields.problems(source)}


@register.inclusion_tag("ui/parts/steps.html")
def steps(names: Sequence[str], current: int) -> dict[str, Any]:
    """`{% steps names 2 %}`: the second is at hand, the first is done."""
    return {"steps": [(at, name) for at, name in enumerate(names, 1)], "current": current}


@register.inclusion_tag("ui/parts/empty.html")
def empty(
    title: str, hint: str = "", icon: str = "inbox", url: str = "", action: str = ""
) -> dict[str, Any]:
    """`{% empty title hint icon url action %}`: there is nothing, why, and what one can do."""
    return {"title": title, "hint": hint, "icon": icon, "url": url, "action": action}


@register.simple_tag
def local(thing: Any, name: str = "name") -> SafeString:
    """`{% local item "name" %}`: its English twin on an English page, else marked as Chinese."""
    chinese = _read(thing, name, "")
    if not (get_language() or "").startswith("en"):
        return format_html("{}", chinese)
    english = _read(thing, f"{name}_en", "")
    return (
        format_html("{}", english)
        if english
        else format_html('<span lang="zh-Hans">{}</span>', chinese)
    )


@register.simple_tag(takes_context=True)
def here(context: template.Context, words: str) -> str:
    """`{% here "elder.xl" %}`: this page in another display, the rest of the query kept."""
    request = context.get("request")
    if request is None or request.method != "GET":
        return f"?ui={words}"
    query = request.GET.copy()
    query["ui"] = words
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def menu(context: template.Context, name: str) -> list[menus.Shown]:
    """`{% menu "portal" as entries %}`: what this reader may see of a menu."""
    request = context.get("request")
    return menus.MENUS[name].shown(request) if request is not None else []


@register.simple_tag(takes_context=True)
def menu_groups(context: template.Context, name: str) -> list[tuple[str, list[menus.Shown]]]:
    """`{% menu_groups "rail" as groups %}`: the same under their headings."""
    request = context.get("request")
    return menus.MENUS[name].groups(request) if request is not None else []


@register.simple_tag
def now_words() -> str:
    """The civil moment of the watermark: 2026 年 11 月 23 日 14:30."""
    return words.civil(clock.now())


@register.simple_tag
def today_words() -> dict[str, Any]:
    """The civil day of the top bar: 11 月 23 日 周一 · 工作日."""
    day = clock.today()
    return {
        "day": words.civil(day, short=True),
        "weekday": words.weekday(day),
        "worked": calendars.national().is_workday(day),
    }
