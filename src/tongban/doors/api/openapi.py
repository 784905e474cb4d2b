"""The OpenAPI 3.1 document, made of the operations that the views check against."""

from typing import Any

from tongban.doors.api.operations import OPERATIONS, Operation
from tongban.doors.api.schemas import PROBLEM

VERSION = "1.1.0"
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
HEADERS = {
    "X-Client": "The key of the client",
    "X-Timestamp": "Seconds since 1970, UTC; good for five minutes",
    "X-Nonce": "16 to 64 of A-Z a-z 0-9 - _, never used before",
    "X-Signature": "Ed25519 (RFC 8032) in base64 over METHOD, path with query, timestamp, nonce,"
    " Idempotency-Key and the SHA-256 of the body in hex, joined by line feeds",
}


def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tongban", "version": VERSION},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {"schemas": {"Problem": PROBLEM}},
    }


def _operation(one: Operation) -> dict[str, Any]:
    problem = {
        "description": "Refused; nothing was changed",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.says,
        "description": f"Scope: {one.scope}",
        "parameters": _parameters(one),
        "responses": {
            str(one.status): {
                "description": "Done",
                "content": {"application/json": {"schema": one.answer}},
            },
            "429": {
                **problem,
                "description": "The quota of this minute is used up; nothing was changed",
                "headers": {
                    "Retry-After": {
                        "description": "Seconds until the next minute",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 60},
                    }
                },
            },
            "default": problem,
        },
    }
    if one.body is not None:
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": one.body}},
        }
    return said


def _parameters(one: Operation) -> list[dict[str, Any]]:
    headers = {**HEADERS}
    if one.changes:
        headers["Idempotency-Key"] = "The same for the same request, however often it is sent"
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": says,
            "schema": {"type": "string"},
        }
        for name, says in headers.items()
    ]
    found += [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in one.query.items()
    ]
    if "{key}" in one.path:
        schema = {"type": "string"}
        found.append({"name": "key", "in": "path", "required": True, "schema": schema})
    return found
