"""Only what no source has: uploaded, promised, or handed in later."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from tongban.domains.cases.actions import drafting
from tongban.domains.cases.portal import rows
from tongban.domains.cases.portal.drafting import frame
from tongban.domains.cases.queries import pages
from tongban.kernel.errors import N_, Invalid, Refusal
from tongban.kernel.files import rules as files
from tongban.kernel.ui import menus, modes, refusals
from tongban.kernel.ui.access import signed_in

CHOOSE_A_FILE = N_("Choose a file first.")


@signed_in
def materials(request: HttpRequest, key: str) -> HttpResponse:
    """Only what no source has: upload it, or promise it; below, what was struck out and by what."""
    by = menus.actor_of(request)
    view = frame.open_view(request, key)
    if view.draft.filled_at is None:
        return redirect("draft", key=key)
    problems: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        material = request.POST.get("material", "")
        sent = request.FILES.get("file")
        try:
            chosen = {"promise": drafting.promise, "tolerance": drafting.tolerate}
            if given := chosen.get(request.POST.get("do", "")):
                given(key=key, material=material, by=by)
                return redirect("draft-materials", key=key)
            if not isinstance(sent, UploadedFile):
                raise Invalid({material: [gettext(CHOOSE_A_FILE)]})
            drafting.attach(
                key=key, material=material, data=sent.read(), name=sent.name or "", by=by
            )
            return redirect("draft-materials", key=key)
        except Invalid as invalid:
            problems, status = rows.said(invalid.problems), invalid.status
        except Refusal as refusal:
            if material not in {need.key for need in view.needs}:
                raise
            said = refusals.say(refusal)
            problems, status = {material: [f"{said.says}{said.hint}"]}, refusal.status
    names = pages.register_names()
    wanted = [need for need in view.needs if not need.is_free]
    items = {one.key: one for one in view.items}
    context = {
        **frame.around(view, 3),
        "wanted": [
            (
                need,
                view.draft.materials.get(need.key),
                [items[k] for k in need.items],
                problems.get(need.key, []),
            )
            for need in wanted
        ],
        "struck": [(need, _replaced_by(need, names)) for need in view.needs if need.is_free],
        "missing": len(view.missing),
        "is_trusted": view.is_trusted,
        "count": frame.count(view),
        "problems": problems,
        "accept": ",".join(sorted(files.CONTENT_TYPES[kind] for kind in files.MATERIALS)),
    }
    return modes.page(request, "cases/materials.html", context, status=status)


def _replaced_by(need: Any, names: Mapping[str, str]) -> str:
    if need.way == "register":
        return gettext("checked against: %(register)s") % {
            "register": names.get(need.reference, need.reference)
        }
    if need.way == "licence":
        return gettext("your e-licence is used")
    return gettext("an earlier step of this filing gives it")
