"""The cases of one filing with all that hangs on each, in few questions."""

from typing import NamedTuple

from tongban.domains.cases.models import (
    Application,
    Assessment,
    Case,
    CaseMaterial,
    Crossing,
    Determination,
    Handover,
    Return,
)
from tongban.kernel import rows
from tongban.kernel.processes.models import Matter


class Part(NamedTuple):
    """A case with what hangs on it."""

    case: Case
    materials: list[CaseMaterial]
    determination: Determination | None
    handover: Handover | None
    crossing: Crossing | None
    sent_back: Return | None
    later: list[Case]
    """The linked cases about it, newest last."""
    is_explained: bool
    """Whether a rule looked at it."""


def parts(application: Application) -> list[Part]:
    """The cases of a filing, in their order."""
    read = rows.read_rows(_PARTS, [application.pk], Case, Matter)
    cases: list[Case] = []
    for case, matter, *_ in read:
        case.matter, case.application = matter, application
        cases.append(case)
    keys = [case.pk for case in cases]
    these = f"t0.case_id IN ({rows.marks(keys)})"
    given: dict[int, list[CaseMaterial]] = {}
    for row in rows.read_where(CaseMaterial, f"{these} ORDER BY t0.id", keys):
        given.setdefault(row.case_id, []).append(row)
    decided = {row.case_id: row for row in rows.read_where(Determination, these, keys)}
    handed, crossed, returned, later = _rarer(
        *([key for key, line in zip(keys, read, strict=True) if line[n]] for n in range(2, 6))
    )
    return [
        Part(
            case,
            given.get(case.pk, []),
            decided.get(case.pk),
            handed.get(case.pk),
            crossed.get(case.pk),
            returned.get(case.pk),
            later.get(case.pk, []),
            bool(line[6]),
        )
        for case, line in zip(cases, read, strict=True)
    ]


def _rarer(
    handed: list[int], crossed: list[int], returned: list[int], about: list[int]
) -> tuple[dict[int, Handover], dict[int, Crossing], dict[int, Return], dict[int, list[Case]]]:
    """What few cases have, by the case; not asked where none has it."""
    handovers, crossings = Handover.objects.none(), Crossing.objects.none()
    returns, linked = Return.objects.none(), Case.objects.none()
    if handed:
        handovers = Handover.objects.select_related("matter").filter(case__in=handed)
    if crossed:
        crossings = Crossing.objects.select_related("matter").filter(case__in=crossed)
    if returned:
        returns = Return.objects.filter(case__in=returned)
    if about:
        linked = Case.objects.select_related("application", "matter").filter(about__in=about)
    later: dict[int, list[Case]] = {}
    for one in linked.order_by("id"):
        later.setdefault(one.about_id or 0, []).append(one)
    return (
        {row.case_id: row for row in handovers},
        {row.case_id: row for row in crossings},
        {row.case_id: row for row in returns},
        later,
    )


def _exists(table: str, key: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} x WHERE x.{key} = t0.id)"


# By hand: the page after every signature asks it.
_PARTS = (
    f"SELECT {{0}}, {{1}}, {_exists(Handover._meta.db_table, 'case_id')},"
    f" {_exists(Crossing._meta.db_table, 'case_id')},"
    f" {_exists(Return._meta.db_table, 'case_id')},"
    f" {_exists(Case._meta.db_table, 'about_id')},"
    f" {_exists(Assessment._meta.db_table, 'case_id')}"
    f" FROM {Case._meta.db_table} t0 JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id"
    " WHERE t0.application_id = %s ORDER BY t0.id"
)
