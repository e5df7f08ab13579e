"""Decides which tools a simulated answer calls."""

import re

from gateway_core.providers.simulator.prompt import Choice, Problem, Prompt, Tool

WORD = re.compile(r"[A-Za-z0-9_-]+")
RESULT_ROLES = frozenset({"tool", "function"})


def tool_results(prompt: Prompt) -> list[str]:
    """Gives the results that stand at the end of the conversation, and so await an answer in words."""
    results: list[str] = []
    for message in reversed(prompt.messages):
        if message.role not in RESULT_ROLES:
            break
        results.insert(0, message.text())
    return results


def chosen_tools(prompt: Prompt) -> list[Tool]:
    """Gives the tools to call: the one that the choice names, or those that the user's last words name."""
    choice = prompt.tool_choice
    tools = [tool for tool in prompt.tools or [] if tool.definition is not None]
    if not tools or choice == "none" or tool_results(prompt):
        return []
    required = choice == "required"
    if isinstance(choice, Choice):
        allowed = choice.allowed_tools
        if allowed is None:
            return [_find(choice, tools)]
        tools = [tool for tool in tools if _name(tool) in {_name(other) for other in allowed.tools}]
        required = allowed.mode == "required"
    words = set(WORD.findall(prompt.last_text()))
    named = [tool for tool in tools if _name(tool) in words] or tools[: int(required)]
    return named[:1] if prompt.parallel_tool_calls is False else named


def _find(choice: Choice, tools: list[Tool]) -> Tool:
    wanted = choice.function or choice.custom
    for tool in tools:
        if wanted is not None and _name(tool) == wanted.name:
            return tool
    raise Problem("the chosen tool is not among the tools", param="tool_choice", code="invalid_value")


def _name(tool: Tool) -> str:
    definition = tool.definition
    return "" if definition is None else definition.name
