"""The skeleton of a new domain: python tools/new_domain.py credit --shelf registries

It writes the fixed files with one noun, one verb and their tests, puts the domain on its shelf and
into the settings, and says what is left for a person to decide.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOMAINS = ROOT / "src" / "tongban" / "domains"
PROJECT = ROOT / "pyproject.toml"
SETTINGS = ROOT / "src" / "tongban" / "settings.py"

FILES = {
    "__init__.py": '''"""{Title} (中文): what it is, in one sentence.

Words   {Noun} (中文)
Life    opened -> …
Limits  which law, how many days
Hears   nothing
"""

EVENTS: dict[str, str] = {{
    "{noun}.opened": "A {noun} was opened. data: none",
}}
GRANTS: dict[str, str] = {{
    "{noun}.open": "Open a {noun} (中文)",
}}
''',
    "apps.py": """from django.apps import AppConfig


class {Title}Config(AppConfig):
    name = "tongban.domains.{name}"
    label = "{name}"
""",
    "rules.py": '''"""The law of a {noun}; no Django, no clock, no database."""

from tongban.kernel.errors import N_, Refusal


class TitleMissing(Refusal):
    """A {noun} without a title cannot be told from another."""

    says = N_("A {noun} needs a title.")
    hint = N_("Write one of at most 200 characters.")
    status = 422


def check_title(title: str) -> str:
    """Answer the title as it is kept."""
    kept = title.strip()
    if not kept or len(kept) > 200:
        raise TitleMissing()
    return kept
''',
    "models.py": '''from django.db import models


class {Noun}(models.Model):
    """A {noun} (中文): what one row stands for."""

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=200)
    organ = models.CharField(max_length=18)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organ", "-id"], name="{noun}_of_organ")]

    def __str__(self) -> str:
        return self.title
''',
    "queries.py": '''"""Questions about {nouns}, always on whose behalf; nothing here writes."""

from django.db.models import QuerySet

from tongban.domains.{name}.models import {Noun}
from tongban.kernel.actor import Actor


def of_organ(by: Actor) -> QuerySet[{Noun}]:
    """The {nouns} of the organ of the post held now, the newest first."""
    return {Noun}.objects.filter(organ=by.organ).order_by("-id")
''',
    "actions.py": '''"""What is done with {nouns}; the only place that writes them."""

from django.db import transaction

from tongban.domains.{name} import rules
from tongban.domains.{name}.models import {Noun}
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def open_{noun}(*, title: str, by: Actor) -> {Noun}:
    """Open a {noun} for the organ of the post held now."""
    by.require("{noun}.open")
    made = {Noun}.objects.create(
        title=rules.check_title(title), organ=by.organ, opened_at=clock.now()
    )
    ledger.record("{noun}.opened", made, by=by)
    return made
''',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/test_actions.py": """import pytest

from tongban.domains.{name} import actions, queries, rules
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotPermitted
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db
GRANTS = frozenset({{"{noun}.open"}})
CLERK = Actor(kind="official", key="official:1@post:1", organ="A", grants=GRANTS)
OTHER = Actor(kind="official", key="official:2@post:2", organ="B")


def test_opened_once_and_recorded() -> None:
    made = actions.open_{noun}(title=" First ", by=CLERK)
    assert list(queries.of_organ(CLERK)) == [made]
    assert list(queries.of_organ(OTHER)) == []
    assert made.title == "First"
    assert [event.name for event in Event.objects.all()] == ["{noun}.opened"]


def test_without_the_grant_nothing_happens() -> None:
    with pytest.raises(NotPermitted):
        actions.open_{noun}(title="First", by=OTHER)
    assert not Event.objects.exists()


@pytest.mark.parametrize("title", ["", "  ", "x" * 201])
def test_a_title_that_says_nothing_is_refused(title: str) -> None:
    with pytest.raises(rules.TitleMissing):
        actions.open_{noun}(title=title, by=CLERK)
    assert not Event.objects.exists()
""",
}


def main(words: list[str]) -> int:
    """Write the skeleton."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="plural, as its folder is called: reviews, credit")
    parser.add_argument("--noun", help="its first thing, singular; else the name without its s")
    parser.add_argument("--shelf", default="registries", help="a domain beside which it stands")
    given = parser.parse_args(words)
    noun = given.noun or given.name.removesuffix("s")
    for word in (given.name, noun):
        if not re.fullmatch(r"[a-z][a-z_]{1,39}", word):
            parser.error(f"{word!r}: small letters and underscores only")
    folder = DOMAINS / given.name
    if folder.exists():
        parser.error(f"{folder.relative_to(ROOT)} exists already")
    if not (DOMAINS / given.shelf).is_dir():
        parser.error(f"no domain {given.shelf!r}: name one that stands on the same shelf")
    facts = {
        "name": given.name,
        "noun": noun,
        "nouns": given.name if given.name != noun else f"{noun}s",
        "Noun": camel(noun),
        "Title": camel(given.name),
    }
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(**facts), encoding="utf-8")
    put_on_shelf(given.name, given.shelf)
    put_in_settings(given.name, given.shelf)
    print(f"{folder.relative_to(ROOT)} stands beside {given.shelf}. What is left, in this order:")
    print(f"  1 GLOSSARY.md: a row for each new word (中文 | English | {facts['Noun']} | …)")
    print("  2 the card: write what 中文 stands for, the life, the limits and their law")
    print("  3 rules, models, actions as the law wants them; then the tables:")
    print(
        f"      .venv/bin/python -m django makemigrations {given.name} --settings tongban.settings"
    )
    print("  4 a door (portal.py, workbench.py, urls.py) and its texts: make i18n")
    print("  5 make docs check-fast test")
    return 0


def camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))


def put_on_shelf(name: str, shelf: str) -> None:
    """Contract 3: neighbours on a shelf do not know each other."""
    text = PROJECT.read_text(encoding="utf-8")
    begin = text.index('containers = ["tongban.domains"]')
    line = re.compile(rf'"([^"]*\b{shelf}\b[^"]*)"')
    found = line.search(text, begin + len('containers = ["tongban.domains"]'))
    if found is None:
        sys.exit(f"pyproject.toml: no shelf with {shelf}; put {name} on one by hand (contract 3)")
    text = f'{text[: found.start()]}"{found[1]} | {name}"{text[found.end() :]}'
    PROJECT.write_text(text, encoding="utf-8")


def put_in_settings(name: str, shelf: str) -> None:
    """Behind its neighbour: apps are loaded from the lowest shelf up."""
    text = SETTINGS.read_text(encoding="utf-8")
    line = f'    "tongban.domains.{shelf}",\n'
    text = text.replace(line, f'{line}    "tongban.domains.{name}",\n', 1)
    SETTINGS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
