import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Value
from django.utils.translation import gettext

from tongban.domains.registries import rules
from tongban.domains.registries.models import (
    Correction,
    CorrectionReport,
    LookupRecord,
    RegisterRow,
    RowLink,
    SourceState,
)
from tongban.domains.registries.rules import Outcome, Question, Register, RowStatus
from tongban.kernel import clock
from tongban.kernel import rows as hot
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import masking, vault
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound, SignInNeeded, Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as matters
from tongban.kernel.workdays.tables import NATIONAL


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register answered; callers never know what stands behind."""

    register: str
    register_name: str
    source_organ: str
    """Key of the organ that owns the register."""
    source_name: str
    fetched_at: datetime
    query_id: str
    outcome: Outcome
    rows: tuple[dict[str, Any], ...] = ()
    """Each current entry with the asked fields it has, the newest first."""
    updated_on: tuple[date, ...] = ()
    """When the source last updated each entry, in their order."""
    fresh_within_days: int = rules.FRESH_WITHIN_DAYS
    """How long after that an entry counts as fresh, as the register declares."""

    @property
    def found(self) -> bool:
        return self.outcome == Outcome.FOUND

    @property
    def is_available(self) -> bool:
        return self.outcome != Outcome.UNAVAILABLE

    @property
    def values(self) -> dict[str, Any]:
        """The newest entry; empty when there is none."""
        return self.rows[0] if self.rows else {}


def register(key: str) -> Register:
    """The register in force under this key, or a refusal."""
    version = catalogue.find("register", key)
    if version is None:
        raise rules.UnknownRegister(register=key)
    return catalogue.compiled(version, _parse)


def _parse(version: catalogue.Version) -> Register:
    return rules.parse(version.body, version.id)


def _down() -> set[str]:
    return set(SourceState.objects.filter(is_up=False).values_list("register", flat=True))


def lookup(
    *,
    by: Actor,
    purpose: str,
    basis: str,
    case_no: str,
    initiator: str,
    register: str,
    subject: str,
    fields: Sequence[str],
) -> Answer:
    """Ask one register for the named fields of one subject; the only way to a register's row.

    Leaves a record before it answers, also when nothing is found. Raises `Unavailable` when the
    source is down, and RuntimeError inside an open transaction.
    """
    (answer,) = lookup_many(
        by=by,
        purpose=purpose,
        basis=basis,
        case_no=case_no,
        initiator=initiator,
        questions=[Question(register, subject, tuple(fields))],
    )
    if not answer.is_available:
        raise Unavailable(system=f"{answer.source_name}·{answer.register_name}")
    return answer


def lookup_many(
    *,
    by: Actor,
    purpose: str,
    basis: str,
    case_no: str,
    initiator: str,
    questions: Sequence[Question],
) -> list[Answer]:
    """Ask several registers at once; answers stand in the order of the questions.

    A source that is down spoils only its own answer (`is_available`). One bad question refuses all,
    before anything was read.
    """
    _refuse_inside_transaction()
    if by.kind == "nobody":
        raise SignInNeeded()
    rules.check_ground(purpose=purpose, basis=basis, case_no=case_no, initiator=initiator)
    known = {version.key: version for version in catalogue.all_current("register")}
    asked: list[tuple[Register, str]] = []
    for question in questions:
        if question.register not in known:
            raise rules.UnknownRegister(register=question.register)
        about = catalogue.compiled(known[question.register], _parse)
        about.check_fields(question.fields)
        asked.append((about, subject_key(question.subject)))
    down = _down()
    held_by = _held({(about.key, key) for about, key in asked if about.key not in down})
    names = identity.short_names({about.organ for about, _ in asked})
    at = clock.now()
    answers, records = [], []
    for (about, key), question in zip(asked, questions, strict=True):
        held = held_by.get((about.key, key), [])
        outcome = Outcome.FOUND if held else Outcome.NONE
        answer = Answer(
            register=about.key,
            register_name=about.name,
            source_organ=about.organ,
            source_name=names.get(about.organ, about.organ),
            fetched_at=at,
            query_id=f"Q{at:%Y%m%d}{secrets.token_hex(8)}",
            outcome=Outcome.UNAVAILABLE if about.key in down else outcome,
            rows=tuple(rules.picked(values_of(row), question.fields) for row in held),
            updated_on=tuple(row.updated_on for row in held),
            fresh_within_days=about.fresh_within_days,
        )
        answers.append(answer)
        records.append(
            LookupRecord(
                query_id=answer.query_id,
                at=at,
                actor=by.key,
                on_behalf=by.on_behalf,
                organ=by.organ,
                channel=by.channel,
                purpose=purpose,
                basis=basis,
                case_no=case_no,
                initiator=initiator,
                register=about.key,
                subject_hash=key,
                fields=list(question.fields),
                outcome=answer.outcome,
                rows=len(held),
            )
        )
    # The one write in a query, exempt by name in the house's test: a record that could be rolled
    # back with the caller's work would not prove who looked, and an answer must not leave before
    # its record stands. There is no transaction here, so that the statement stands by itself.
    hot.add_rows(*records)
    return answers


def _refuse_inside_transaction() -> None:
    """Refuse inside an open transaction: a real source may take seconds, holding every lock.

    Tests that run inside Django's own test transaction are let pass, by the mark that Django's
    durable blocks go by.
    """
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError(
            "lookup() was called inside an open transaction: ask the registers first, then open it."
        )


def subject_key(subject: str) -> str:
    """The key under which a subject stands: public codes as they are, all else as a keyed hash."""
    return subject.strip().upper() if rules.is_public_code(subject) else number_hash(subject)


number_hash = identity.number_hash


def entry_key(about: Register, subject: str, entry: str = "") -> str:
    """The key of one entry: its own number (hashed, for it tells who), or its subject's."""
    if not entry:
        return subject_key(subject)
    return vault.keyed_hash(entry, purpose=f"register.{about.key}.entry")


