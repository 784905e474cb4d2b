"""What the city publishes for firms: its policies, and who serves whom."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from tongban.domains.enterprise import rules
from tongban.domains.enterprise.rules import Officer, Policy, Settings
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Version
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity


def settings() -> Settings:
    """How this city serves its firms."""
    return catalogue.compiled(catalogue.current("enterprise", "enterprise"), _settings)


def _settings(version: Version) -> Settings:
    return rules.settings(version.body)


def policy_of(definition: int) -> Policy:
    """A policy as it was when something rested on it."""
    return _compiled(catalogue.by_id(definition))


def policy(key: str) -> tuple[Version, Policy]:
    """A policy in force; refuses when there is none."""
    version = catalogue.current("policy", key)
    return version, _compiled(version)


def policies(*, is_open: bool = True) -> list[tuple[Version, Policy]]:
    """The policies in force; those whose period is running, unless told otherwise."""
    today = clock.today()
    found = [(version, _compiled(version)) for version in catalogue.all_current("policy")]
    return [pair for pair in found if not is_open or pair[1].is_open(today)]


def policy_by_item(item: str) -> tuple[Version, Policy] | None:
    """The policy that is applied for by a service item; also one whose period is over by now."""
    return next((pair for pair in policies(is_open=False) if pair[1].item == item), None)


def _compiled(version: Version) -> Policy:
    return catalogue.compiled(version, _policy)


def _policy(version: Version) -> Policy:
    return rules.policy(version.body)


def typed(values: dict[str, Any]) -> dict[str, Any]:
    """Register values as a rule takes them; what cannot be read is left out, as if not held."""
    elements = services.elements()
    found = {
        name: rules.typed(elements.get(name, {}).get("type", "text"), value)
        for name, value in values.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def element_name(key: str) -> dict[str, str]:
    """How an element is called, in both languages."""
    body = services.elements().get(key, {})
    return {"name": body.get("name", key), "name_en": body.get("name_en", key)}


def said(key: str, value: Any) -> str:
    """A value in the words of its element: the option's name, not its code."""
    element = services.elements().get(key, {})
    if element.get("type") == "yes_no":
        return gettext("Yes") if value == "yes" else gettext("No")
    if isinstance(value, date):
        return value.isoformat()
    is_english = (get_language() or "").startswith("en")
    for option in element.get("options", ()):
        if option.get("value") == value:
            name = option.get("name", value)
            return str(option.get("name_en", name) if is_english else name)
    return str(value)


def officer_of(uscc: str) -> Officer:
    """The service officer of a firm, by its region and kind."""
    firm = identity.entity(uscc)
    return settings().officer_for(firm.division, firm.kind)


def topic_name(key: str) -> str:
    """What a question is about, in words."""
    return next((one.name for one in settings().topics if one.key == key), key)


def check_topic(key: str) -> str:
    if key not in {one.key for one in settings().topics}:
        raise NotFound()
    return key


def calendar_of(division: str) -> str:
    """The nearest calendar of a division: the city's, the province's, or the nation's."""
    held = deadlines.calendars_in_force()
    nearest = (f"city-{division[:4]}00", f"province-{division[:2]}0000")
    return next((code for code in nearest if code in held), "national")
