"""What a city does on the days after it was upgraded; prints what became of its cases, as JSON."""

import json
import os
import sys
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
django.setup()

from django.conf import settings  # noqa: E402

from tongban.domains.cases.models import Case  # noqa: E402
from tongban.domains.cases.rules import state  # noqa: E402
from tongban.simulator import life  # noqa: E402

before = dict(Case.objects.values_list("case_no", "state"))
running = [number for number, was in before.items() if was not in state.ENDED]
lived = life.live(
    folder=settings.TONGBAN_CITY, days=15, until=date(2026, 12, 11), per_day=1, seed=3
)
after = dict(Case.objects.values_list("case_no", "state"))
sys.stdout.write(
    json.dumps(
        {
            "running": len(running),
            "ended": sum(after[number] in state.ENDED for number in running),
            "lost": sorted(set(before) - set(after)),
            "new": len(set(after) - set(before)),
            "refused": lived.refused,
        }
    )
)
