"""Finds and mends lone surrogates: Python strings may hold them, UTF-8 and so protobuf may not."""

from collections.abc import Iterable

from openai_json.problem import FieldProblem


def lone_surrogate(data: object) -> FieldProblem:
    """Makes the problem of a text in `data` that is no Unicode, walking without recursion."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), data)]
    while waiting:
        steps, value = waiting.pop()
        if isinstance(value, str):
            if mend_text(value) != value:
                return problem_at(steps)
        elif isinstance(value, dict):
            for key, member in value.items():
                mended = mend_text(key)
                if mended != key:
                    return problem_at((*steps, mended))
                waiting.append(((*steps, key), member))
        elif isinstance(value, list):
            waiting.extend(((*steps, f"[{index}]"), member) for index, member in enumerate(value))
    return problem_at(())


def problem_at(steps: Iterable[str]) -> FieldProblem:
    """Makes the problem of a text that is no Unicode at the end of these steps."""
    problem = FieldProblem("", "expected Unicode text, got a surrogate without its pair", "invalid_value")
    for step in reversed(tuple(steps)):
        problem.rise(step)
    return problem


def mend_object(data: dict[str, object]) -> dict[str, object]:
    """Copies `data` with every surrogate joined to its pair, or replaced by U+FFFD if it has none."""
    return {mend_text(key): mend(member) for key, member in data.items()}


def mend(data: object) -> object:
    """Mends any value."""
    if isinstance(data, str):
        return mend_text(data)
    if isinstance(data, dict):
        return mend_object(data)
    if isinstance(data, list):
        return [mend(member) for member in data]
    return data


def mend_text(text: str) -> str:
    """Joins the surrogates of a text to pairs and replaces those that have none."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
