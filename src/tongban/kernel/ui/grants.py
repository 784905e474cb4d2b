"""What a grant (权限) allows, in words: read from the cards that declare it."""

import re
from functools import cache

from django.apps import apps
from django.utils.translation import get_language

CHINESE = re.compile(r"\s*[(（]([^()（）]*[\u4e00-\u9fff][^()（）]*)[)）]\.?$")


@cache
def _declared() -> dict[str, tuple[str, str]]:
    """Grant -> what it allows, in English and in Chinese; the Chinese may be absent."""
    found: dict[str, tuple[str, str]] = {}
    for config in apps.get_app_configs():
        for grant, does in getattr(config.module, "GRANTS", {}).items():
            chinese = CHINESE.search(does)
            english = CHINESE.sub("", does).rstrip(".")
            found[grant] = (english, chinese.group(1) if chinese else "")
    return found


def words(grants: str) -> str:
    """The sentence of a grant, or of several with commas between; an unknown one bears its name."""
    is_english = (get_language() or "").startswith("en")
    said = []
    for grant in grants.split(","):
        english, chinese = _declared().get(grant.strip(), (grant.strip(), ""))
        said.append(english if is_english else chinese or english)
    return ("; " if is_english else "、").join(said)
