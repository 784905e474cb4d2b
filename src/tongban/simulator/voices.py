"""What citizens and firms say in a city that lives: they rate, ask, book, and search in vain.

Each act is one that a click could have done; what no official answers stays, and turns red.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from random import Random

from tongban.domains.appointments import actions as halls
from tongban.domains.appointments import queries as offered
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import ENDED
from tongban.domains.enterprise import actions as zone
from tongban.domains.enterprise.models import FirmQuestion
from tongban.domains.messages import actions as letters
from tongban.domains.messages.models import Thread
from tongban.domains.reviews import actions as reviews
from tongban.domains.reviews import queries as rated
from tongban.domains.reviews.models import Invitation, Review
from tongban.domains.reviews.rules import Level, Stage
from tongban.domains.services import actions as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.processes.rules import OWED
from tongban.simulator.endings import applicant_of, holders

CONTENT = (Level.VERY_GOOD,) * 14 + (Level.GOOD,) * 4 + (Level.FAIR,)
ANNOYED = (Level.BAD, Level.BAD, Level.VERY_BAD)
COMPLAINTS = ("窗口让我来了两趟。", "打电话没有人接。", "等的时间比承诺的长。")
QUESTIONS = (
    "请问现在办到哪一步了？",
    "材料里的地址写错了一个字，需要重新上传吗？",
    "结果可以寄到单位吗？",
)
ASKED_BY_FIRMS = (
    ("policy", "我们今年新招了两名毕业生，可以申请什么补贴？"),
    ("permit", "店面扩大到隔壁，许可证需要重新办还是变更？"),
    ("tax", "换了经营地址，社保账户要不要一起改？"),
    ("premises", "园区里还有没有二百平方米左右的厂房？"),
    ("inspection", "消防检查一年一般来几次？"),
)
MISSED = ("公积金装修提取", "宠物狗上牌", "无人机登记", "老房子装电梯", "地摊证")


def a_day(*, die: Random) -> int:
    """What is said on a working day; answers how many acts."""
    return sum(act(die) for act in (_rate, _mend, _ask, _reply, _firms, _book, _search))


def _done(acts: Iterable[Callable[[], object]]) -> int:
    """Do each; what the law refuses that day was not said."""
    count = 0
    for act in acts:
        try:
            act()
        except Refusal:
            continue
        count += 1
    return count


def _rate(die: Random) -> int:
    since = clock.today() - timedelta(days=3)
    open_ones = Invitation.objects.filter(review=None, invited_on__gte=since).order_by("id")
    return _done(partial(_rate_one, found, die) for found in open_ones if die.random() < 0.12)


def _rate_one(found: Invitation, die: Random) -> None:
    level = die.choice(CONTENT if die.random() > 0.08 else ANNOYED)
    points = rated.in_force().offered(level, found.channel)
    reviews.file(
        encounter=found.encounter,
        level=level,
        aspects=[point.key for point in die.sample(points, min(2, len(points)))],
        words=die.choice(COMPLAINTS) if level in ANNOYED else "",
        by=Actor(
            kind="person",
            key=f"person:{found.person}",
            person=found.person,
            for_person=found.person,
            for_entity=found.entity,
        ),
    )


def _mend(die: Random) -> int:
    """Bad reviews are verified, mended, answered; some lie there."""
    acts: list[Callable[[], object]] = []
    open_ones = Review.objects.filter(matter__isnull=False, closed_at=None).order_by("id")
    for found in open_ones.select_related("matter"):
        assert found.matter is not None
        for item in found.matter.items.filter(status__in=OWED):
            who = holders(item.grant, item.organ)
            if not who or die.random() > 0.25:
                continue
            acts.append(partial(_mend_one, found, item.stage, who[0]))
    return _done(acts)


def _mend_one(found: Review, stage: str, by: Actor) -> None:
    match stage:
        case Stage.VERIFY:
            organ = rated.organs_of(found.invitation)[0][0]
            finding = "已电话核实，情况属实。"
            reviews.verify(review=found.pk, outcome="upheld", organ=organ, finding=finding, by=by)
        case Stage.MEND:
            reviews.mend(review=found.pk, done="已约谈窗口人员，并更新一次性告知单。", by=by)
        case Stage.ANSWER:
            reviews.answer(
                review=found.pk, outcome="closed", answer="问题已整改，感谢您的批评。", by=by
            )


def _ask(die: Random) -> int:
    if die.random() > 0.35:
        return 0
    open_ones = Case.objects.exclude(state__in=[*ENDED]).order_by("-id").select_related("matter")
    chosen = [case for case in open_ones[:30] if die.random() < 0.05]
    return _done(
        partial(
            letters.ask, case_no=case.case_no, words=die.choice(QUESTIONS), by=applicant_of(case)
        )
        for case in chosen
    )


def _reply(die: Random) -> int:
    acts: list[Callable[[], object]] = []
    for thread in Thread.objects.filter(matter__isnull=False).order_by("id"):
        if (who := holders("case.accept", thread.organ)) and die.random() < 0.4:
            words = "您的办件正在审查，结果会在承诺期限内送达。"
            acts.append(partial(letters.answer, case_no=thread.case_no, words=words, by=who[0]))
    return _done(acts)


def _firms(die: Random) -> int:
    acts: list[Callable[[], object]] = []
    if die.random() < 0.4:
        firms = Case.objects.exclude(entity="").order_by("-id")[:60]
        if filed := list(firms):
            by = applicant_of(die.choice(filed))
            topic, words = die.choice(ASKED_BY_FIRMS)
            acts += [
                partial(zone.consent, by=by),
                partial(zone.ask, topic=topic, words=words, by=by),
            ]
    for asked in FirmQuestion.objects.filter(answered_at=None).order_by("id"):
        if (who := holders("firm.answer", asked.organ)) and die.random() < 0.5:
            words = "已为您查到适用的规定，详见专区“惠企政策”，服务专员会再与您联系。"
            acts.append(partial(zone.answer, question=asked.pk, words=words, by=who[0]))
    return _done(acts)


def _book(die: Random) -> int:
    """Someone books a slot of one of the coming days."""
    items = offered.bookable()
    if not items or die.random() > 0.5:
        return 0
    item = die.choice(items)
    filed = Case.objects.order_by("-id").values_list("person", flat=True)[:50]
    if not filed:
        return 0
    who = die.choice(list(filed))
    by = Actor(kind="person", key=f"person:{who}", person=who, for_person=who)

    def take() -> None:
        at = offered.place(item.key)
        day = die.choice(offered.days(at))
        free = [slot for slot in offered.slots(at, day) if slot.left]
        halls.book(item=item.key, starts=die.choice(free).starts_at, by=by)

    return _done([take])


def _search(die: Random) -> int:
    if die.random() > 0.3:
        return 0
    return _done([partial(services.note_missed, words=die.choice(MISSED), by=services.SELF)])
