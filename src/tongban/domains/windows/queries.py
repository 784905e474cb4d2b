"""Questions about visits: whom a clerk serves now, and what the visitor's screen shows."""

from tongban.domains.cases import queries as cases
from tongban.domains.cases.queries import DraftView
from tongban.domains.windows import rules
from tongban.domains.windows.models import Visit
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part


def current(*, by: Actor) -> Visit | None:
    """The visit that the clerk serves now; none when they act for themselves."""
    if by.proxy is None:
        return None
    found = Visit.objects.filter(clerk=by.key, proxy=by.proxy, ended_at=None).last()
    return found if found and _is_today(found) else None


def by_token(token: str) -> Visit:
    """The visit behind the address of a visitor's screen, while it lasts."""
    found = Visit.objects.filter(token=token, ended_at=None).first()
    if found is None or not _is_today(found):
        raise rules.VisitOver()
    return found


def _is_today(found: Visit) -> bool:
    return clock.moment(found.began_at).date() == clock.today()


def draft_of(visit: Visit) -> DraftView | None:
    """What this clerk fills in for this visitor now: the draft that was touched last."""
    visitor = part("windows").acting_for(person=visit.person)
    draft = cases.drafts(by=visitor).filter(made_by=visit.clerk, began_at__gte=visit.began_at)
    found = draft.first()
    return cases.view(found) if found else None


def is_confirmed(visit: Visit, view: DraftView) -> bool:
    """Whether the visitor confirmed the draft as it stands now."""
    return bool(visit.confirmed_hash) and visit.confirmed_hash == cases.stands(view)
