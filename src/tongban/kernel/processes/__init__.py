"""Processes (流程): one running process is a Matter, and every piece of work in it a WorkItem.

Words   Matter (事) -> WorkItem (工作项), in the order of a stage graph (环节图)
Life    a matter: open <-> paused -> ended; a work item: open -> claimed -> done | returned | void,
        or waiting while those it consulted have not answered
Limits  every act carries the version it saw, and may carry a key that makes it repeatable
Hears   calendar.published
"""

EVENTS: dict[str, str] = {
    "matter.started": "A process began. data: kind, process",
    "matter.acted": "A work item was finished with an outcome. data: item, stage, outcome, opened",
    "matter.consulted": "Others were asked before an act. data: item, mode, asked",
    "matter.taken_back": "A question was taken back before it was answered. data: item",
    "matter.transferred": "A work item passed to other hands. data: work_item, organ, post, reason",
    "matter.sent": "Work went on within its stage. data: item, to",
    "matter.delegated": "A work item is done by another on behalf. data: item, to",
    "matter.signers_added": "Others sign after an act before it counts. data: item, asked",
    "matter.signers_dropped": "Some who were asked need not answer. data: item, dropped",
    "matter.circulated": "Work was shown to others. data: item, to",
    "matter.returned": "Work went back to an earlier stage. data: item, stage, back_to, again",
    "matter.recalled": "Work came back before it was opened. data: item, stage",
    "matter.urged": "Whoever holds a work item was reminded. data: item, supervised",
    "matter.jumped": "Work went to a stage over others. data: item, stage, to, over",
    "matter.paused": "Nothing is owed for a while. data: reason",
    "matter.resumed": "What was owed is owed again. data: reason",
    "matter.ended": "A process ended. data: outcome",
    "matter.escalated": "Late work was brought before the heads of its organ. data: item",
    "matter.moved": "A new calendar moved due dates. data: calendar, matters, items",
    "matter.reopened": "A finished process took up work again. data: stage, reason",
}

GRANTS: dict[str, str] = {
    "matter.urge": "Hear of late work in one's organ, and urge it (督办)",
    "matter.steer": "Send work over or back across stages (跳转)",
}
