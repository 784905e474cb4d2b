"""Clients (对接应用): other portals and systems that speak to us by signed requests.

Words   Client (对接应用), scope (接口权限), nonce (随机串), kept answer (幂等应答),
        ClientMinute (调用计数): how often a client asked in a minute, against its quota
Life    a client is a definition, signed by two persons; a nonce is used once; an answer is kept
Limits  a request is good for five minutes of real time, before and after; answers are kept for
        thirty days
Hears   day.began: what is no longer needed is forgotten
Note    only public keys (Ed25519, RFC 8032) stand here: nobody can sign with what we hold
"""

EVENTS: dict[str, str] = {
    "client.answered": "A client's request changed something, and its answer was kept."
    " data: client, status",
    "client.fetched": "A client took a document of an applicant along. data: client, what",
}

GRANTS: dict[str, str] = {}
"""A client's scopes stand in its definition; it holds no post."""
