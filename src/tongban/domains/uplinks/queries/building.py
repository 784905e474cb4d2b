"""The rows of a record, from what we hold today; made anew when something was mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.domains.cases import queries as cases
from tongban.domains.cases.rules import papers
from tongban.domains.licences import queries as licences
from tongban.domains.services import queries as services
from tongban.domains.services.rules import columns, exchange
from tongban.domains.services.rules.columns import CodeMap
from tongban.domains.uplinks.rules import tables
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import queries as ledger


@dataclass(frozen=True, slots=True)
class Built:
    """A record ready to be kept: its rows, and whether it takes something back."""

    tables: tables.Tables
    operation: str = "I"


def build(kind: str, source: str, codes: CodeMap) -> Built | None:
    """The rows of a record; None where what it told of is no longer there."""
    sort, _, key = source.partition(":")
    if kind == "item":
        return _item(key.partition("@")[0], codes)
    if sort == "event":
        event = ledger.latest().filter(pk=int(key)).first()
        if event is None:
            return None
        if kind == "review":
            return Built(tables.one_row(kind, _review(event), codes))
        found = cases.by_matter(event.matter or 0)
        cells = _special if kind == "special" else _process
        return Built(tables.one_row(kind, cells(found, event, codes), codes)) if found else None
    found = cases.by_matter(int(key))
    if found is None:
        return None
    return Built(tables.one_row(kind, (_result if kind == "result" else _accept)(found, codes),
                                codes))  # fmt: skip


def _time(value: datetime | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{clock.moment(value):%Y-%m-%d %H:%M:%S}"
    return f"{value:%Y-%m-%d}"


def _item(key: str, codes: CodeMap) -> Built | None:
    """An item whole, in all its tables; one that ended is taken back."""
    version = catalogue.find("service_item", key)
    if version is None:
        return Built({columns.BASIC: []}, "D")
    office = services.office(str(version.body["organ"]))
    if office is None:
        return None
    given = exchange.Given(version.key, version.body, office, version.no)
    made = exchange.to_tables([given], codes, made_at="", batch="")
    # The columns of the sending are filled when it is sent.
    ours = ("row_guid", "cd_operation", "cd_time", "cd_batch", "data_source")
    sending = {codes.column(name) for name in ours}
    return Built(
        {
            table: [
                {name: text for name, text in row.items() if name not in sending} for row in rows
            ]
            for table, rows in made.items()
        }
    )


def _task(found: Any) -> dict[str, str]:
    item = services.item_of(found.item)
    office = services.office(found.organ)
    return {
        "project_no": found.case_no,
        "catalog_code": item.basic_code,
        "task_code": exchange.task_code(office, item.basic_code) if office else "",
        "task_version": str(catalogue.by_id(found.item).no),
    }


def _accept(found: Any, codes: CodeMap) -> dict[str, Any]:
    application = found.application
    sort = "entity" if found.entity else "person"
    organ = identity.organ(found.organ)
    item = services.item_of(found.item)
    head = identity.person(found.person)
    numbers = [
        row.number
        for row in cases.notices(application)
        if row.case_id == found.pk and row.kind == papers.Kind.ACCEPTANCE
    ]
    channel = "window" if application.channel == "window" else "online"
    return {
        **_task(found),
        "project_name": application.title,
        "apply_date": _time(application.submitted_at),
        "accept_date": _time(found.accepted_at),
        "promise_date": _time(found.matter.due_on),
        "apply_type": tables.code(codes, "apply_type", channel),
        "project_type": codes.code("project_type", item.project_type),
        "applyer_name": application.addressee,
        "applyer_type": tables.code(codes, "applyer_type", sort),
        "applyer_page_type": tables.code(codes, "applyer_page_type", sort),
        "applyer_page_code": found.entity or identity.number_in_clear(head),
        "legal": head.name if found.entity else "",
        "org_name": organ.name,
        "org_code": organ.uscc,
        "accept_doc_no": "、".join(numbers),
    }


def _process(found: Any, event: Any, codes: CodeMap) -> dict[str, Any]:
    step, act = tables.ACTS[event.name]
    names = identity.names_of([event.actor])
    at = _time(event.at)
    # A rule or the law itself has no name; who applied is named in the acceptance alone.
    is_official = event.actor.startswith("official")
    return {
        "project_no": found.case_no,
        "process_name": step,
        "event_name": tables.code(codes, "event_name", act),
        "event_start_time": at,
        "event_end_time": at,
        "handle_user_name": names.get(event.actor, "") if is_official else "系统",
        "handle_explain": step,
    }


def _special(found: Any, event: Any, codes: CodeMap) -> dict[str, Any]:
    """One special procedure, from its start to its end if it has ended."""
    ended = (
        ledger.of_matter(found.matter_id).filter(name="case.special_ended", pk__gt=event.pk).first()
    )
    name = str(event.data.get("procedure", ""))
    return {
        "project_no": found.case_no,
        "special_name": name,
        "special_reason": "法定特别程序，不计入办理期限",
        "special_time": _time(event.at),
        "special_end_time": _time(ended.at) if ended else "",
        "special_result": str(ended.data.get("result", "")) if ended else "",
    }


def _result(found: Any, codes: CodeMap) -> dict[str, Any]:
    made = cases.determination(found)
    given = [row for row in licences.of_case(found.case_no) if made and made.result == "granted"]
    word = found.result or str(found.state)
    return {
        "project_no": found.case_no,
        "result_type": tables.code(codes, "result_type", word),
        "result_date": _time(found.decided_at or found.closed_at),
        "result_explain": made.reasons if made else "",
        "result_cetr_name": "、".join(row.name for row in given),
        "result_cetr_no": "、".join(row.identifier for row in given),
        "is_delivery_results": tables.code(codes, "yes_no", "yes" if found.closed_at else "no"),
    }


def _review(event: Any) -> Mapping[str, Any]:
    """How someone was content with which offices; neither who nor with which case."""
    return {
        "review_no": event.subject.rpartition(":")[2],
        "satisfaction": str(event.data["level"]),
        "org_code": "^".join(event.data["organs"]),
        "channel": event.data.get("channel", ""),
        "thing": event.data.get("thing", ""),
        "review_time": _time(event.at),
    }
