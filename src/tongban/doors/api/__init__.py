"""API (接口): the program without its pages, for the portals of others; every request is signed.

Words   operation (接口), problem (错误说明, RFC 9457)
Files   operations: what each is asked and answers, as JSON Schema · openapi: the document made of
        it · signing: who asks, once · views: what is done
Limits  a body has at most 12 MB; a list at most 200 rows
"""

EVENTS: dict[str, str] = {}
