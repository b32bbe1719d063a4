"""Flags, entries of the audit and problems as lines for a terminal."""

from collections.abc import Iterator, Mapping

import msgspec

from storefront.flags.declaration import Declaration
from storefront.flags.records import Decision, Entry, Outcome, Problem, Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Serve, Window

_NO_STATE = "as declared"


def listed(declarations: Mapping[str, Declaration], states: Mapping[str, FlagState]) -> Iterator[str]:
    """One line for each flag: key, type, what stands in short, owner."""
    width = max((len(key) for key in declarations), default=0)
    for key, declaration in sorted(declarations.items()):
        state = states.get(key)
        critical = ", critical" if declaration.critical else ""
        owner = (state.owner if state else "") or declaration.owner
        yield (
            f"{key:<{width}}  {declaration.kind.value:<13} {declaration.type.value:<8} "
            f"{summary(declaration, state)}  ({owner}{critical})"
        )


def summary(declaration: Declaration, state: FlagState | None) -> str:
    """What stands, in a few words."""
    if state is None:
        return f"{declaration.default}, {_NO_STATE}"
    if state.killed:
        return f"KILLED: {state.killed}"
    if not state.enabled:
        return f"off: {declaration.off}"
    rules = f"{len(state.rules)} rules, then " if state.rules else ""
    window = f" {_window(state.window)}" if state.window else ""
    return f"{rules}{_otherwise(declaration, state)}{window}"


def shown(declaration: Declaration, state: FlagState) -> Iterator[str]:
    """All that is known of a flag, line by line."""
    yield f"{declaration.key}: {declaration.purpose}"
    yield f"  kind       {declaration.kind.value}, {declaration.type.value}"
    yield f"  owner      {state.owner or declaration.owner}"
    if expires := state.expires or (declaration.expires.isoformat() if declaration.expires else ""):
        yield f"  expires    {expires}"
    if declaration.critical:
        yield "  critical   changes wait for a second person; a kill does not"
    for name, value in (declaration.variants | state.values).items():
        mark = " (off)" if name == declaration.off else ""
        yield f"  variant    {name}{mark} = {msgspec.json.encode(value).decode()}"
    yield f"  version    {state.version}"
    yield f"  stands     {summary(declaration, state if state.version else None)}"
    for prerequisite in state.prerequisites:
        yield f"  needs      {prerequisite.flag} to be {' or '.join(prerequisite.variants)}"
    for number, rule in enumerate(state.rules, 1):
        yield f"  rule {number:<5} {_rule(rule)}"
    yield f"  otherwise  {_otherwise(declaration, state)}"


def entry_lines(entry: Entry, *, full: bool) -> Iterator[str]:
    """An entry of the audit: a line, and with `full` what stood before and after as JSON."""
    who = _signed(entry.who) + (f", proposed by {_signed(entry.author)}" if entry.author else "")
    undone = f" of {entry.undoes}" if entry.undoes else ""
    yield (
        f"{entry.revision:>6}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.subject}  "
        f"{entry.action.value}{undone}  {who}: {entry.reason}"
    )
    if full:
        unread = entry.unread
        yield f"        before  {_json(entry.before) if unread is None else unread.before}"
        yield f"        after   {_json(entry.after) if unread is None else unread.after}"


def _signed(who: Who) -> str:
    return f"command line ({who.name})" if who.by_command else who.name


def outcome_line(outcome: Outcome) -> str:
    """What became of a change."""
    if outcome.proposal is not None:
        return f"{outcome.subject}: proposed as {outcome.proposal.id}; a second person has to approve it"
    if not outcome.revision:
        return f"{outcome.subject}: nothing to change"
    version = f" version {outcome.decision.version}," if outcome.decision is not None else ""
    return f"{outcome.subject}: done,{version} revision {outcome.revision}"


def problem_line(problem: Problem) -> str:
    """What is wrong, and where."""
    words = ", ".join(f"{name} {value}" for name, value in problem.parameters.items())
    where = problem.field or "as a whole"
    return f"{where}: {problem.code.replace('_', ' ')}" + (f" ({words})" if words else "")


def _otherwise(declaration: Declaration, state: FlagState) -> str:
    if state.otherwise is None:
        return f"{declaration.default}, {_NO_STATE}"
    return _serve(state.otherwise)


def _rule(rule: Rule) -> str:
    window = f" {_window(rule.window)}" if rule.window else ""
    asked = " and ".join(_condition(one) for one in rule.conditions) or "everybody"
    name = f"{rule.name}: " if rule.name else ""
    return f"{name}{asked}{window} -> {_serve(rule.serve)}"


def _condition(condition: Condition) -> str:
    return f"{condition.attribute} {condition.op.replace('_', ' ')} {' or '.join(condition.values)}"


def _serve(serve: Serve) -> str:
    if len(serve.weights) == 1:
        split = serve.weights[0][0]
    else:
        split = ", ".join(f"{variant} {_percent(weight)}" for variant, weight in serve.weights)
    return split if serve.share == WHOLE else f"{_percent(serve.share)} of shoppers get {split}"


def _window(window: Window) -> str:
    starts = f"from {window.starts} " if window.starts else ""
    ends = f"until {window.ends} " if window.ends else ""
    return f"[{starts}{ends}{window.zone}]"


def _percent(share: int) -> str:
    return f"{share * 100 / WHOLE:g} %"


def _json(decision: Decision | None) -> str:
    return msgspec.json.encode(decision).decode()
