"""What stands for a flag or a segment, compared and numbered; and which flags ask for a segment."""

import msgspec
from msgspec.structs import replace as replaced

from storefront.flags.declaration import Declaration
from storefront.flags.proposals import segments_of
from storefront.flags.records import Decision, is_flag, key_of, version_of
from storefront.flags.state import Decided, FlagState, Serve


def numbered(decision: Decision, version: int) -> Decision:
    """The same decision as this version."""
    return msgspec.structs.replace(decision, version=version)


def next_of(before: Decision | None, wanted: Decision) -> Decision:
    """What is wanted, as the version after `before`."""
    return numbered(wanted, version_of(before) + 1)


def in_order(state: FlagState, declaration: Declaration) -> FlagState:
    """The same state with all weights in the order of the declared variants, then of the names of added ones.

    Their order decides who gets what: kept as each way in has it, a form that shows them in another order
    would deal anew whoever changes something else.
    """
    places = {variant: place for place, variant in enumerate(declaration.variants)}

    def ordered(serve: Serve) -> Serve:
        weights = sorted(serve.weights, key=lambda pair: (places.get(pair[0], len(places)), pair[0]))
        return replaced(serve, weights=tuple(weights))

    return replaced(
        state,
        rules=tuple(replaced(rule, serve=ordered(rule.serve)) for rule in state.rules),
        otherwise=ordered(state.otherwise) if state.otherwise is not None else None,
    )


def same(before: Decision | None, wanted: Decision | None) -> bool:
    """Whether they decide the same, whatever their versions."""
    if before is None or wanted is None:
        return before is wanted
    return numbered(before, 0) == numbered(wanted, 0)


def asking_for(segment: str, decided: Decided) -> tuple[str, ...]:
    """The keys of the flags whose rules ask for a segment."""
    return tuple(state.key for state in decided.flags if segment in segments_of(state))


def standing_in(decided: Decided, subject: str) -> Decision | None:
    """What is decided about a flag or a segment."""
    rows: tuple[Decision, ...] = decided.flags if is_flag(subject) else decided.segments
    return next((one for one in rows if one.key == key_of(subject)), None)
