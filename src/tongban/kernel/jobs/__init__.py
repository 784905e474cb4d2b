"""Jobs (作业): long work as rows, with progress, lease, cancel and resume.

Words   Job (作业), kind: a function registered with @job in a part's reactions.py
        lease (租约): a worker holds a job until it says nothing for a minute
        WorkerHeartbeat (心跳): when each loop of each worker last turned
Life    queued -> running -> done | failed | cancelled; a crash leads back to running elsewhere
Limits  three attempts; progress at least every half minute; never inside one transaction
Other   registry.py: kinds of jobs, and the handle by which one reports
"""

EVENTS: dict[str, str] = {
    "job.queued": "Long work was asked for. data: kind",
    "job.cancelled": "Long work was called off. data: kind, done, total",
    "job.done": "Long work is finished. data: kind, attempts, done, total",
    "job.failed": "Long work was given up. data: kind, attempts, error (its class)",
}
GRANTS: dict[str, str] = {
    "job.handle": "See and cancel the long work of others (管理作业)",
}
