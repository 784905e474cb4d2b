"""A mother is told, asks the office, and is answered; and what goes wrong on the way."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve

from tests import given
from tests.city import city as city  # a fixture
from tongban.connectors import messages as connector
from tongban.connectors.messages import SimulatedGateway
from tongban.domains.cases.models import Case, Notice
from tongban.domains.licences import queries as licences
from tongban.domains.messages import actions, queries, rules
from tongban.domains.messages.models import Message, Preference, Remark, Sending, Thread
from tongban.domains.messages.rules import State
from tongban.domains.messages.tests.people import forget_the_founding
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.errors import Invalid, NotFound, NotPermitted, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.jobs.models import Job
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter
from tongban.kernel.ui import modes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
OPERATOR = Actor(
    kind="official", key="official:9@post:9", organ="X", grants=frozenset({"message.operate"})
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        forget_the_founding()
        yield


@pytest.fixture
def ask(rf: Any) -> Any:
    def asked(path: str, by: Actor, post: dict[str, Any] | None = None, ui: str = "zh") -> Any:
        request = rf.get(path) if post is None else rf.post(path, post)
        request.actor, request.ui = by, modes.read(ui)
        found = resolve(path.partition("?")[0])
        return found.func(request, *found.args, **found.kwargs)

    return asked


def gateway() -> SimulatedGateway:
    found = connector.gateway()
    assert isinstance(found, SimulatedGateway)
    return found


def lines(tmp_path: Path) -> list[dict[str, str]]:
    file = tmp_path / "messages.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def police(case: Case) -> Actor:
    """The acceptor of the office that handles the case."""
    holder = identity.officials_with("case.accept", case.organ)[0]
    account = identity.account_of(holder.person, is_official=True)
    assert account is not None
    return identity.actor_for(account=account, post=holder.post)


@pytest.fixture
def filed() -> Case:
    """A birth registration that waits for the police."""
    application = given.birth()
    given.settle()
    return application.cases.select_related("matter").get(item_key="birth-registration")


def test_each_document_is_told_of_once(filed: Case, tmp_path: Path) -> None:
    notices = set(Notice.objects.values_list("message_id", flat=True))
    assert set(Message.objects.values_list("message_id", flat=True)) == notices
    told = lines(tmp_path)
    assert {line["id"] for line in told} == notices and len(told) == len(notices)
    assert not Sending.objects.exclude(state=State.SENT).exists()
    for event in Event.objects.filter(name="message.queued"):
        actions.send(message=int(event.subject.rpartition(":")[2]), by=actions.SELF)
    assert len(lines(tmp_path)) == len(notices)


def test_the_inbox(filed: Case, ask: Any) -> None:
    mother = given.mother()
    count = queries.unread(by=mother)
    assert count >= 2 and queries.unread(by=NOBODY) == 0
    for ui in ("zh", "elder", "en"):
        assert ask("/messages/", mother, ui=ui).status_code == 200
    first = queries.inbox(by=mother)[0]
    page = ask(f"/messages/{first.pk}/", mother).content.decode()
    assert f"/my/{first.number}/" in page
    assert queries.unread(by=mother) == count - 1
    with pytest.raises(NotFound):
        ask(f"/messages/{first.pk}/", OPERATOR)
    with pytest.raises(SignInNeeded):
        ask("/messages/", NOBODY)
    assert ask("/messages/read/", mother, post={}).status_code == 302
    assert queries.unread(by=mother) == 0


def test_who_wants_no_sms_gets_none(tmp_path: Path, ask: Any) -> None:
    mother = given.mother()
    wrong = ask("/messages/settings/", mother, post={"mail": "nowhere"})
    assert wrong.status_code == 422 and not Preference.objects.exists()
    assert ask("/messages/settings/", mother, post={"mail": "lin@example.cn"}).status_code == 302
    assert "lin@example.cn" in ask("/messages/settings/", mother).content.decode()
    assert "lin@" not in Preference.objects.get().mail
    given.birth()
    given.settle()
    assert set(Sending.objects.values_list("channel", flat=True)) == {"mail"}
    assert all(line["id"].endswith(":mail") for line in lines(tmp_path))
    with pytest.raises(NotPermitted):
        actions.prefer(sms=False, mail="", by=mother.acting_for(person=10**6, proxy=1))


def test_at_night_nothing_rings(tmp_path: Path) -> None:
    with clock.at("2026-09-07 22:30"):
        given.birth()
        ledger.deliver()
        assert not lines(tmp_path) and queries.unread(by=given.mother())
        held = Job.objects.filter(kind="messages.send-owed")
        wait = held.order_by("due_at")[0].due_at - clock.instant()
        assert timedelta(hours=9) < wait <= timedelta(hours=9, minutes=31)
        assert actions.send_owed(by=actions.SELF) == 0
    with clock.at("2026-09-08 08:00"):
        assert actions.send_owed(by=actions.SELF) == Sending.objects.count() > 0
        assert actions.send_owed(by=actions.SELF) == 0


def test_a_gateway_that_is_down_and_an_operator(tmp_path: Path, ask: Any) -> None:
    mother = given.mother()
    assert mother.person is not None
    made = actions.tell(
        message_id="m1", person=mother.person, template="granted", title="落户", by=actions.SELF
    )
    again = actions.tell(
        message_id="m1", person=mother.person, template="refused", title="x", by=actions.SELF
    )
    assert again.pk == made.pk and again.template == "granted"
    gateway().failures = rules.FAILURES
    for _ in range(rules.FAILURES - 1):
        with pytest.raises(connector.Unavailable):
            actions.send(message=made.pk, by=actions.SELF)
    assert actions.send(message=made.pk, by=actions.SELF) == 0
    [row] = Sending.objects.all()
    assert (row.state, row.attempts) == (State.FAILED, rules.FAILURES)
    assert "再次发送" in ask("/office/messages/?state=failed", OPERATOR).content.decode()
    with pytest.raises(NotPermitted):
        ask("/office/messages/", mother)
    assert ask("/office/messages/", OPERATOR, post={"sending": str(row.pk)}).status_code == 302
    with pytest.raises(rules.NotFailed):
        actions.retry(sending=row.pk, by=OPERATOR)
    with pytest.raises(NotFound):
        ask("/office/messages/", OPERATOR, post={"sending": "x"})
    ledger.deliver()
    assert [line["id"] for line in lines(tmp_path)] == ["m1"]


def test_a_question_is_owed_an_answer(filed: Case, ask: Any) -> None:
    mother, clerk = given.mother(), police(filed)
    page = f"/messages/case/{filed.case_no}/"
    form = {"words": "需要带原件吗？电话 13812340052", "key": "k1"}
    assert ask(page, mother, post=form).status_code == 302
    assert ask(page, mother, post=form).status_code == 302  # sent twice, said once
    assert Remark.objects.count() == 1 and "1381234" not in Remark.objects.get().words
    matter = Matter.objects.get(kind="case-question")
    assert (matter.organ, matter.due_on) == (filed.organ, date(2026, 9, 9))
    assert ask(page, mother, post={"words": "另外，周六上班吗？"}).status_code == 302
    assert Matter.objects.filter(kind="case-question").count() == 1
    assert filed.case_no in ask("/office/messages/questions/", clerk).content.decode()
    clock.move("2026-09-10 09:00")
    while deadlines.sweep(by=part("test")):
        pass
    assert Event.objects.filter(name="clock.breached", data__kind="message.reply").count() == 1
    office = f"/office/messages/case/{filed.case_no}/"
    assert "需要带原件吗" in ask(office, clerk).content.decode()
    assert ask(office, clerk, post={"words": "不需要。", "key": "a1"}).status_code == 302
    assert ask(office, clerk, post={"words": "不需要。", "key": "a1"}).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "ended" and Thread.objects.get().matter is None
    given.settle()
    assert Message.objects.filter(template="answer").count() == 1
    for ui in ("zh", "elder"):
        assert "不需要。" in ask(page, mother, ui=ui).content.decode()
    assert all(row.read_at for row in Remark.objects.all())
    texts = str(list(Event.objects.values_list("data", flat=True)))
    assert "13812340052" not in texts and "原件" not in texts


def test_attachments_are_looked_into_and_kept_apart(filed: Case, ask: Any) -> None:
    mother = given.mother()
    page = f"/messages/case/{filed.case_no}/"

    def send(name: str, content: bytes) -> Any:
        return ask(
            page, mother, post={"words": "见附件", "file": SimpleUploadedFile(name, content)}
        )

    assert send("photo.jpg", b"MZ").status_code == 422 and not Remark.objects.exists()
    png = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
        b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84"
        b"\x00\x00\x00\x00IEND\xaeB`\x82"
    )
    assert send("照片.png", png).status_code == 302
    remark = Remark.objects.get()
    got = ask(f"/messages/files/{remark.pk}/", mother)
    assert got.content == png and "attachment" in got["Content-Disposition"]
    with pytest.raises(NotFound):
        ask(f"/messages/files/{remark.pk}/", given_stranger())
    with pytest.raises(NotFound):
        ask("/messages/files/999999/", mother)


def given_stranger() -> Actor:
    return Actor(kind="person", key="person:0", person=0, for_person=0)


def test_who_may_write(filed: Case) -> None:
    with pytest.raises(NotFound):
        actions.ask(case_no=filed.case_no, words="x", by=given_stranger())
    with pytest.raises(NotPermitted):
        actions.answer(case_no=filed.case_no, words="x", by=given.mother())
    for words in ("", "问" * 2001):
        with pytest.raises(Invalid):
            actions.ask(case_no=filed.case_no, words=words, by=given.mother())
    assert not Thread.objects.exists() or not Remark.objects.exists()
    Case.objects.filter(pk=filed.pk).update(state="archived")
    with pytest.raises(rules.CaseIsOver):
        actions.ask(case_no=filed.case_no, words="x", by=given.mother())


@pytest.mark.parametrize("event", ["licence.running_out", "licence.expired"])
def test_whoever_keeps_a_licence_is_told_that_it_runs_out(event: str) -> None:
    mother = given.mother()
    for _ in range(2):  # whatever is delivered twice is told once
        with transaction.atomic():
            ledger.record(
                event, "licences.licence:7", by=part("licences"), type="food_licence",
                identifier="1.2.156.3005.2.11", keeper=mother.person, entity="", days=60,
            )  # fmt: skip
        given.settle()
    told = Message.objects.get()
    assert (told.person, told.link) == (mother.person, "/licences/1.2.156.3005.2.11/")
    assert told.title == licences.type_in_force("food_licence")[1].name
