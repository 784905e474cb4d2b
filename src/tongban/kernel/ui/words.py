"""Words as they stand on a page: dates as people write them."""

from datetime import date, datetime

from babel.dates import format_date
from django.utils.translation import get_language

from tongban.kernel import clock

WEEKDAYS = "一二三四五六日"


def civil(value: date | datetime | None, *, short: bool = False) -> str:
    """`2026 年 11 月 9 日 14:30`, `9 November 2026, 14:30`; short leaves the year out."""
    if value is None:
        return ""
    moment = value.astimezone(clock.ZONE) if isinstance(value, datetime) else None
    day = moment.date() if moment else value
    if (get_language() or "").startswith("en"):
        text = format_date(day, "d MMM" if short else "d MMMM y", locale="en_GB")
        return f"{text}, {moment:%H:%M}" if moment else text
    text = f"{day.month} 月 {day.day} 日"
    if not short:
        text = f"{day.year} 年 {text}"
    return f"{text} {moment:%H:%M}" if moment else text


def weekday(day: date) -> str:
    """`周一`, `Mon`."""
    if (get_language() or "").startswith("en"):
        return format_date(day, "EEE", locale="en_GB")
    return f"周{WEEKDAYS[day.weekday()]}"
