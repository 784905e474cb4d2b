"""The demo in one command: keys, tables, the city, sixty days of life; then web and worker."""

import argparse
import os
import signal
import threading
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.db import connections
from django.utils.translation import get_language, gettext

from tongban.cli import children, demo, terminal
from tongban.kernel.errors import N_
from tongban.kernel.identity import queries as identity

WORTH_OPENING = [
    ("/", N_("what citizens see: search for 生孩子, or “newborn”")),
    ("/office/", N_("what officials see: the queue by remaining time")),
    ("/styleguide/", N_("every part of every page, in every mode")),
]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--port", type=int, default=settings.TONGBAN_PORT)
    parser.add_argument("--persons", type=int, default=5000)
    parser.add_argument("--firms", type=int, default=800)
    parser.add_argument("--days", type=int, default=demo.DAYS, help="days lived before today")
    parser.add_argument(
        "--per-day", type=int, default=demo.PER_DAY, help="applications on a working day"
    )
    parser.add_argument("--only-build", action="store_true", help="build the city, serve nothing")


def run(words: argparse.Namespace) -> int:
    """Build what is missing, then serve until Ctrl-C."""
    demo.prepare(persons=words.persons, firms=words.firms, days=words.days, per_day=words.per_day)
    if words.only_build:
        return 0
    address = f"http://127.0.0.1:{words.port}"
    welcome = _welcome(address)
    connections.close_all()
    stop = children.stop_event()
    own = {"TONGBAN_BASE_URL": os.environ.get("TONGBAN_BASE_URL", address)}
    pair = [
        children.Child("web", children.command("serve", "--port", str(words.port)), own),
        children.Child("worker", children.command("worker"), own),
    ]
    threading.Thread(target=_greet, args=(address, welcome, stop), daemon=True).start()
    children.watch(pair, stop, _fallen)
    return 0


def _greet(address: str, welcome: str, stop: threading.Event) -> None:
    """Say that it is there once it is."""
    until = time.monotonic() + 60
    while time.monotonic() < until and not stop.wait(0.1):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):
                terminal.say(welcome)
                return
        except (urllib.error.URLError, OSError):
            continue


def _welcome(address: str) -> str:
    lines = ["", gettext("Tongban runs at {address}; Ctrl-C ends it.").format(address=address), ""]
    known = identity.demo_identities()
    if known:
        lines.append(gettext("Sign in, without a password, as"))
        is_english = (get_language() or "").startswith("en")
        for one in known:
            words = one.introduction_en if is_english and one.introduction_en else one.introduction
            posts = "、".join(post.organ_name + post.name for post in one.posts)
            lines.append(f"  {one.username:<16} {one.name}  {words or posts}")
        lines.append("")
    lines.append(gettext("Worth opening"))
    lines += [f"  {address}{path:<12} {gettext(what)}" for path, what in WORTH_OPENING]
    return "\n".join([*lines, ""])


def _fallen(name: str, code: int) -> None:
    reason = signal.Signals(-code).name if code < 0 else str(code)
    terminal.tell(
        gettext("The {name} process ended ({reason}) and is started again.").format(
            name=name, reason=reason
        )
    )
