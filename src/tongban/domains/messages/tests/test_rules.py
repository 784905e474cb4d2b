from datetime import datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.messages import rules
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.clock import ZONE
from tongban.kernel.errors import Invalid

ROW = {"key": "granted", "title": "已准予", "text": "“{title}”（{number}）已办成。", "sms": True}
SOUND: dict[str, Any] = {
    "quiet_from": "21:00", "quiet_until": "08:00", "reply_days": 2, "template": [ROW],
}  # fmt: skip
SETTINGS = rules.settings(SOUND)


@pytest.mark.parametrize(
    ("now", "rings"),
    [
        ("2026-01-05 20:59", "2026-01-05 20:59"),
        ("2026-01-05 21:00", "2026-01-06 08:00"),
        ("2026-01-05 23:59", "2026-01-06 08:00"),
        ("2026-01-06 00:00", "2026-01-06 08:00"),
        ("2026-01-06 07:59", "2026-01-06 08:00"),
        ("2026-01-06 08:00", "2026-01-06 08:00"),
    ],
)
def test_nothing_rings_in_the_quiet_hours(now: str, rings: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert SETTINGS.not_before(at, urgent=False) == datetime.fromisoformat(rings).replace(
        tzinfo=ZONE
    )
    assert SETTINGS.not_before(at, urgent=True) == at


@given(st.times(), st.times(), st.datetimes(timezones=st.just(ZONE)))
def test_it_rings_within_a_day_and_never_in_the_quiet(a: time, b: time, at: datetime) -> None:
    body = {**SOUND, "quiet_from": a.isoformat(), "quiet_until": b.isoformat()}
    found = rules.settings(body)
    rings = found.not_before(at, urgent=False)
    assert 0 <= (rings - at).total_seconds() <= 86_400
    assert found.not_before(rings, urgent=False) == rings


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**SOUND, "quiet_from": "25:00"},
        {**SOUND, "reply_days": 0},
        {**SOUND, "reply_days": True},
        {**SOUND, "template": [{**ROW, "key": ""}]},
        {**SOUND, "template": [ROW, ROW]},
        {**SOUND, "template": [{**ROW, "text": "{name}"}]},
        {**SOUND, "template": [{**ROW, "text": "{"}]},
    ],
)
def test_settings_that_cannot_work(body: dict[str, Any]) -> None:
    assert rules.check(SOUND, Known()) == []
    assert rules.check(body, Known())


def test_what_is_said_and_where_to() -> None:
    assert rules.check_words(" 请问 ") == "请问"
    for words in ("", "  ", "问" * 2001):
        with pytest.raises(Invalid):
            rules.check_words(words)
    assert rules.check_mail(" lin@example.cn ") == "lin@example.cn"
    for wrong in ("", "lin", "@x.cn", "lin@", "lin@cn", "a b@x.cn", "林@x.cn", "a@x.cn\nBcc: b@y",
                  "a" * 200 + "@x.cn", "<a@x.cn>"):  # fmt: skip
        with pytest.raises(Invalid):
            rules.check_mail(wrong)
