"""The officials' door (工作台): the home of everyone who holds a post.

Words   workbench (工作台), rail (侧栏), queue (待办)
Other   queue, window, definitions, audit, posts: one file per page; rail: the menu
        pages: where each kind of matter is worked on; sentences: events in words
"""

EVENTS: dict[str, str] = {}
