"""Files that an act's form hands in: looked into and stored before the act, named by their hash."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tongban.domains.cases.workbench.acts.asks import Ask
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Invalid, Refusal
from tongban.kernel.files import actions as files
from tongban.kernel.ui import refusals


def taken(
    asks: Sequence[Ask],
    sent: QueryDict,
    uploads: "MultiValueDict[str, UploadedFile[Any]]",
    *,
    by: Actor,
) -> QueryDict:
    """The form with each file's hash in its field; whatever text was sent there is no file."""
    wanted = [ask for ask in asks if ask.kind == "file"]
    if not wanted:
        return sent
    data = sent.copy()
    for ask in wanted:
        data[ask.name] = ""
        upload = uploads.get(ask.name)
        if upload is None:
            continue
        try:
            stored = files.store(data=upload.read(), name=upload.name or "", by=by)
        except Refusal as refusal:
            said = refusals.say(refusal)
            raise Invalid({ask.name: [f"{said.says}{said.hint}"]}) from refusal
        data[ask.name] = stored.sha256
    return data
