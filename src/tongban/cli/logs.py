"""The lines that processes write: JSON for machines, one short line for a person.

No personal number leaves the program this way: every text is scrubbed, whoever wrote it.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from tongban.kernel.crypto.masking import scrub

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller added to the record by `extra=`; requests themselves are not written out."""
    return {
        name: value if isinstance(value, int | float | bool | None) else scrub(str(value))
        for name, value in vars(record).items()
        if name not in _STANDARD and name != "request" and value != "" and not name.startswith("_")
    }


class JsonFormatter(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": scrub(record.getMessage()),
        }
        line.update(extras(record))
        if record.exc_info:
            line["trace"] = scrub(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """One short line, and what went wrong below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        added = " ".join(f"{n}={v}" for n, v in extras(record).items() if n != "request_id")
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()} "
        line = f"{at} {level}{record.name.rpartition('.')[2]}: {scrub(record.getMessage())} {added}"
        trace = scrub(self.formatException(record.exc_info)) if record.exc_info else ""
        return "\n".join(filter(None, [line.rstrip(), trace]))
