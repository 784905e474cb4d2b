"""The officials' door (工作台): the home of everyone who holds a post.

Words   workbench (工作台), rail (侧栏), queue (待办)
Other   queue, window, definitions, audit, posts: one file per page; pages: where a matter is worked on
"""

EVENTS: dict[str, str] = {}
