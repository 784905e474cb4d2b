import json
import logging
import sys

from tongban.cli.logs import JsonFormatter, PlainFormatter

NUMBER = "990101199208158117"


def record(text: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.getLogger("tongban.x").makeRecord(
        "tongban.x", logging.WARNING, "file.py", 1, text, args, None, extra=extra
    )
    return made


def test_a_line_is_an_object_with_what_was_added() -> None:
    line = json.loads(JsonFormatter().format(record("answered", route="home", status=200, ms=1.5)))
    assert line["says"] == "answered"
    assert line["level"] == "warning"
    assert (line["route"], line["status"], line["ms"]) == ("home", 200, 1.5)
    assert line["at"].endswith("+00:00")


def test_no_personal_number_leaves_in_any_place() -> None:
    try:
        raise ValueError(f"no such person: {NUMBER}")
    except ValueError:
        found = record(f"who is {NUMBER}, %s", "13900001111", subject=f"person {NUMBER}")
        found.exc_info = sys.exc_info()
    for formatter in (JsonFormatter(), PlainFormatter()):
        text = formatter.format(found)
        assert NUMBER not in text
        assert "13900001111" not in text
        assert "ValueError" in text


def test_a_person_reads_one_short_line() -> None:
    text = PlainFormatter().format(record("answered", route="home", status=200))
    assert text.endswith("warning x: answered route=home status=200")
    assert "\n" not in text
