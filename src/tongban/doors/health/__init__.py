"""Health (健康): whether the program is alive, ready and safe; for machines and operators.

Words   alive (存活) · ready (就绪) · metrics (指标) · finding (体检发现)
Files   readiness: what must answer before citizens are sent here · metrics: what Prometheus reads
        findings: each missing or unsafe setting · safety: what production refuses to start with
Limits  /metrics is open to the machine itself, or with the token of TONGBAN_METRICS_TOKEN
"""

EVENTS: dict[str, str] = {}
