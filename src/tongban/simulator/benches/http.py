from typing import Any


def measure() -> dict[str, Any]:
    raise NotImplementedError
