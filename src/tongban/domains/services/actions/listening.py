"""What is learnt from use: words that found nothing, and how long things really took."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from tongban.domains.services import queries
from tongban.domains.services.models import ItemTiming, MissedSearch
from tongban.domains.services.queries.finding import KEPT_DAYS
from tongban.domains.services.rules import search
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue import queries as definitions
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries as flow

WORDS_A_DAY = 2000
"""Whoever types nonsense all day fills no table."""

CHOOSE_ONE = N_("Choose the service that these words mean.")


@transaction.atomic
def note_missed(*, words: str, by: Actor) -> None:
    """Count words that found nothing; masked, per day, and not a word of who asked.

    A count is no decision: the ledger hears of what a steward makes of it. `by` is the part alone.
    """
    kept = search.kept(words)
    if not kept:
        return
    today = clock.today()
    rows = MissedSearch.objects.filter(day=today, words=kept)
    if rows.update(count=F("count") + 1):
        return
    of_today = MissedSearch.objects.filter(day=today).count()
    if of_today == 0:
        MissedSearch.objects.filter(day__lte=today - timedelta(days=KEPT_DAYS)).delete()
    if of_today < WORDS_A_DAY:
        MissedSearch.objects.bulk_create(
            [MissedSearch(day=today, words=kept, count=0)], ignore_conflicts=True
        )
        rows.update(count=F("count") + 1)


@transaction.atomic
def dismiss(*, words: str, by: Actor) -> None:
    """Say that words are none of ours; they are not shown again."""
    by.require("item.words")
    _settle(words, "dismissed", by=by)
    ledger.record("search.dismissed", "services.search:words", by=by, length=len(words))


@transaction.atomic
def add_words(*, missed: str, words: str, means: str, by: Actor) -> Definition:
    """Propose missed words as words for a service; a second person publishes the draft."""
    by.require("item.words")
    by.require("definition.draft")
    added = search.new_words(words)
    known = {i.key for i in queries.items()} | {t.key for t in queries.things()}
    if means not in known:
        raise Invalid({"means": [CHOOSE_ONE]})
    body = _group(means)
    body["words"] = [*dict.fromkeys([*body["words"], added])]
    draft = catalogue.draft(
        kind="synonyms", key=str(body["key"]), body=body, by=by, note=f"未命中检索：{missed}"
    )
    draft = catalogue.submit(definition=draft.pk, by=by)
    _settle(missed, "word", by=by)
    ledger.record("search.answered", draft, by=by, means=means, length=len(added))
    return draft


def _group(means: str) -> dict[str, list[str] | str]:
    """The group of words for a service: one that is waiting already, one in force, or a new one."""
    current = definitions.find("synonyms", means)
    newest = next(
        (
            row
            for row in definitions.history("synonyms", means)
            if row.status == Definition.Status.SUBMITTED
        ),
        None,
    )
    body = newest.body if newest else current.body if current else None
    if body is None:
        return {"key": means, "words": [], "means": [means]}
    return {**body, "words": list(body["words"])}


def _settle(words: str, how: str, *, by: Actor) -> None:
    done = MissedSearch.objects.filter(words=words, settled="").update(
        settled=how, settled_at=clock.now(), settled_by=by.key
    )
    if not done:
        raise NotFound()


@transaction.atomic
def note_timing(*, item: str, matter: int, by: Actor) -> None:
    """Count how many working days a case took from filing to decision; the case is not kept."""
    by.require("item.compare")
    found = flow.matter(matter)
    calendar = deadlines.calendar(found.calendar)
    begun, decided = clock.moment(found.opened_at).date(), clock.today()
    days = min(calendar.between(begun, decided), 999) if decided > begun else 0
    rows = ItemTiming.objects.filter(item=item, days=days)
    if not rows.update(count=F("count") + 1):
        ItemTiming.objects.bulk_create(
            [ItemTiming(item=item, days=days, count=0)], ignore_conflicts=True
        )
        rows.update(count=F("count") + 1)
