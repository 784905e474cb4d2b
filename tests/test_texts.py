"""Every text has its Chinese, and the Chinese is set as Chinese is."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import i18n  # noqa: E402
import vendor  # noqa: E402


def test_catalogues_are_complete_and_fresh() -> None:
    assert i18n.check() == []


def test_vendored_files_are_what_the_lock_says() -> None:
    assert vendor.check() == []


def test_a_changed_file_and_a_stray_one_are_found(tmp_path: Path) -> None:
    lock = tmp_path / "vendor.lock.json"
    lock.write_text('[{"npm": "x", "files": {"a.js": ["a.js", "00"], "b.js": ["b.js", "00"]}}]')
    (tmp_path / "a.js").write_text("changed")
    (tmp_path / "stray.js").write_text("")
    faults = vendor.check([lock])
    names = [fault.split(" ")[0].rpartition("/")[2] for fault in faults]
    assert names == ["a.js", "b.js", "stray.js"]


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ('{% trans "A" %}', [i18n.Text("A")]),
        ("{% translate 'It is 5 %' %}", [i18n.Text("It is 5 %%")]),
        ('{% trans "B" context "c" %}', [i18n.Text("B", "", "c")]),
        ("{% blocktrans trimmed %}\n a {{ b }}\n c{% endblocktrans %}", [i18n.Text("a %(b)s c")]),
        (
            "{% blocktrans count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktrans %}",
            [i18n.Text("%(n)s day", "%(n)s days")],
        ),
        ('{% empty _("None") "x"|add:_("y") %}', [i18n.Text("None"), i18n.Text("y")]),
        ('{% comment %}{% trans "no" %}{% endcomment %}{% trans x %}', []),
    ],
)
def test_texts_of_templates(template: str, texts: list[i18n.Text]) -> None:
    assert list(i18n.template_texts(template)) == texts


def test_half_width_punctuation_is_found() -> None:
    assert i18n._HALF_WIDTH.search("您好,请进")
    assert i18n._HALF_WIDTH.search("王某(代办)")
    assert not i18n._HALF_WIDTH.search("您好，请进（代办）。ok, yes")
