"""Another portal asks the demo city, while `make run` runs: python examples/api_client/portal.py"""

from pathlib import Path

from tongban.client.api import Portal

secret = Path("var/clients/demo-portal.key").read_text(encoding="utf-8")
portal = Portal("http://127.0.0.1:8000", client="demo-portal", secret=secret)
print(len(list(portal.items())), "items,", len(list(portal.things())), "one-things")
form = portal.form(thing="birth")
for question in form["questions"]:
    print(question["text"], [option["text"] for option in question["options"]])
print(len(form["fields"]), "fields for", len(form["items"]), "items")
