"""Context built-ins."""

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin
from tongban.kernel.decisions.feel.values import Value


@builtin("get value", "m:context", "key:string")
@builtin("get value", "context:context", "key:string")
def get_value(m: dict[str, Value], key: str) -> Value:
    return m.get(key)


@builtin("get value", "context:context", "keys:list")
def get_nested_value(context: dict[str, Value], keys: list[Value]) -> Value:
    value: Value = context
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key) if isinstance(key, str) else None
    return value if keys else None


@builtin("get entries", "m:context")
@builtin("get entries", "context:context")
def get_entries(m: dict[str, Value]) -> list[dict[str, Value]]:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries:list")
def context(entries: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            raise FeelError("context: every entry needs a key and a value.")
        key = entry["key"]
        if not isinstance(key, str):
            raise FeelError("context: every key must be a string.")
        if key in result:
            raise FeelError(f"context: the key {key!r} occurs twice.")
        result[key] = entry["value"]
    return result


@builtin("context put", "context:context", "key:string", "value:any")
def context_put(source: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**source, key: value}


@builtin("context put", "context:context", "keys:list", "value:any")
def context_put_nested(
    source: dict[str, Value], keys: list[Value], value: Value
) -> dict[str, Value]:
    if not keys or not isinstance(keys[0], str):
        raise FeelError("context put: the keys must be strings.")
    if len(keys) == 1:
        return {**source, keys[0]: value}
    inner = source.get(keys[0])
    if not isinstance(inner, dict):
        raise FeelError(f"context put: {keys[0]!r} is not a context.")
    return {**source, keys[0]: context_put_nested(inner, keys[1:], value)}


@builtin("context merge", "contexts:list")
def context_merge(contexts: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise FeelError("context merge takes a list of contexts.")
        result.update(each)
    return result
