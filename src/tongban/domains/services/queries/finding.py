"""How services are found in everyday words, and what people looked for in vain."""

from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

from django.db.models import Max, Sum

from tongban.domains.services import rules
from tongban.domains.services.models import MissedSearch
from tongban.domains.services.queries.offered import items, things
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue

KEPT_DAYS = 90
SHOWN_FROM = 3
"""Words asked less often are not shown: they may be someone's name."""

_kept: tuple[str, date, rules.Index] | None = None
_lock = Lock()


def index() -> rules.Index:
    """Everything that can be found, prepared once per edition and day in each process."""
    global _kept
    mark, today = catalogue.edition(), clock.today()
    kept = _kept
    if kept is None or kept[:2] != (mark, today):
        with _lock:
            kept = _kept = (mark, today, _build())
    return kept[2]


def _build() -> rules.Index:
    entries = [
        rules.Entry("one_thing", t.key, t.name, (*t.words, t.name_en), t.ready) for t in things()
    ]
    entries += [rules.Entry("service_item", i.key, i.name, (i.name_en,), i.ready) for i in items()]
    means: dict[str, list[str]] = {}
    for group in catalogue.all_current("synonyms"):
        for key in group.body.get("means", ()):
            means.setdefault(key, []).extend(group.body["words"])
    return rules.Index(entries, means)


def search(text: str) -> list[rules.Entry]:
    """Services that answer everyday words, best first; at most twenty."""
    return index().search(text)


@dataclass(frozen=True, slots=True)
class Missed:
    """Words that found nothing, over the last ninety days."""

    words: str
    count: int
    last_on: date


def missed(*, by: Actor) -> list[Missed]:
    """What people looked for in vain often enough to be shown, most wanted first."""
    by.require("item.words")
    since = clock.today() - timedelta(days=KEPT_DAYS)
    rows = MissedSearch.objects.filter(day__gt=since)
    settled = rows.exclude(settled="").values("words")
    found = (
        rows.exclude(words__in=settled)
        .values("words")
        .annotate(n=Sum("count"), last=Max("day"))
        .filter(n__gte=SHOWN_FROM)
        .order_by("-n", "words")[:200]
    )
    # What a synonym answers since is no longer missed.
    return [Missed(r["words"], r["n"], r["last"]) for r in found if not search(r["words"])]
