"""Writing TOML: the standard library reads it, and no more than this is needed to write it back."""

import json
import re
from collections.abc import Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
WIDTH = 100


def dumps(body: Mapping[str, Any]) -> str:
    """Plain values first, then one `[[table]]` per row of each list of tables."""
    tables = {name: value for name, value in body.items() if _is_table_list(value)}
    lines = [
        f"{_key(name)} = {_value(value)}" for name, value in body.items() if name not in tables
    ]
    for name, rows in tables.items():
        for row in rows:
            lines += ["", f"[[{_key(name)}]]"]
            lines += [f"{_key(inner)} = {_value(value)}" for inner, value in row.items()]
    return "\n".join(lines).strip("\n") + "\n"


def _is_table_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _key(name: str) -> str:
    return name if BARE.match(name) else _text(name)


def _text(text: str) -> str:
    # JSON's escapes are TOML's, except that TOML also wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | float():
            return repr(value)
        case Mapping():
            inner = ", ".join(f"{_key(name)} = {_value(part)}" for name, part in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            parts = [_value(part) for part in value]
            line = f"[{', '.join(parts)}]"
            if len(line) <= WIDTH or len(parts) < 2:
                return line
            return "[\n" + "".join(f"    {part},\n" for part in parts) + "]"
    raise TypeError(f"TOML has no way to write {type(value).__name__}.")
