"""What production refuses to start with; `tongban doctor` names the rest."""

from django.conf import settings

from tongban.doors.health import findings
from tongban.kernel.errors import N_, Refusal


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
    grave = [finding.sentence() for finding in found if finding.is_grave]
    if grave:
        raise Unsafe(problems=" ".join(grave))
