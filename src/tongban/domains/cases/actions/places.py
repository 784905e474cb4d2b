"""Where a draft's items are to be handled: chosen by its owner, who saw what is asked otherwise."""

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.models import Draft
from tongban.domains.cases.queries import places
from tongban.domains.cases.rules import regions
from tongban.kernel import clock
from tongban.kernel.actor import Actor


@transaction.atomic
def choose_place(*, key: str, item: str, region: str, by: Actor, agreed: str = "") -> Draft:
    """Have an item of a draft handled in a region; `agreed` is the hash of what was shown.

    The item's own region needs no agreement, and is kept as chosen all the same. Elsewhere other
    materials may be asked, so that the registers are asked again afterwards.
    """
    draft = queries.draft(key, by=by, lock=True)
    view = queries.view(draft)
    wanted = next((o for o in places.options(view, item) if o.region == region), None)
    if wanted is None:
        raise regions.OutOfReach(item=view.title)
    if not wanted.is_home and agreed != wanted.agreement:
        raise regions.TermsChanged(item=wanted.item.name, region=wanted.name)
    chosen = {"region": region, "variant": wanted.pins[1], "agreed": agreed}
    kept = {**draft.places, item: chosen}
    if kept != draft.places:
        if chosen["variant"] != draft.places.get(item, {}).get("variant"):
            draft.filled_at = None
        draft.places = kept
        draft.saved_at = clock.now()
        draft.version += 1
        draft.save(update_fields=["places", "filled_at", "saved_at", "version"])
    return draft


@transaction.atomic
def stay_here(*, key: str, by: Actor) -> Draft:
    """Have every item whose place is open handled in its own region, as who files there means."""
    draft = queries.draft(key, by=by, lock=True)
    for item in places.unsettled(queries.view(draft)):
        home = places.options(queries.view(draft), item.key)[0]
        draft = choose_place(key=key, item=item.key, region=home.region, by=by)
    return draft
