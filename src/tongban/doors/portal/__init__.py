"""The citizens' door (门户): home, what is told to everyone, and the style guide.

Words   portal (门户), one thing (一件事), progress (进度), licence (证照), style guide (组件一览)
Limits  a page names only what exists: without data a part is absent or says so
Other   home.py: what the home page shows, as plain values that a view fills; urls.py, views.py
"""

EVENTS: dict[str, str] = {}
