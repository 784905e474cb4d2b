"""Which city this is: the few words of `city.toml` that stand on every page."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext


@dataclass(frozen=True, slots=True)
class Place:
    """The city (城市) as its pages name it."""

    name: str = ""
    name_en: str = ""
    hotline: str = "12345"
    slogan: str = ""
    slogan_en: str = ""
    site_name: str = ""
    site_name_en: str = ""
    workbench_name: str = ""
    workbench_name_en: str = ""

    @property
    def tel(self) -> str:
        """The hotline as a telephone dials it."""
        return "".join(character for character in self.hotline if character in "+0123456789")

    @property
    def short(self) -> str:
        """The name without the word for its rank, as people say it: 青禾市 -> 青禾."""
        if _in_english():
            return self.name_en or self.name
        return self.name[:-1] if len(self.name) > 2 and self.name[-1] in "市省州" else self.name

    @property
    def full(self) -> str:
        """The name in the language of the page."""
        return (self.name_en if _in_english() else self.name) or self.name

    @property
    def portal(self) -> str:
        """What the portal is called."""
        own = self.site_name_en if _in_english() else self.site_name
        return own or (
            gettext("%(city)s One-Stop Services") % {"city": self.short}
            if self.name
            else gettext("Tongban One-Stop Services")
        )

    @property
    def workbench(self) -> str:
        """What the officials' side is called."""
        own = self.workbench_name_en if _in_english() else self.workbench_name
        return own or (
            gettext("%(city)s Workbench") % {"city": self.short}
            if self.name
            else gettext("Tongban Workbench")
        )


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


@cache
def _read(folder: Path) -> Place:
    path = folder / "city.toml"
    if not path.exists():
        return Place()
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {name: str(found[name]) for name in Place.__dataclass_fields__ if name in found}
    return Place(**known)


def here() -> Place:
    """The city of this deployment; nameless until it is set up."""
    return _read(Path(settings.TONGBAN_CITY))
