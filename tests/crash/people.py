"""Citizens and officials as a process of their own, which may be killed at any moment.

Each begun draft is noted in a journal before anything is sent, as a citizen keeps the page open;
after a kill the next process sends what the journal holds again, as a citizen clicks again. What it
was told is noted too: that is what must not be lost.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
django.setup()

from tongban.domains.registries import queries as registries  # noqa: E402
from tongban.domains.registries.models import RegisterRow  # noqa: E402
from tongban.kernel.actor import Actor  # noqa: E402
from tongban.kernel.errors import Refusal  # noqa: E402
from tongban.kernel.identity import queries as identity  # noqa: E402
from tongban.kernel.processes import rules as flow  # noqa: E402
from tongban.kernel.processes.models import WorkItem  # noqa: E402
from tongban.simulator import citizens, desk  # noqa: E402


class Journal:
    """One line per fact, down to the disk."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines = []
        for line in file.read_text().splitlines() if file.exists() else []:
            try:
                self.lines.append(json.loads(line))
            except json.JSONDecodeError:
                continue  # the line that was being written when it was killed
        with file.open("a") as end:
            end.write("\n")

    def note(self, **facts: str | int) -> None:
        self.lines.append(facts)
        with self.file.open("a") as file:
            file.write(json.dumps(facts) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def of(self, kind: str) -> dict[int, str]:
        return {line["person"]: line[kind] for line in self.lines if kind in line}


def file_all(journal: Journal, families: int) -> None:
    """Each family files for its child, once."""
    mothers = []
    for row in RegisterRow.objects.filter(register="births").order_by("pk"):
        found = identity.person_by_number(registries.values_of(row).get("mother_number", ""))
        if found is not None:
            mothers.append(found.pk)
    for person in mothers[:families]:
        if person in journal.of("number") or person in journal.of("refused"):
            continue
        by = Actor(kind="person", key=f"person:{person}", person=person, for_person=person)
        try:
            key = journal.of("key").get(person)
            if key is None:
                key = citizens.open_draft(by=by, thing="birth").key
                journal.note(person=person, key=key)
            citizens.complete(key=key, by=by)
            number = citizens.submit(key=key, by=by).number
        except Refusal as refusal:
            journal.note(person=person, refused=type(refusal).__name__)
        else:
            journal.note(person=person, number=number)
        work_all()


def work_all() -> None:
    """Officials do what is before them."""
    owed = WorkItem.objects.filter(status__in=flow.OWED).select_related("matter")
    for item in owed.exclude(matter__state__in=(flow.State.ENDED, flow.State.PAUSED)):
        try:
            desk.work(item, die=random.Random(item.pk))
        except Refusal:
            continue


def main() -> None:
    """File, then work until told to stop."""
    journal = Journal(Path(sys.argv[1]))
    while True:
        file_all(journal, int(sys.argv[2]))
        work_all()
        if not Path(sys.argv[1]).with_suffix(".done").exists():
            Path(sys.argv[1]).with_suffix(".done").touch()
        time.sleep(0.2)


if __name__ == "__main__":
    main()
