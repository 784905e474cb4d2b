"""Some filings of one restaurateur, for officials to act on; prints the work items, as JSON."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
django.setup()

from tests.office.people import filed, owed  # noqa: E402

made = []
for n in range(int(sys.argv[1])):
    case = filed(food="hot")
    type(case).objects.filter(pk=case.pk).update(same_as=f"crash {n}")
    item = owed(case)
    made.append({"case": case.case_no, "item": item.pk, "version": item.version})
sys.stdout.write(json.dumps(made) + "\n")
