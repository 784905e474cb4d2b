"""Enter the simulations that are shown before a version is signed."""

from tongban.doors.workbench.definitions import trying
from tongban.kernel.catalogue import kinds
from tongban.kernel.catalogue.kinds import Preview

kinds.preview("one_thing", Preview("workbench/definitions/outlook.html", trying.one_thing))
kinds.preview("service_item", Preview("workbench/definitions/outlook.html", trying.service_item))
kinds.preview("process", Preview("workbench/definitions/users.html", trying.process))
