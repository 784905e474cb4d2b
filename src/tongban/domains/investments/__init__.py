"""Investment projects (投资项目): approval in four phases, from the project code to acceptance.

Words   Project (投资项目) -> Phase (审批阶段), a one-thing each; counter (审批用时);
        path (审批流程): kind of project, phases, budgets, limit; JointReview (联审联验)
Life    registered -> phases: waiting -> ready -> open -> done -> ended; or stopped by the firm
        joint review: waiting -> asked [-> correcting -> asked] -> closed
Limits  working days held by agencies: per phase and in total, as `investment_paths/*.toml` says;
        what waits for the firm (补正、修改图纸) or for a special procedure does not count
Hears   case.accepted, case.granted, case.refused, case.withdrawn, case.terminated,
        case.cancelled
Law     国办发〔2019〕11号: four phases, one lead each, in parallel, within a limit
Other   rules/counting.py: the union of the days held; rules/paths.py: what a path must say
"""

EVENTS: dict[str, str] = {
    "project.registered": "A firm registered a project by its code. data: path, firm",
    "project.phase_begun": "A phase's one-thing was begun from the project. data: phase, thing",
    "project.item_begun": "What was not granted is applied for again. data: phase, item",
    "project.phase_done": "All that a phase needs is granted. data: phase, days, budget",
    "project.ended": "Accepted on completion; nothing is owed. data: days, limit",
    "project.stopped": "The firm gave the project up. data: none",
    "project.joint_opened": "Several agencies review one case together. data: case, kind",
    "project.joint_asked": "The agencies were asked to sign. data: case, kind, organs, round",
    "project.site_day_set": "All agencies come on one day. data: case, on",
    "project.correction_asked": "One list of what to put right left. data: case, opinions",
    "project.corrected": "The firm handed the corrected set in. data: case, round",
}

GRANTS: dict[str, str] = {
    "project.read": "See the investment projects of one's region, and who holds them (投资项目)",
    "project.lead": "Lead a joint review: site day, the one list of opinions (联审联验牵头)",
}
