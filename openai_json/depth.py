"""Guards against deep nesting, which costs the parsers behind the gateway their stack. Knows no fields."""

from itertools import chain


def depth_exceeds(body: bytes, data: object, limit: int) -> bool:
    """Says whether `data`, decoded from `body`, holds more than `limit` arrays and objects within each other.

    A body with few brackets is answered without looking at the data.
    """
    if body.count(b"{") + body.count(b"[") <= limit:
        return False
    level = [data] if isinstance(data, dict | list) else []
    depth = 0
    while level and depth <= limit:
        depth += 1
        members = chain.from_iterable(outer.values() if isinstance(outer, dict) else outer for outer in level)
        level = [member for member in members if isinstance(member, dict | list)]
    return depth > limit
