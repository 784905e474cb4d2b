"""Interval relations (DMN 10.3.4.11, after Allen): points and ranges."""

from tongban.kernel.decisions.feel.errors import FeelError
from tongban.kernel.decisions.feel.functions import builtin
from tongban.kernel.decisions.feel.operators import compare
from tongban.kernel.decisions.feel.values import Range, Value

_POINT = "number|string|date|time|date and time|days and time duration|years and months duration"


def _order(one: Value, two: Value) -> int:
    found = compare(one, two)
    if found is None:
        raise FeelError("The ends of the ranges cannot be compared.")
    return found


def _before(one: Range, two: Range) -> bool:
    order = _order(one.end, two.start)
    return order < 0 or (order == 0 and not (one.end_included and two.start_included))


def _same_start(one: Range, two: Range) -> bool:
    return _order(one.start, two.start) == 0 and one.start_included == two.start_included


def _same_end(one: Range, two: Range) -> bool:
    return _order(one.end, two.end) == 0 and one.end_included == two.end_included


def _starts_within(inner: Range, outer: Range) -> bool:
    order = _order(inner.start, outer.start)
    return order > 0 or (order == 0 and (outer.start_included or not inner.start_included))


def _ends_within(inner: Range, outer: Range) -> bool:
    order = _order(inner.end, outer.end)
    return order < 0 or (order == 0 and (outer.end_included or not inner.end_included))


def _holds(outer: Range, point: Value) -> bool:
    low, high = _order(point, outer.start), _order(point, outer.end)
    return (low > 0 or (low == 0 and outer.start_included)) and (
        high < 0 or (high == 0 and outer.end_included)
    )


def _starts_before(one: Range, two: Range) -> bool:
    """one.start lies truly before two.start."""
    order = _order(one.start, two.start)
    return order < 0 or (order == 0 and one.start_included and not two.start_included)


def _touch(one: Range, two: Range) -> bool:
    """one reaches at least to the first point of two."""
    order = _order(one.end, two.start)
    return order > 0 or (order == 0 and one.end_included and two.start_included)


@builtin("before", f"point1:{_POINT}", f"point2:{_POINT}")
def before_points(point1: Value, point2: Value) -> bool:
    return _order(point1, point2) < 0


@builtin("before", f"point:{_POINT}", "range:range")
def before_point_range(point: Value, range_: Range) -> bool:
    order = _order(point, range_.start)
    return order < 0 or (order == 0 and not range_.start_included)


@builtin("before", "range:range", f"point:{_POINT}")
def before_range_point(range_: Range, point: Value) -> bool:
    order = _order(range_.end, point)
    return order < 0 or (order == 0 and not range_.end_included)


@builtin("before", "range1:range", "range2:range")
def before_ranges(range1: Range, range2: Range) -> bool:
    return _before(range1, range2)


@builtin("after", f"point1:{_POINT}", f"point2:{_POINT}")
def after_points(point1: Value, point2: Value) -> bool:
    return _order(point1, point2) > 0


@builtin("after", f"point:{_POINT}", "range:range")
def after_point_range(point: Value, range_: Range) -> bool:
    return before_range_point(range_, point)


@builtin("after", "range:range", f"point:{_POINT}")
def after_range_point(range_: Range, point: Value) -> bool:
    return before_point_range(point, range_)


@builtin("after", "range1:range", "range2:range")
def after_ranges(range1: Range, range2: Range) -> bool:
    return _before(range2, range1)


@builtin("meets", "range1:range", "range2:range")
def meets(range1: Range, range2: Range) -> bool:
    return range1.end_included and range2.start_included and _order(range1.end, range2.start) == 0


@builtin("met by", "range1:range", "range2:range")
def met_by(range1: Range, range2: Range) -> bool:
    return meets(range2, range1)


@builtin("overlaps", "range1:range", "range2:range")
def overlaps(range1: Range, range2: Range) -> bool:
    return _touch(range1, range2) and _touch(range2, range1)


@builtin("overlaps before", "range1:range", "range2:range")
def overlaps_before(range1: Range, range2: Range) -> bool:
    return (
        _starts_before(range1, range2) and _touch(range1, range2) and _ends_within(range1, range2)
    )


@builtin("overlaps after", "range1:range", "range2:range")
def overlaps_after(range1: Range, range2: Range) -> bool:
    return (
        _starts_before(range2, range1) and _touch(range2, range1) and _ends_within(range2, range1)
    )


@builtin("finishes", f"point:{_POINT}", "range:range")
def finishes_point(point: Value, range_: Range) -> bool:
    return range_.end_included and _order(point, range_.end) == 0


@builtin("finishes", "range1:range", "range2:range")
def finishes(range1: Range, range2: Range) -> bool:
    return _same_end(range1, range2) and _starts_within(range1, range2)


@builtin("finished by", "range:range", f"point:{_POINT}")
def finished_by_point(range_: Range, point: Value) -> bool:
    return finishes_point(point, range_)


@builtin("finished by", "range1:range", "range2:range")
def finished_by(range1: Range, range2: Range) -> bool:
    return finishes(range2, range1)


@builtin("includes", "range:range", f"point:{_POINT}")
def includes_point(range_: Range, point: Value) -> bool:
    return _holds(range_, point)


@builtin("includes", "range1:range", "range2:range")
def includes(range1: Range, range2: Range) -> bool:
    return _starts_within(range2, range1) and _ends_within(range2, range1)


@builtin("during", f"point:{_POINT}", "range:range")
def during_point(point: Value, range_: Range) -> bool:
    return _holds(range_, point)


@builtin("during", "range1:range", "range2:range")
def during(range1: Range, range2: Range) -> bool:
    return includes(range2, range1)


@builtin("starts", f"point:{_POINT}", "range:range")
def starts_point(point: Value, range_: Range) -> bool:
    return range_.start_included and _order(point, range_.start) == 0


@builtin("starts", "range1:range", "range2:range")
def starts(range1: Range, range2: Range) -> bool:
    return _same_start(range1, range2) and _ends_within(range1, range2)


@builtin("started by", "range:range", f"point:{_POINT}")
def started_by_point(range_: Range, point: Value) -> bool:
    return starts_point(point, range_)


@builtin("started by", "range1:range", "range2:range")
def started_by(range1: Range, range2: Range) -> bool:
    return starts(range2, range1)


@builtin("coincides", f"point1:{_POINT}", f"point2:{_POINT}")
def coincides_points(point1: Value, point2: Value) -> bool:
    return _order(point1, point2) == 0


@builtin("coincides", "range1:range", "range2:range")
def coincides(range1: Range, range2: Range) -> bool:
    return _same_start(range1, range2) and _same_end(range1, range2)
