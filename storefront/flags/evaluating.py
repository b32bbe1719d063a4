"""The decision about one flag for one shopper, over what compiling has made ready.

All answers that a flag can give exist beforehand and are shared: deciding looks up, asks and hashes, and
makes nothing new.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from storefront.flags.asking import Facts, Question, Test, all_of
from storefront.flags.bucketing import Start, in_holdout
from storefront.flags.context import Evaluation
from storefront.flags.declaration import Declaration, Value
from storefront.flags.moments import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """Who gets what, of a rule or of all others. `cuts` are the upper ends of the variants' buckets."""

    everybody: Evaluation | None
    share: int
    cuts: tuple[tuple[int, Evaluation], ...]
    left_out: Evaluation
    no_id: Evaluation
    taking_part: Start
    split: Start

    def to(self, who: str) -> Evaluation:
        """What the shopper with the id `who` gets ("" for somebody unknown)."""
        if self.everybody is not None:
            return self.everybody
        if not who:
            return self.no_id
        if self.taking_part.bucket(who) >= self.share:
            return self.left_out
        place = self.split.bucket(who) if len(self.cuts) > 1 else 0
        for end, answer in self.cuts:
            if place < end:
                return answer
        return self.left_out

    def variants(self) -> Iterator[str]:
        """What somebody may get."""
        if self.everybody is not None:
            yield self.everybody.variant
            return
        yield self.left_out.variant  # of those without an id, if of nobody else
        if self.share > 0:
            yield from (answer.variant for _, answer in self.cuts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRule:
    """One rule: when, for whom, what."""

    span: Span | None
    tests: tuple[Test, ...]
    questions: tuple[Question, ...]
    dealt: Dealt

    def fits(self, facts: Facts, at: float) -> bool:
        """Whether it is about a shopper of whom `facts` are known, at a time in seconds since 1970."""
        if self.span is not None and not self.span[0] <= at < self.span[1]:
            return False
        for test in self.tests:  # noqa: SIM110 - a generator costs more than what it would run
            if not test(facts):
                return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A prerequisite: another flag and the variants that it may have."""

    flag: "Ready"
    variants: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a flag answers when no rule decides, one for each reason there is."""

    default: Evaluation
    no_state: Evaluation
    killed: Evaluation
    off: Evaluation
    before: Evaluation
    after: Evaluation
    prerequisite: Evaluation
    holdout: Evaluation
    kept_out: Evaluation
    fault: Evaluation
    overridden: Mapping[str, Evaluation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A flag made ready. `address_only`: it is read by public pages that are kept once for all people.

    `fixed` is the answer to everybody where nothing has to be asked: no state, killed, switched off, faulty.
    """

    declaration: Declaration
    values: Mapping[str, Value]
    answers: Answers
    address_only: bool
    fixed: Evaluation | None = None
    fault: str = ""
    span: Span | None = None
    needs: tuple[Needed, ...] = ()
    holdout: bool = False
    rules: tuple[ReadyRule, ...] = ()
    otherwise: Dealt | None = None
    by_address: frozenset[str] = field(default=frozenset())


Overrides = Mapping[str, str]


def decide(flag: Ready, who: str, facts: Facts, at: float, overrides: Overrides | None) -> Evaluation:
    """The flag's value for the id `who` of whom `facts` are known, `at` seconds since 1970."""
    answers = flag.answers
    if overrides:
        forced = answers.overridden.get(overrides.get(flag.declaration.key, ""))
        if forced is not None:
            return forced
    if flag.fixed is not None:
        return flag.fixed
    if flag.address_only:
        who = ""
    if flag.span is not None and not flag.span[0] <= at < flag.span[1]:
        return answers.before if at < flag.span[0] else answers.after
    if flag.needs and not _has_all(flag, who, facts, at, overrides):
        return answers.prerequisite
    dealt = flag.otherwise
    for rule in flag.rules:
        if rule.fits(facts, at):
            dealt = rule.dealt
            break
    found = answers.default if dealt is None else dealt.to(who)
    if flag.holdout and who and in_holdout(who):
        # Only who would have been dealt a variant can be compared with those who were.
        return answers.holdout if found.reason == "SPLIT" and not found.why else answers.kept_out
    return found


def _public(flag: Ready, facts: Facts) -> Facts:
    """What a flag may know that is read by pages of everybody; the flags that it needs are no side door."""
    if not flag.address_only:
        return facts
    return {name: fact for name, fact in facts.items() if name in flag.by_address}


def _has_all(flag: Ready, who: str, facts: Facts, at: float, overrides: Overrides | None) -> bool:
    facts = _public(flag, facts)
    for needed in flag.needs:
        found = decide(needed.flag, who, facts, at, overrides)
        if found.reason == "ERROR" or found.variant not in needed.variants:
            return False
    return True


def in_play(flag: Ready, facts: Facts, at: float) -> frozenset[str]:
    """The variants that shoppers may get of whom no more is known than `facts`, `at` seconds since 1970."""
    if flag.fixed is not None:
        return frozenset((flag.fixed.variant,))
    off = flag.answers.off.variant
    if flag.span is not None and not flag.span[0] <= at < flag.span[1]:
        return frozenset((off,))
    found = {off} if flag.holdout and not flag.address_only else set()
    told = _public(flag, facts)
    for needed in flag.needs:
        possible = in_play(needed.flag, told, at)
        if needed.flag.fault or not possible & needed.variants:
            return frozenset((off,))
        if not possible <= needed.variants:
            found.add(off)
    return frozenset(found | set(_dealt(flag, facts, at)))


def _dealt(flag: Ready, facts: Facts, at: float) -> Iterator[str]:
    for rule in flag.rules:
        if rule.span is not None and not rule.span[0] <= at < rule.span[1]:
            continue
        fits = all_of(rule.questions, facts)
        if fits is not False:
            yield from _variants(flag, rule.dealt)
        if fits:
            return
    if flag.otherwise is None:
        yield flag.answers.default.variant
    else:
        yield from _variants(flag, flag.otherwise)


def _variants(flag: Ready, dealt: Dealt) -> Iterator[str]:
    if flag.address_only and dealt.everybody is None:
        yield dealt.no_id.variant
    else:
        yield from dealt.variants()


def personal(flag: Ready, at: float) -> bool:
    """Whether two people at one address may get different values, now or later."""
    if flag.fixed is not None or flag.address_only or (flag.span is not None and at >= flag.span[1]):
        return False
    if any(personal(needed.flag, at) for needed in flag.needs):
        return True
    rules = [rule for rule in flag.rules if rule.span is None or at < rule.span[1]]
    dealt = [rule.dealt for rule in rules] + ([flag.otherwise] if flag.otherwise else [])
    if any(part.everybody is None for part in dealt):
        return True
    if flag.holdout and {flag.answers.off.variant} != _foreseen(flag, dealt):
        return True
    return any(question.personal for rule in rules for question in rule.questions)


def _foreseen(flag: Ready, dealt: list[Dealt]) -> set[str]:
    found = {variant for part in dealt for variant in part.variants()}
    return found if flag.otherwise else found | {flag.answers.default.variant}
