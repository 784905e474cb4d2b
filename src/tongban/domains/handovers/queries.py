"""Questions about grants under supervision; nothing here writes."""

from django.db.models import Q, QuerySet

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Case
from tongban.domains.handovers import rules
from tongban.domains.handovers.models import Supervision
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.registries.queries import calendar_of
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound

__all__ = ["Supervision", "calendar_of"]

KIND = "supervision-handover"


def settings() -> rules.Settings | None:
    """How this city links approval and supervision; None where it does not."""
    version = catalogue.find("handovers", "handovers")
    return catalogue.compiled(version, _settings) if version else None


def _settings(version: catalogue.Version) -> rules.Settings:
    return rules.settings(version.body)


def case(matter: int) -> Case:
    """The case behind a matter."""
    found = cases.by_matter(matter)
    if found is None:
        raise NotFound()
    return found


def office(*, by: Actor, which: str = "") -> QuerySet[Supervision]:
    """What one's organ supervises, `open` or `received`, or what it `gave` to others to supervise.

    Those to sign for by remaining time, the others newest first.
    """
    if which == "gave":
        by.require("case.read")
        found = Supervision.objects.filter(granted_by=by.organ)
    else:
        by.require("handover.receive")
        found = Supervision.objects.filter(organ=by.organ, region__startswith=by.region)
        found = found.filter(received_at__isnull=which != "received")
    order = ("-id",) if which else ("matter__due_on", "id")
    return found.select_related("matter").order_by(*order)


def waiting(*, by: Actor) -> int:
    """How many wait for the post held now to sign."""
    return office(by=by).count() if by.may("handover.receive") else 0


def supervision(case_no: str, *, by: Actor) -> Supervision:
    """One, for the organ that supervises and for the one that granted."""
    sees = Q(organ=by.organ) if by.may("handover.receive") else Q(pk__in=[])
    if by.may("case.read"):
        sees |= Q(granted_by=by.organ)
    found = Supervision.objects.filter(sees, case_no=case_no).select_related("matter").first()
    if found is None:
        raise NotFound()
    return found


def licences_of(found: Supervision) -> list[Licence]:
    """What was granted."""
    return licences.of_case(found.case_no)
