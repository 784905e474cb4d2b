"""How a city serves its firms: who answers, within how many working days, by region and kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault


@dataclass(frozen=True, slots=True)
class Officer:
    """A service officer (服务专员): one named person for the firms of a region and kind."""

    login: str
    name: str
    organ: str
    phone: str
    regions: tuple[str, ...]
    kinds: tuple[str, ...]

    def serves(self, division: str, kind: str) -> bool:
        is_here = not self.regions or any(
            division.startswith(one.rstrip("0")) for one in self.regions
        )
        return is_here and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The city's enterprise.toml."""

    reply_days: int
    least_shown: int
    """Groups smaller than this are not shown in the report: few firms are soon a known firm."""
    officers: tuple[Officer, ...]
    topics: tuple[Topic, ...]
    opening: str = ""
    """The one-thing by which a business is opened, measured for the promise of one day."""

    def officer_for(self, division: str, kind: str) -> Officer:
        """The first that serves; the last row serves all (`check` sees to it)."""
        return next(one for one in self.officers if one.serves(division, kind))


def settings(body: Mapping[str, Any]) -> Settings:
    """Read the published file."""
    return Settings(
        reply_days=int(body.get("reply_days", 1)),
        least_shown=int(body.get("least_shown", 3)),
        officers=tuple(
            Officer(
                login=row["login"],
                name=row["name"],
                organ=row["organ"],
                phone=row.get("phone", ""),
                regions=tuple(row.get("regions", ())),
                kinds=tuple(row.get("kinds", ())),
            )
            for row in body["officer"]
        ),
        topics=tuple(
            Topic(row["key"], row["name"], row.get("name_en", "")) for row in body["topic"]
        ),
        opening=str(body.get("opening", "")),
    )


def check_settings(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what would leave a firm without anybody to ask."""
    missing = [name for name in ("officer", "topic") if not body.get(name)]
    if missing:
        return [Fault(name, N_("This is missing."), N_("Write it.")) for name in missing]
    found = settings(body)
    faults = []
    if found.reply_days < 1 or found.least_shown < 1:
        faults.append(Fault("reply_days", N_("At least one."), N_("Write a whole number.")))
    if found.officers[-1].regions or found.officers[-1].kinds:
        faults.append(
            Fault(
                "officer",
                N_("The last officer must serve all firms."),
                N_("Take its regions and kinds out, or add one after it."),
            )
        )
    faults += [
        Fault(f"officer[{number}].organ", N_("There is no such organ."), N_("Use its key."))
        for number, one in enumerate(found.officers)
        if known.answers_for("organ") and not known.has("organ", one.organ)
    ]
    return faults
