"""Items out to the national tables and back in: every cell that cannot be read is named."""

import argparse
from pathlib import Path

from django.utils.translation import gettext

from tongban.cli import terminal
from tongban.domains.services import actions


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare its words."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    out = verbs.add_parser("export", help="write every item in force; .json, .csv or .zip")
    out.add_argument("--to", type=Path, required=True, metavar="FILE")
    into = verbs.add_parser("import", help="read a file; what differs becomes drafts")
    into.add_argument("file", type=Path)
    for one in (out, into):
        one.add_argument("--source", default="national", help="the code map of the other side")


def run(words: argparse.Namespace) -> int:
    """Export or import."""
    by = terminal.operator()
    if words.verb == "export":
        content = actions.export(name=words.to.name, source=words.source, by=by)
        words.to.write_bytes(content)
        terminal.tell(gettext("Written: {name}").format(name=words.to))
        return 0
    try:
        content = words.file.read_bytes()
    except OSError:
        terminal.tell(gettext("{name} cannot be read.").format(name=words.file))
        return 2
    taken = actions.take(name=words.file.name, content=content, source=words.source, by=by)
    for fault in taken.faults:
        where = gettext("{table}, row {row}, {column}").format(
            table=fault.table, row=fault.row, column=fault.column
        )
        terminal.say(f"{where}: {terminal.sentence(fault.says, fault.hint, fault.facts)}")
    for name in taken.drafted:
        terminal.say(gettext("{name}: a draft; it does not pass yet.").format(name=name))
    terminal.tell(
        gettext(
            "{submitted} await a second person, {drafted} are drafts, {unchanged} say what is in "
            "force already, {faults} faults."
        ).format(
            submitted=len(taken.submitted),
            drafted=len(taken.drafted),
            unchanged=taken.unchanged,
            faults=len(taken.faults),
        )
    )
    return 1 if taken.faults else 0
