"""List built-ins."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import TypeVar

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin, call, integer
from tongban.kernel.decisions.feel.operators import add, compare, equal
from tongban.kernel.decisions.feel.temporal import DaysTime, YearsMonths
from tongban.kernel.decisions.feel.values import NUMBERS, Function, Value, kind_of


def _same(one: Value, two: Value) -> bool:
    return equal(one, two) is True


def _numbers(items: Sequence[Value], what: str) -> list[Decimal]:
    for item in items:
        if not isinstance(item, Decimal):
            raise FeelError(f"{what} takes numbers, not {kind_of(item)}.")
    return list(items)


_Body = TypeVar("_Body", bound=Callable[[list[Value]], Value])


def _variadic(name: str) -> Callable[[_Body], _Body]:
    """Register a function both for one list and for separate arguments."""

    def register(body: _Body) -> _Body:
        builtin(name, "list:list")(body)

        def separate(*items: Value) -> Value:
            return body(list(items)) if len(items) > 1 else None

        builtin(name, "c*:any")(separate)
        return body

    return register


@builtin("list contains", "list:list", "element:any")
def list_contains(items: list[Value], element: Value) -> bool:
    return any(_same(item, element) for item in items)


@builtin("count", "list:list")
def count(items: list[Value]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Value], wanted: int) -> Value:
    if not items:
        return None
    best = items[0]
    if compare(best, best) is None:
        raise FeelError("The values cannot be compared.")
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            raise FeelError("The values cannot be compared.")
        if order == wanted:
            best = item
    return best


@_variadic("min")
def minimum(items: list[Value]) -> Value:
    return _extreme(items, -1)


@_variadic("max")
def maximum(items: list[Value]) -> Value:
    return _extreme(items, 1)


@_variadic("sum")
def total(items: list[Value]) -> Value:
    if not items:
        return None
    first = items[0]
    if not isinstance(first, Decimal | DaysTime | YearsMonths):
        raise FeelError(f"sum takes numbers, not {kind_of(first)}.")
    result = first
    for item in items[1:]:
        if item.__class__ is not first.__class__:
            raise FeelError(f"sum takes values of one kind, not {kind_of(item)}.")
        result = add(result, item)
    return result


@_variadic("mean")
def mean(items: list[Value]) -> Value:
    numbers = _numbers(items, "mean")
    if not numbers:
        return None
    return NUMBERS.divide(total(numbers), Decimal(len(numbers)))


@_variadic("median")
def median(items: list[Value]) -> Value:
    numbers = sorted(_numbers(items, "median"))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@_variadic("stddev")
def standard_deviation(items: list[Value]) -> Value:
    numbers = _numbers(items, "stddev")
    if len(numbers) < 2:
        return None
    average = mean(numbers)
    squares = [NUMBERS.power(NUMBERS.subtract(item, average), Decimal(2)) for item in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(total(squares), Decimal(len(numbers) - 1)))


@_variadic("mode")
def mode(items: list[Value]) -> Value:
    numbers = _numbers(items, "mode")
    counts: dict[Decimal, int] = {}
    for item in numbers:
        counts[item] = counts.get(item, 0) + 1
    highest = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == highest)


@_variadic("product")
def product(items: list[Value]) -> Value:
    numbers = _numbers(items, "product")
    if not numbers:
        return None
    result = Decimal(1)
    for item in numbers:
        result = NUMBERS.multiply(result, item)
    return result


def _truths(items: list[Value], decisive: bool) -> Value:
    unknown = False
    for item in items:
        if item is decisive:
            return decisive
        if item is not (not decisive):
            unknown = True
    return None if unknown else not decisive


@_variadic("all")
def all_true(items: list[Value]) -> Value:
    return _truths(items, False)


@_variadic("any")
def any_true(items: list[Value]) -> Value:
    return _truths(items, True)


@builtin("sublist", "list:list", "start position:number", "length?:number")
def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    place = integer(start, "The start position")
    if place == 0 or abs(place) > len(items):
        raise FeelError("The start position is outside the list.")
    first = place - 1 if place > 0 else len(items) + place
    if length is None:
        return items[first:]
    size = integer(length, "The length")
    if size < 1 or first + size > len(items):
        raise FeelError("The length reaches outside the list.")
    return items[first : first + size]


@builtin("append", "list:list", "item*:any")
def append(items: list[Value], *more: Value) -> list[Value]:
    return [*items, *more]


@builtin("concatenate", "list*:list")
def concatenate(*lists: list[Value]) -> list[Value]:
    return [item for each in lists for item in each]


def _place(items: list[Value], position: Decimal) -> int:
    place = integer(position, "The position")
    if place == 0 or abs(place) > len(items):
        raise FeelError("The position is outside the list.")
    return place - 1 if place > 0 else len(items) + place


@builtin("insert before", "list:list", "position:number", "newItem:any")
def insert_before(items: list[Value], position: Decimal, new: Value) -> list[Value]:
    place = _place(items, position)
    return [*items[:place], new, *items[place:]]


@builtin("remove", "list:list", "position:number")
def remove(items: list[Value], position: Decimal) -> list[Value]:
    place = _place(items, position)
    return [*items[:place], *items[place + 1 :]]


@builtin("list replace", "list:list", "position:number", "newItem:any")
def list_replace(items: list[Value], position: Decimal, new: Value) -> list[Value]:
    place = _place(items, position)
    return [*items[:place], new, *items[place + 1 :]]


@builtin("list replace", "list:list", "match:function", "newItem:any")
def list_replace_matching(items: list[Value], match: Function, new: Value) -> list[Value]:
    if len(match.parameters) != 2:
        raise FeelError("list replace: match takes the item and the new item.")
    result = []
    for item in items:
        found = call(match, (item, new))
        if not isinstance(found, bool):
            raise FeelError("list replace: match must give true or false.")
        result.append(new if found else item)
    return result


@builtin("reverse", "list:list")
def reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


@builtin("index of", "list:list", "match:any")
def index_of(items: list[Value], match: Value) -> list[Value]:
    return [Decimal(place) for place, item in enumerate(items, 1) if _same(item, match)]


@builtin("distinct values", "list:list")
def distinct_values(items: list[Value]) -> list[Value]:
    result: list[Value] = []
    for item in items:
        if not any(_same(item, kept) for kept in result):
            result.append(item)
    return result


@builtin("duplicate values", "list:list")
def duplicate_values(items: list[Value]) -> list[Value]:
    return [item for item in distinct_values(items) if sum(_same(item, each) for each in items) > 1]


@builtin("union", "list*:list")
def union(*lists: list[Value]) -> list[Value]:
    return distinct_values([item for each in lists for item in each])


@builtin("flatten", "list:list")
def flatten(items: list[Value]) -> list[Value]:
    result: list[Value] = []
    for item in items:
        result.extend(flatten(item) if isinstance(item, list) else [item])
    return result


@builtin("sort", "list:list", "precedes?:function")
def sort(items: list[Value], precedes: Function | None = None) -> list[Value]:
    def order(one: Value, two: Value) -> int:
        if precedes is None:
            found = compare(one, two)
            if found is None:
                raise FeelError("sort: the values cannot be compared.")
            return found
        if _precedes(precedes, one, two):
            return -1
        return 1 if _precedes(precedes, two, one) else 0

    return sorted(items, key=cmp_to_key(order))


def _precedes(precedes: Function, one: Value, two: Value) -> bool:
    found = call(precedes, (one, two))
    if not isinstance(found, bool):
        raise FeelError("sort: the ordering function must give true or false.")
    return found


@builtin("string join", "list:list", "delimiter?:string|null")
def string_join(items: list[Value], delimiter: str | None = None) -> str:
    present = [item for item in items if item is not None]
    for item in present:
        if not isinstance(item, str):
            raise FeelError(f"string join takes strings, not {kind_of(item)}.")
    return (delimiter or "").join(present)
