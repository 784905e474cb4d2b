"""The web process: granian, threads that may block, one process on SQLite."""

import argparse
import importlib
import logging
from typing import Any

from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tongban.cli import children
from tongban.doors.health import safety

log = logging.getLogger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    parser.add_argument("--host", default=settings.TONGBAN_HOST)
    parser.add_argument("--port", type=int, default=settings.TONGBAN_PORT)
    parser.add_argument("--processes", type=int, default=1, help="more than one needs PostgreSQL")
    parser.add_argument("--threads", type=int, default=8, help="requests answered at once, each")


def run(words: argparse.Namespace) -> int:
    """Serve until told to stop."""
    children.die_if_watched()
    safety.refuse_unsafe(processes=words.processes)
    connections.close_all()  # a connection must not be shared with what is forked from here
    server = Granian(
        "tongban.wsgi:application",
        address=words.host,
        port=words.port,
        interface=Interfaces.WSGI,
        workers=words.processes,
        blocking_threads=words.threads,
        backlog=1024,
        workers_kill_timeout=1,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=settings.LOGGING,
        websockets=False,
    )
    server.serve(target_loader=load, wrap_loader=False)
    return 0


def load() -> Any:
    """Load the application in the process that answers."""
    children.die_with_parent()
    return importlib.import_module("tongban.wsgi").application
