from tongban.domains.registries.actions.corrections import (
    adopt_reports,
    answer_correction,
    decide_correction,
    open_correction,
    read_correction,
)
from tongban.domains.registries.actions.guardians import act_as_parent
from tongban.domains.registries.actions.rows import (
    Loaded,
    apply_result,
    end,
    load,
    set_source_state,
)

__all__ = [
    "Loaded",
    "act_as_parent",
    "adopt_reports",
    "answer_correction",
    "apply_result",
    "decide_correction",
    "end",
    "load",
    "open_correction",
    "read_correction",
    "set_source_state",
]
