"""The citizen's pages: the inbox, how to be told, and writing to the office about a case."""

import secrets
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from tongban.domains.messages import actions, queries
from tongban.domains.messages.queries import Message
from tongban.kernel.errors import Invalid, Refusal
from tongban.kernel.files import queries as stored
from tongban.kernel.files import rules as kinds
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, modes, refusals
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.menus import actor_of

ACCEPT = ",".join(sorted(kinds.CONTENT_TYPES[kind] for kind in kinds.MATERIALS))


def words_of(message: Message) -> tuple[str, str]:
    """Title and text in the language of the page."""
    found = queries.template(message.template)
    if found is None:
        return message.title, gettext("Something about “%(title)s” lies ready.") % {
            "title": message.title
        }
    english = (get_language() or "").startswith("en")
    facts = {"title": message.title, "number": message.number}
    title = (english and found.title_en) or found.title
    text = (english and found.text_en) or found.text
    return title.format(**facts), text.format(**facts)


@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """One's own messages, newest first."""
    by = actor_of(request)
    page = Paginator(queries.inbox(by=by), 30).get_page(request.GET.get("page"))
    context = {
        "layout": layouts.of(request),
        "page": page,
        "rows": [(row, *words_of(row)) for row in page],
        "unread": queries.unread(by=by),
    }
    return modes.page(request, "messages/inbox.html", context)


@signed_in
def message(request: HttpRequest, key: int) -> HttpResponse:
    """One message, read from now on."""
    found = actions.read(message=key, by=actor_of(request))
    title, text = words_of(found)
    context = {"layout": layouts.of(request), "message": found, "title": title, "text": text}
    return modes.page(request, "messages/message.html", context)


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is unread any more."""
    actions.mark_read(by=actor_of(request))
    return redirect("messages:inbox")


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """By which ways to be told besides the inbox."""
    by = actor_of(request)
    held = queries.preference(by.person or 0)
    problems: dict[str, list[str]] = {}
    mail = queries.mail_of(held)
    if request.method == "POST":
        mail = request.POST.get("mail", "")
        try:
            actions.prefer(sms="sms" in request.POST, mail=mail, by=by)
        except Invalid as invalid:
            problems = {name: [gettext(t) for t in ts] for name, ts in invalid.problems.items()}
        else:
            return redirect("messages:inbox")
    context = {
        "layout": layouts.of(request),
        "sms": "sms" in request.POST if request.method == "POST" else held.sms,
        "mail": mail,
        "problems": problems,
        "settings": queries.settings(),
    }
    return modes.page(
        request, "messages/preferences.html", context, status=422 if problems else 200
    )


@signed_in
def thread(request: HttpRequest, case_no: str) -> HttpResponse:
    """Write to the office that handles one's case, and read what it answers."""
    by = actor_of(request)
    case = queries.reachable(case_no, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        problems = _said(request, case_no)
        if not problems:
            return redirect("messages:thread", case_no)
    actions.see(case_no=case_no, is_office=False, by=by)
    found = queries.thread(case_no)
    context = {
        "layout": layouts.of(request),
        "case": case,
        "organ": identity.organ(case.organ),
        "remarks": queries.remarks(found, is_office=False),
        "owed": found.matter if found else None,
        "key": secrets.token_hex(16),
        "given": request.POST.get("words", "") if problems else "",
        "problems": problems,
        "accept": ACCEPT,
        "is_over": case.state == "archived",
    }
    return modes.page(request, "messages/thread.html", context, status=422 if problems else 200)


def _said(request: HttpRequest, case_no: str) -> dict[str, list[str]]:
    """Take what the applicant wrote; answers what of it cannot be taken."""
    upload = request.FILES.get("file")
    file = (upload.read(), upload.name or "") if isinstance(upload, UploadedFile) else None
    try:
        actions.ask(
            case_no=case_no,
            words=request.POST.get("words", ""),
            key=request.POST.get("key", ""),
            file=file,
            by=actor_of(request),
        )
    except Invalid as invalid:
        return {name: [gettext(t) for t in texts] for name, texts in invalid.problems.items()}
    except Refusal as refusal:
        if refusal.status not in {413, 415, 422}:
            raise
        told = refusals.say(refusal)
        return {"file": [f"{told.says}{told.hint}"]}
    return {}


@signed_in
def attachment(request: HttpRequest, key: int) -> HttpResponse:
    """A file of a remark, for whoever may see its case."""
    found = queries.attachment(key, by=actor_of(request))
    file = stored.stored(sha256=found.file)
    answer = HttpResponse(stored.read_file(file), content_type=file.content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    return answer
