"""Applicant and office write to each other about a case; an answer is owed by a clock."""

import secrets

from django.db import IntegrityError, transaction

from tongban.domains.cases.rules.state import State as CaseState
from tongban.domains.messages import queries, rules
from tongban.domains.messages.actions.telling import SELF
from tongban.domains.messages.models import Remark, Thread
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import NotFound
from tongban.kernel.files import actions as files
from tongban.kernel.files.rules import clean_name
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flow

PROCESS = "case-question"
CLOCK = "message.reply"


@transaction.atomic
def ask(
    *, case_no: str, words: str, by: Actor, key: str = "", file: tuple[bytes, str] | None = None
) -> Remark:
    """The applicant writes to the office that handles the case; it owes an answer from now on."""
    case = queries.reachable(case_no, by=by)
    if by.is_official and not by.on_behalf:
        raise NotFound()
    if case.state == CaseState.ARCHIVED:
        raise rules.CaseIsOver()
    Thread.objects.get_or_create(
        case_no=case_no,
        defaults={
            "case_matter": case.matter_id,
            "organ": case.organ,
            "person": case.person,
            "entity": case.entity,
        },
    )
    thread = Thread.objects.select_for_update(of=("self",)).get(case_no=case_no)
    made, is_new = _write(thread, words, is_office=False, key=key, file=file, by=by)
    if not is_new:
        return made
    if thread.matter_id is None:
        _owe(thread, region=case.region, title=case.application.title)
    ledger.record(
        "remark.asked",
        made,
        by=by,
        matter=thread.case_matter,
        case_no=case_no,
        organ=thread.organ,
    )
    return made


@transaction.atomic
def answer(
    *, case_no: str, words: str, by: Actor, key: str = "", file: tuple[bytes, str] | None = None
) -> Remark:
    """The office writes; what it owed is answered by it. It may also write without being asked."""
    by.require("case.accept")
    case = queries.reachable(case_no, by=by)
    if case.organ != by.organ:
        raise NotFound()
    Thread.objects.get_or_create(
        case_no=case_no,
        defaults={
            "case_matter": case.matter_id,
            "organ": case.organ,
            "person": case.person,
            "entity": case.entity,
        },
    )
    thread = Thread.objects.select_for_update(of=("self",)).get(case_no=case_no)
    made, is_new = _write(thread, words, is_office=True, key=key, file=file, by=by)
    if not is_new:
        return made
    if thread.matter_id is not None:
        item = flow.open_items(thread.matter_id)[0]
        processes.act(
            item=item.pk,
            outcome="answered",
            by=by,
            event="remark.answered",
            data={"case_no": case_no, "organ": thread.organ},
        )
        deadlines.meet_all(matter=thread.matter_id, kinds=[CLOCK], by=by)
        Thread.objects.filter(pk=thread.pk).update(matter=None)
    else:
        ledger.record(
            "remark.answered",
            made,
            by=by,
            matter=thread.case_matter,
            case_no=case_no,
            organ=thread.organ,
        )
    return made


def _write(
    thread: Thread,
    words: str,
    *,
    is_office: bool,
    key: str,
    file: tuple[bytes, str] | None,
    by: Actor,
) -> tuple[Remark, bool]:
    kept = rules.check_words(words)
    key = key[:32] or secrets.token_hex(16)
    if found := Remark.objects.filter(thread=thread, key=key).first():
        return found, False
    sha256, name = "", ""
    if file is not None:
        data, said = file
        name = clean_name(said)
        sha256 = files.store(data=data, name=said, by=by).sha256
    try:
        with transaction.atomic():
            made = Remark.objects.create(
                thread=thread,
                key=key,
                is_office=is_office,
                words=vault.encrypt(kept, purpose=queries.WORDS),
                file=sha256,
                file_name=name,
                by=by.key,
                at=clock.now(),
            )
    except IntegrityError:
        # The same form from two windows: the first stands.
        return Remark.objects.get(thread=thread, key=key), False
    return made, True


def _owe(thread: Thread, *, region: str, title: str) -> None:
    settings = queries.settings()
    process = catalogue.find("process", PROCESS)
    if settings is None or process is None:
        return
    case_matter = flow.matter(thread.case_matter)
    matter = processes.start(
        process=process,
        kind=queries.KIND,
        subject=ledger.subject_of(thread),
        title=f"答复咨询：{title}",
        number=thread.case_no,
        organ=thread.organ,
        region=region,
        calendar=case_matter.calendar,
        by=SELF,
        records=False,
    )
    item = flow.open_items(matter.pk)[0]
    owed = deadlines.start(
        matter=matter.pk,
        kind=CLOCK,
        budget=settings.reply_days,
        calendar=case_matter.calendar,
        item=item.pk,
        by=SELF,
    )
    processes.set_due(matter=matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=SELF)
    Thread.objects.filter(pk=thread.pk).update(matter=matter)


@transaction.atomic
def see(*, case_no: str, is_office: bool, by: Actor) -> None:
    """One side has the page open: what the other wrote counts as read."""
    thread = queries.thread(case_no)
    if thread is None:
        return
    queries.reachable(case_no, by=by)
    Remark.objects.filter(thread=thread, is_office=not is_office, read_at=None).update(
        read_at=clock.now()
    )
