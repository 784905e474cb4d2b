"""What the home page shows, as plain values; a part without values is absent from the page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tongban.kernel.ui.lights import Light


@dataclass(frozen=True, slots=True)
class Quick:
    """A short way to something often used."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What a one-thing saves: how much it was, how much it is."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ThingCard:
    """A one-thing (一件事) on offer."""

    name: str
    url: str
    name_en: str = ""
    icon: str = "grid"
    organs: int = 0
    forms: Cut | None = None
    materials: Cut | None = None
    days: Cut | None = None
    for_firms: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A dot of the progress line; `state` is ok, now or empty."""

    label: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A one-thing of mine under way."""

    name: str
    url: str
    name_en: str = ""
    sentence: str = ""
    """What happens now and what I have to do, in one sentence; the elder page shows only this."""
    stages: Sequence[Stage] = ()
    light: Light | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that asks for me: a correction, a licence that runs out."""

    text: str
    url: str
    action: str
    icon: str = "bell"


@dataclass(frozen=True, slots=True)
class LicenceCard:
    """A licence (证照) of mine, its number masked."""

    name: str
    url: str
    number: str
    issuer: str
    name_en: str = ""
    tone: str = ""
    """teal (nothing), blue or clay."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A public figure about how well we work; `course` are the values before it."""

    name: str
    value: str
    unit: str
    note: str = ""
    course: Sequence[float] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FirmBand:
    """The way to the enterprise zone (企业专区): for a firm, for who acts for one, for everyone."""

    url: str
    policies_url: str
    name: str = ""
    """The firm for which one acts now."""
    firms: Sequence[str] = ()
    """Those for which one may act."""


@dataclass(frozen=True, slots=True)
class PortalHome:
    """The home page (首页)."""

    greeting: str = ""
    """The masked name of the one signed in."""
    running: Sequence[Running] = ()
    progress_url: str = ""
    reminders: Sequence[Reminder] = ()
    hot: Sequence[Quick] = ()
    quick: Sequence[Quick] = ()
    tiles: Sequence[Quick] = ()
    """The six of the elder page: always the same, always in this order."""
    things: Sequence[ThingCard] = ()
    things_url: str = ""
    licences: Sequence[LicenceCard] = ()
    licences_url: str = ""
    figures: Sequence[Figure] = ()
    figures_url: str = ""
    firm: FirmBand | None = None
    suggest_url: str = field(default="")
    """Answers suggestions while one types; the search works without."""
