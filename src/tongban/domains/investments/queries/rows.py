"""Projects, on whose behalf; the only way to a row."""

from django.db.models import QuerySet

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Case
from tongban.domains.investments.models import Project
from tongban.domains.investments.rules import Path, path
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound, SignInNeeded

KIND = "investment"
"""The kind of matter that a project is."""


def _path(version: catalogue.Version) -> Path:
    return path(version.body)


def paths() -> list[Path]:
    """Every path in force, the longest first."""
    found = [catalogue.compiled(v, _path) for v in catalogue.all_current("investment_path")]
    return sorted(found, key=lambda one: (-one.limit, one.key))


def path_of(version: int) -> Path:
    """The path as a project pinned it."""
    return catalogue.compiled(catalogue.by_id(version), _path)


def mine(*, by: Actor) -> QuerySet[Project]:
    """The projects of the firm that the actor acts for, newest first."""
    if by.kind == "nobody":
        raise SignInNeeded()
    if not by.for_entity:
        return Project.objects.none()
    return Project.objects.filter(firm=by.for_entity).select_related("matter").order_by("-id")


def listed(*, by: Actor) -> QuerySet[Project]:
    """The projects of an official's region that have not ended, newest first."""
    by.require("project.read")
    rows = Project.objects.select_related("matter").order_by("-id")
    return rows.filter(region__startswith=_prefix(by.region))


def _prefix(region: str) -> str:
    """A city's own code ends in zeros: it holds all its districts."""
    return region.rstrip("0") if len(region) == 6 else region


def find(code: str, *, by: Actor) -> Project:
    """A project of one's own firm, or of one's region where the post may see it."""
    if by.is_official and not by.for_entity:
        found = listed(by=by).filter(code=code).first()
    else:
        found = mine(by=by).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def locked(code: str, *, by: Actor) -> Project:
    """The same, locked with its matter; for actions."""
    key = find(code, by=by).pk
    return Project.objects.select_for_update(of=("self",)).select_related("matter").get(pk=key)


def by_code(code: str) -> Project | None:
    """Whatever project bears the code; for what happens by itself."""
    return Project.objects.select_related("matter").filter(code=code).first() if code else None


def case_of(matter: int | None) -> Case | None:
    """The case behind a matter, if it is one of a project."""
    found = cases.by_matter(matter) if matter else None
    return found if found is not None and found.application.project else None
