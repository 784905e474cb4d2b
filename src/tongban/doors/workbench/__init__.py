"""The officials' door (工作台): the home of everyone who holds a post.

Words   workbench (工作台), rail (侧栏), queue (待办)
Other   urls.py, views.py
"""

EVENTS: dict[str, str] = {}
