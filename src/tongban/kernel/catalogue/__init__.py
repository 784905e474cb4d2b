"""The catalogue (定义库): one home for everything a city writes as data, in dated versions.

Words   Definition (定义): one version of one thing; Kind (种类): what can be defined;
        Edition (版次): a mark that changes with each publication
Life    draft -> submitted -> published -> retired; or refused. Published content never changes
Limits  author and approver are two people; windows [valid_from, valid_to) of one key never overlap;
        a version is published only if it passes its kind's check and breaks no other in force
Files   `cities/<city>/` seeds an empty catalogue as published at once: nobody is in office yet who
        could sign second, so installing is the one exception to four eyes, recorded as such.
        Afterwards a changed file is only a proposal: what the workbench published is never
        overwritten, and the file that it replaced is not proposed again until it changes
Other   kinds.py: the registry; lines.py: where in a text a fault stands; toml.py: the writer;
        files.py: reading and writing a city's folder
"""

EVENTS: dict[str, str] = {
    "definition.drafted": "Someone proposed a version. data: kind, key, no, source, hash",
    "definition.submitted": "An author asked for the second signature. data: kind, key, no, hash",
    "definition.refused": "A second person sent a version back. data: kind, key, no",
    "definition.published": "A version was published. data: kind, key, no, hash, valid_from",
    "definition.retired": "A definition ends. data: kind, key, no, valid_to",
    "definition.seeded": "A city's files were read. data: published, drafted, kinds, hash",
}

GRANTS: dict[str, str] = {
    "definition.draft": "Propose new versions of what the city writes (起草)",
    "definition.publish": "Be the second person who publishes, refuses or retires a version"
    " (审核发布)",
}
