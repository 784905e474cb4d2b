"""Officials at their desks: each act is the one an official would click, by the same actions."""

from dataclasses import dataclass
from random import Random

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import acceptance, determination, hearings, review
from tongban.domains.cases.rules import papers
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Organ
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem

_actors: dict[tuple[str, str, str], list[Actor]] = {}


def officials(item: WorkItem) -> list[Actor]:
    """Those in whose hands the work item may come, as the actors that their posts make of them."""
    place = (item.organ, item.grant, item.post)
    if place not in _actors:
        _actors[place] = [
            actor
            for holder in identity.officials_with(item.grant, item.organ)
            if (account := identity.account_of(holder.person, is_official=True))
            and (actor := identity.actor_for(account=account, post=holder.post)).may(item.grant)
            and item.post in {"", actor.post_key}
        ]
    return _actors[place]


def forget() -> None:
    """Forget who holds which post: another city, another day."""
    _actors.clear()


def companies() -> list[str]:
    """The organs whose part comes and goes by a connector: nobody sits at a desk for it."""
    return list(Organ.objects.filter(kind="company").values_list("uscc", flat=True))


@dataclass(frozen=True, slots=True)
class Temper:
    """How an official decides, in shares of a hundred."""

    supplement: int = 0
    decline: int = 0
    refuse: int = 0
    consult: int = 0
    broken: int = 0
    """Of promises checked afterwards."""


def work(item: WorkItem, *, die: Random, temper: Temper = Temper(), by: Actor | None = None) -> str:
    """Do a work item as an official would; answers what was done, or an empty text."""
    candidates = officials(item)
    if not candidates:
        return ""
    actor = by or die.choice(candidates)
    if item.mode != flow.Mode.SERIAL:
        review.answer(item=item.pk, opinion="经研究，无不同意见。", by=actor)
        return "answered"
    partner = next((a for a in candidates if a.key != actor.key), None)
    if item.matter.kind == "post_check":
        kept = die.randrange(100) >= temper.broken
        review.check_promise(
            item=item.pk,
            outcome="kept" if kept else "broken",
            opinion="经现场核查，承诺属实。" if kept else "现场与承诺的操作流程不符。",
            second_officer=partner.key if partner else "",
            by=actor,
        )
        return "checked"
    found = cases.by_matter(item.matter_id)
    if found is None:
        return ""
    stage = processes.graph(item.matter.process or 0).stages[item.stage]
    roll = die.randrange(100)
    if stage.legal == "accept":
        return _receive(item, actor, temper, roll, found.supplement_count)
    if stage.legal == "decide":
        if cases.needs_hearing(cases.item_of(found)) and not cases.hearing_of(found)[0]:
            hearings.offer(item=item.pk, by=actor)
            return "hearing"
        if roll < temper.refuse:
            determination.refuse(
                item=item.pk,
                reasons="经审查，申报内容与核查结果不符，不具备法定条件。",
                law="《中华人民共和国行政许可法》第三十八条第二款",
                remedies=papers.REMEDIES,
                by=actor,
            )
            return "refused"
        determination.grant(item=item.pk, reasons="经审查，符合法定条件、标准。", by=actor)
        return "granted"
    review.pass_on(
        item=item.pk,
        outcome=stage.outcomes[0],
        opinion="经审查，材料属实，建议准予。",
        by=actor,
        second_officer=partner.key if partner else "",
    )
    return "passed"


def _receive(item: WorkItem, actor: Actor, temper: Temper, roll: int, asked: int) -> str:
    if roll < temper.supplement and not asked:
        acceptance.ask_supplement(
            item=item.pk,
            defects=[
                {
                    "kind": "material",
                    "key": "statement",
                    "name": "情况说明",
                    "needed": "请补充说明申报情况并签字",
                }
            ],
            by=actor,
        )
        return "supplement"
    if roll >= 100 - temper.decline:
        acceptance.decline(
            item=item.pk,
            reasons="申请事项依法不属于本机关职权范围。",
            law="《中华人民共和国行政许可法》第三十二条第一款第二项",
            by=actor,
        )
        return "declined"
    acceptance.accept(item=item.pk, by=actor)
    return "accepted"
