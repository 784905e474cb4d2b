"""What the guides tell people to open or to type is there."""

import argparse
import importlib
import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import resolve
from django.urls.exceptions import Resolver404
from django.utils.translation import gettext, override

from tongban.cli.main import COMMANDS
from tongban.domains.cases.workbench.acts.table import ACTS
from tongban.kernel.ui import menus

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
OPERATORS = ROOT / "docs" / "guides" / "operator.md"


def code(guide: Path) -> Iterator[str]:
    """What stands between backticks, line by line, without comments."""
    for found in CODE.findall(guide.read_text(encoding="utf-8")):
        for line in found.strip("`").splitlines():
            yield line.partition("#")[0].strip()


def leads_somewhere(path: str) -> bool:
    for part in ("1", "x", "province", "2026-01-05"):
        try:
            resolve(re.sub(r"\{[^}]*\}|<[^>]*>", part, path))
        except Resolver404:
            continue
        return True
    return False


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_page_that_a_guide_names_is_there(guide: Path) -> None:
    inline = re.findall(r"`((?:[A-Z]+ )?/[^`\n]*)`", guide.read_text(encoding="utf-8"))
    paths = {text.split(" ")[-1].partition("?")[0] for text in inline}
    assert [path for path in sorted(paths) if not leads_somewhere(path)] == []
    assert paths


def commands(line: str) -> Iterator[list[str]]:
    """`tongban keys rotate enc|sign` stands for two commands."""
    _, begun, rest = line.partition("tongban ")
    if begun and not re.search(r"[/\w.-]$", line.partition("tongban ")[0]):
        words = [word.split("|") for word in shlex.split(rest) if not re.search(r"[…一-鿿]", word)]
        yield from map(list, itertools.product(*words))


def parses(words: list[str]) -> bool:
    name, *rest = words
    if name == "--help" or (name in COMMANDS and not rest):
        return True
    if name not in COMMANDS:
        return False
    parser = argparse.ArgumentParser(prog=name)
    importlib.import_module(f"tongban.cli.commands.{name}").arguments(parser)
    try:
        parser.parse_args(rest)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_command_that_a_guide_names_can_be_typed(guide: Path) -> None:
    typed = [words for line in code(guide) for words in commands(line)]
    assert [" ".join(words) for words in typed if not parses(words)] == []
    assert typed or guide != OPERATORS


def test_a_wrong_command_is_found() -> None:
    assert not parses(["keys", "rotate", "both"])
    assert not parses(["verify"])
    assert not leads_somewhere("/office/nowhere/")


def test_every_make_target_that_a_guide_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        target
        for guide in GUIDES
        for line in code(guide)
        for target in re.findall(r"\bmake ([a-z-]+)", line)
    }
    assert named and not named - targets


def test_the_clerks_guide_calls_pages_and_acts_as_the_workbench_does() -> None:
    text = (ROOT / "docs" / "guides" / "clerk.md").read_text(encoding="utf-8")
    with override("zh-hans"):
        rail = {gettext(entry.label): entry for entry in menus.rail.entries}
        acts = {gettext(act.label) for act in ACTS.values()}
    named = set(itertools.chain(*(re.findall("“([^”]+)”", one) for one in
                                  re.findall("左栏((?:“[^”]+”)+)", text))))  # fmt: skip
    assert named - set(rail) == set()
    assert set(rail) - named == set(), "pages of the rail that the guide does not tell of"
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    told = {act for row in rows for act in row.split("、")} - {"动作", "---"}
    assert told and told - acts == set()
    for entry in (rail[name] for name in named):
        assert f"`{menus.address(entry.url_name)}`" in text, entry.url_name
