"""Files (文件): what people hand in and what we issue, each content stored once, by its hash.

Words   stored file (文件): a content and where it lies; its name belongs to whoever attached it
        kind (文件类型): what the content really is, whatever the name says
        backend (存储): a folder by default; object storage may stand in
Files   rules: what is refused, and why · pdf, archives, images: what a content really holds
        backends: where contents lie
Limits  rules.LIMITS_MB per kind; nothing encrypted, active, nested or blown up
        who may see a file is the question of the part that attached it
"""

EVENTS: dict[str, str] = {}
