"""What production refuses to start with; `tongban doctor` names the rest."""

from django.conf import settings
from django.utils.translation import gettext

from tongban.doors.health import findings
from tongban.kernel.errors import N_, Refusal


class Sentences(list[findings.Finding]):
    """Findings as a fact within a sentence, in the language in which that is shown."""

    def __str__(self) -> str:
        return " ".join(
            gettext(text).format(**one.facts) for one in self for text in (one.says, one.hint)
        )

    def __format__(self, spec: str) -> str:
        return str(self)


class Unsafe(Refusal):
    """Production would start with something that citizens must not be exposed to."""

    says = N_("Production does not start: {problems}")
    hint = N_("Mend it; `tongban doctor` names everything.")
    status = 503


def refuse_unsafe(*, processes: int = 1) -> None:
    """Refuse to start with what is never right, and in production with what is unsafe."""
    found = [
        *findings.always(processes=processes),
        *(findings.production() if settings.PRODUCTION else []),
    ]
    grave = [finding for finding in found if finding.is_grave]
    if grave:
        raise Unsafe(problems=Sentences(grave))
