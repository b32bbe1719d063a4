"""Templates compiled for what they are here: always escaped, never asynchronous, calling plain functions.

Jinja2 compiles for every environment there may be: each call and each value printed asks again at run time
whether a context is wanted and whether escaping is on. Here the answers are the same for every template, and
asking them a thousand times was two fifths of a list's rendering (ADR 0019). What a template means stays as
it is; functions that are marked to get the context (`pass_context` and its like) cannot be called any more.
"""

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable

# All that markupsafe.escape replaces (HTML Standard, 13.3).
_SPECIAL: "Callable[[str], object]" = re.compile(r"[&<>'\"]").search


def printed(value: object) -> str:
    """A value as `{{ value }}` prints it: escaped, unless it is markup already.

    What markupsafe.escape returns, but for the type: a plain string where nothing had to be replaced. It
    becomes part of a template's output and nothing else, so nobody escapes it again.
    """
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value] # which mypy cannot follow through type()
    if kind is str:
        return escape(value) if _SPECIAL(value) else value  # type: ignore[arg-type,return-value]
    if kind is int:
        return str(value)
    return escape(value)


class PlainGenerator(CodeGenerator):
    """Writes calls as calls, and prints by `printed`, which the environment carries under this name."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802 - Jinja2's own
        """A call: Jinja2 would send it through `Context.call`, which finds out what to pass."""
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for keyword in node.kwargs:
            self.write(f"**{{{keyword.key!r}: " if iskeyword(keyword.key) else f"{keyword.key}=")
            self.visit(keyword.value, frame)
            self.write("}, " if iskeyword(keyword.key) else ", ")
        for stars, unpacked in (("*", node.dyn_args), ("**", node.dyn_kwargs)):
            if unpacked is not None:
                self.write(stars)
                self.visit(unpacked, frame)
                self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """What stands before a value that is printed."""
        del node
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            self.fail("every template is escaped; {% autoescape %} has no place here", 1)
        self.write("environment.printed(")
        if finalize.src is not None:
            self.write(finalize.src)