@dataclass(frozen=True, slots=True)
class Held:
    """A current row as a lookup finds it."""

    id: int
    register: str
    subject_hash: str
    sealed: str
    valid_from: date
    updated_on: date


def _held(asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Held]]:
    """The current rows of each (register, subject key): its own, or else those it is linked to."""
    registers = {register for register, _ in asked}
    keys = {key for _, key in asked}
    if not registers:
        return {}
    own = RegisterRow.objects.filter(
        register__in=registers, subject_hash__in=keys, status=RowStatus.CURRENT
    ).values_list(
        Value(0),
        "subject_hash",
        "id",
        "register",
        F("subject_hash"),
        "sealed",
        "valid_from",
        "updated_on",
    )
    linked = RowLink.objects.filter(
        subject_hash__in=keys, row__register__in=registers, row__status=RowStatus.CURRENT
    ).values_list(
        Value(1),
        "subject_hash",
        "row_id",
        "row__register",
        "row__subject_hash",
        "row__sealed",
        "row__valid_from",
        "row__updated_on",
    )
    found: dict[tuple[str, str], tuple[dict[int, Held], dict[int, Held]]] = {}
    for is_linked, key, *row in own.union(linked, all=True):
        held = Held(*row)
        found.setdefault((held.register, key), ({}, {}))[is_linked][held.id] = held
    return {
        place: sorted(
            (mine or theirs).values(), key=lambda held: (held.valid_from, held.id), reverse=True
        )
        for place, (mine, theirs) in found.items()
    }


def current_rows(register: str, subject: str) -> list[Held]:
    """The current rows of one subject, for the actions of this part; others ask `lookup`."""
    place = (register, subject_key(subject))
    return _held([place]).get(place, [])


def values_of(row: RegisterRow | Held) -> dict[str, Any]:
    """Open what a row holds."""
    return opened(row.sealed, f"register.{row.register}")


def opened(token: str, purpose: str) -> dict[str, Any]:
    """Open one sealed set of values."""
    values: dict[str, Any] = json.loads(vault.decrypt(token, purpose=purpose)) if token else {}
    return values


def sealed(values: Mapping[str, Any], purpose: str) -> str:
    """Seal one set of values; dates become text, as a form sends them."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return vault.encrypt(text, purpose=purpose)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A register holds plain values; {type(value).__name__} is none.")


def lookups_about(*, subject: str, limit: int = 200) -> list[LookupRecord]:
    """Who asked about a subject, the newest first; for the subject's own page."""
    records = LookupRecord.objects.filter(subject_hash=subject_key(subject))
    return list(records.order_by("-at", "-id")[:limit])


