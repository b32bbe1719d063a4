"""Anything that two people may do to a shop's flags, in any order: for property tests."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import strategies as st

from storefront.flags.proposals import needs_second
from storefront.flags.records import Action, FlagConflict, LaterChanges, ProposalClosed, ProposalOpen, Refused
from storefront.flags.replay import replay
from tests.unit.flags.changing import FLAGS, MIKA, OLA, all_get, needs, rule, segment

STATES = [
    all_get("green"),
    all_get("blue", note="n"),
    all_get("off", "vault"),
    all_get("on", "vault", prerequisites=needs("door", "on")),
    all_get("on", "door", rules=(rule("off", ("segment", "is", ("staff",))),)),
    all_get("off", "door"),
    all_get("mauve"),
]
SEGMENTS = [segment(), segment("staff", ("market", "is", ("us",))), segment("loyal")]
people = st.sampled_from([MIKA, OLA])
bases = st.integers(0, 4)
steps = st.one_of(
    st.tuples(st.just("save"), st.sampled_from(STATES), bases, people),
    st.tuples(st.just("save_segment"), st.sampled_from(SEGMENTS), bases, people),
    st.tuples(st.just("delete_segment"), st.sampled_from(["staff", "loyal"]), bases, people),
    st.tuples(st.just("kill"), st.sampled_from(["colour", "vault", "door"]), people),
    st.tuples(st.just("revive"), st.sampled_from(["colour", "vault", "door"]), people),
    st.tuples(st.just("undo"), st.integers(1, 20), people, st.just("why"), st.integers(0, 30)),
    st.tuples(st.just("approve"), people),
    st.tuples(st.just("reject"), people),
    st.tuples(st.just("withdraw"), people),
    st.tuples(st.just("import"), people),
)
REFUSALS = (Refused, FlagConflict, LaterChanges, ProposalOpen, ProposalClosed)


def take(made, step):
    """Do a step as far as it is allowed."""
    verb, *rest = step
    if verb in {"approve", "reject", "withdraw"}:
        waiting = made.proposals()
        rest = [waiting[0].id if waiting else "none", *rest]
    if verb == "import":
        verb, rest = "import_document", [made.export_document().replace(b'"green"', b'"red"'), *rest]
    if verb != "undo":
        rest.append("why")
    try:
        getattr(made, verb)(*rest)
    except REFUSALS:
        return


ALONE = {Action.KILL, Action.APPROVE}
ENDS = {Action.APPROVE, Action.REJECT, Action.WITHDRAW}


def check_history(made, entries):
    """What has to be so of any history: all that stands makes sense, and nothing critical changed by one."""
    decided = made.decided()
    for decision in (*decided.flags, *decided.segments):
        assert made.problems(decision) == (), decision
    waiting = {}
    for number, entry in enumerate(entries):
        if entry.decides and entry.action not in ALONE:
            stood = replay(entries[:number])
            assert not needs_second(entry.subject, FLAGS, stood, waiting.values()), entry
        if entry.action is Action.APPROVE:
            assert entry.author.id != entry.who.id
        if entry.action is Action.PROPOSE:
            waiting[entry.subject] = SimpleNamespace(decision=entry.after)
        elif entry.action in ENDS:
            del waiting[entry.subject]


DEALT = [
    *["save"] * 4,
    *["undo"] * 3,
    *["approve"] * 2,
    "save_segment",
    "delete_segment",
    "kill",
    "revive",
    "import",
    "reject",
]


def dealt_step(dice, made):
    """One step by chance (random.Random) that may well be allowed, for a process that races others."""
    who, decided = dice.choice([MIKA, OLA]), made.decided()
    flags = {one.key: one.version for one in decided.flags}
    segments = {one.key: one.version for one in decided.segments}
    newest = max(decided.revision, 1)
    match dice.choice(DEALT):
        case "save":
            state = dice.choice(STATES)
            return ("save", state, flags.get(state.key, 0), who)
        case "save_segment":
            wanted = dice.choice(SEGMENTS)
            return ("save_segment", wanted, segments.get(wanted.key, 0), who)
        case "delete_segment":
            key = dice.choice(["staff", "loyal"])
            return ("delete_segment", key, segments.get(key, 0), who)
        case "kill" | "revive" as verb:
            return (verb, dice.choice(["colour", "vault", "door"]), who)
        case "undo":
            return ("undo", dice.randint(max(1, newest - 9), newest), who, "why", newest)
        case verb:
            return (verb, who)