def lookups_of_case(case_no: str) -> QuerySet[LookupRecord]:
    """What was asked for one case, in order."""
    return LookupRecord.objects.filter(case_no=case_no).order_by("at", "id")


def calendar_of(division: str) -> str:
    """The nearest calendar of an organ's division: the city's, the province's, or the nation's."""
    held = deadlines.calendars_in_force()
    nearest = (f"city-{division[:4]}00", f"province-{division[:2]}0000")
    return next((code for code in nearest if code in held), NATIONAL)


def sources() -> list[tuple[Register, bool]]:
    """Every register with whether its source answers."""
    down = _down()
    registers = [catalogue.compiled(v, _parse) for v in catalogue.all_current("register")]
    return [(register, register.key not in down) for register in registers]


def corrections_of(case_no: str) -> list[Correction]:
    """The corrections that a case reported, oldest first."""
    reported = CorrectionReport._meta.db_table
    reports = hot.read_rows(
        f"SELECT t0.correction_id FROM {reported} t0 WHERE t0.case_no = %s", [case_no]
    )
    if not reports:
        return []
    found = Correction.objects.filter(pk__in=[pk for (pk,) in reports])
    return list(found.select_related("matter").order_by("id"))


def within(by: Actor) -> dict[str, str]:
    """Corrections are the owner's affair: an official sees those of the own organ only."""
    return {} if by.kind == "part" else {"matter__organ": by.organ}


def corrections(*, by: Actor, is_done: bool = False) -> list["CorrectionLine"]:
    """The corrections of the own organ's registers, the nearest due first; nothing personal."""
    by.require("correction.handle")
    rows = (
        Correction.objects.filter(**within(by), matter__isnull=False)
        .select_related("matter")
        .annotate(n=Count("reports"))
    )
    if is_done:
        rows = rows.filter(matter__state="ended").order_by("-decided_at")
    else:
        rows = rows.exclude(matter__state="ended").order_by("matter__due_on", "id")
    registers = {v.key: catalogue.compiled(v, _parse) for v in catalogue.all_current("register")}
    return [
        CorrectionLine(
            id=row.pk,
            register_name=registers[row.register].name,
            element_name=registers[row.register].elements.get(row.element, row.element),
            reason_words=gettext(rules.REASONS[row.reason]),
            status_words=gettext(rules.STATUSES[row.status]),
            reports=row.n,
            opened_at=row.opened_at,
            matter=row.matter,
        )
        for row in rows[:500]
        if row.register in registers
    ]


def correction(pk: int, *, by: Actor) -> "CorrectionView":
    """One correction, opened; pages call `actions.read_correction`, which leaves a read record."""
    by.require("correction.handle")
    found = (
        Correction.objects.select_related("matter")
        .filter(pk=pk, matter__isnull=False, **within(by))
        .first()
    )
    if found is None:
        raise NotFound()
    items = matters.open_items(found.matter_id or 0)
    return CorrectionView(
        correction=found,
        register=register(found.register),
        subject=opened(found.subject_sealed, "correction.subject").get("subject", ""),
        held=opened(found.held_sealed, "correction.value").get("value"),
        reports=[
            ReportView(report, opened(report.claimed_sealed, "correction.value").get("value"))
            for report in found.reports.order_by("id")
        ],
        stage=items[0].stage if items else "",
        version=items[0].version if items else 0,
    )


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction in a list."""

    id: int
    register_name: str
    element_name: str
    reason_words: str
    status_words: str
    reports: int
    opened_at: datetime
    matter: Any


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report with the value it claims."""

    report: CorrectionReport
    claimed: Any


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction as its handler sees it."""

    correction: Correction
    register: Register
    subject: str
    held: Any
    reports: list[ReportView]
    stage: str
    """The stage it stands in: verify, answer, or nothing once it is answered."""
    version: int

    @property
    def element_name(self) -> str:
        return self.register.elements.get(self.correction.element, self.correction.element)

    @property
    def subject_masked(self) -> str:
        plain = rules.is_public_code(self.subject)
        return self.subject if plain else masking.mask_person_number(self.subject)

    @property
    def reason_words(self) -> str:
        return gettext(rules.REASONS[self.correction.reason])

    @property
    def status_words(self) -> str:
        return gettext(rules.STATUSES[self.correction.status])
