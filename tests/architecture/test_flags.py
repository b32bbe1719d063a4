"""Flags and the code that reads them stay together: none is read that is not declared, none declared in vain.

The sources are read, not run: a flag is read by a call like `request.flags.boolean("suggestions")`, whose key
is a literal or a constant of the same file. What shows or measures all flags (the console, experiments) takes
keys from elsewhere and reads none by name.
"""

from __future__ import annotations

import ast
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config.cdn import MOST_VARIANTS
from storefront.flags.bucketing import bucket
from storefront.flags.declaration import Declaration
from storefront.flags.declared import ATTRIBUTES, DECLARED, EVERY_PAGE
from storefront.web.policies import policy_of
from tests.unit.flags.deciding import flag

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs/reference/flags.md").read_text(encoding="utf-8")
READERS = frozenset({"boolean", "string", "number", "json", "evaluate"})
# They handle flags as such; no page of theirs depends on one.
GENERAL = ("storefront/flags/", "storefront/web/flags/", "storefront/console/", "storefront/experiments/")


@dataclass(frozen=True, slots=True)
class Read:
    """One place that reads a flag, and how. `key` is None where the file does not say which."""

    place: str
    key: str | None
    by: str = "evaluate"


def reads_in(source: str, name: str) -> Iterator[Read]:
    tree = ast.parse(source)
    constants = dict(_constants(tree))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if node.func.attr in READERS and _is_flags(node.func.value):
            key = node.args[0]
            said = constants.get(key.id) if isinstance(key, ast.Name) else getattr(key, "value", None)
            yield Read(f"{name}:{node.lineno}", said if isinstance(said, str) else None, node.func.attr)


def _is_flags(receiver: ast.expr) -> bool:
    """`flags`, `x.flags`, `x.flags.snapshot` or `flags_of(x)`."""
    if isinstance(receiver, ast.Call):
        receiver = receiver.func
        return isinstance(receiver, ast.Name) and receiver.id == "flags_of"
    if isinstance(receiver, ast.Attribute):
        return receiver.attr == "flags" or (receiver.attr == "snapshot" and _is_flags(receiver.value))
    return isinstance(receiver, ast.Name) and receiver.id == "flags"


def _constants(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            yield target.id, value.value


def reads_of_the_shop() -> list[Read]:
    found: list[Read] = []
    for path in sorted((ROOT / "storefront").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(GENERAL):
            found += reads_in(path.read_text(encoding="utf-8"), name)
    return found


def undeclared(reads: Iterable[Read], declared: Mapping[str, Declaration]) -> list[str]:
    """Code that reads what there is not."""
    return [f"{read.place} reads {read.key!r}" for read in reads if read.key not in declared]


def misread(reads: Iterable[Read], declared: Mapping[str, Declaration]) -> list[str]:
    """Code that asks for another type than the declared one."""
    types = {read: declared[read.key].type for read in reads if read.key in declared}
    return [
        f"{read.place} reads {read.key!r} as {read.by}, which is declared as {one}"
        for read, one in types.items()
        if read.by not in ("evaluate", str(one))
    ]


def unread(reads: Iterable[Read], declared: Mapping[str, Declaration]) -> list[str]:
    """Flags that no code reads, with whom to ask."""
    known = {read.key for read in reads}
    return [f"{key} ({one.owner}) is read by no code" for key, one in declared.items() if key not in known]


def overdue(declared: Mapping[str, Declaration], today: date) -> list[str]:
    """Flags that should be gone, with whom to ask."""
    return [
        f"{one.owner}: {key} was to be gone by {one.expires}: take it out, or say until when it stays"
        for key, one in declared.items()
        if one.expires is not None and one.expires < today
    ]


def copies(declared: Iterable[Declaration], routes: Iterable[str]) -> dict[str, int]:
    """How often each route's pages are kept, for what differs between people."""
    personal: dict[str, list[int]] = defaultdict(list)
    for one in declared:
        if one.by_person:
            for route in routes if EVERY_PAGE in one.pages else one.pages:
                personal[route].append(len(one.variants))
    return {route: math.prod(counts) for route, counts in personal.items()}


def public_routes() -> set[str]:
    return {name for name, pattern in _routes(get_resolver()) if policy_of(pattern.callback).public}


def _routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one, f"{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield space + one.name, one


def test_every_flag_that_is_read_is_declared() -> None:
    reads = reads_of_the_shop()
    assert reads
    assert undeclared(reads, DECLARED) == []


def test_flags_are_read_as_what_they_are_declared() -> None:
    assert misread(reads_of_the_shop(), DECLARED) == []


def test_every_declared_flag_is_read() -> None:
    assert unread(reads_of_the_shop(), DECLARED) == []


def test_no_flag_has_outlived_its_day() -> None:
    assert overdue(DECLARED, datetime.now(UTC).date()) == []


def test_flags_name_public_pages_that_there_are() -> None:
    named = {page for one in DECLARED.values() for page in one.pages} - {EVERY_PAGE}
    assert named <= public_routes()


def test_no_page_is_kept_more_often_than_a_shared_cache_is_of_use() -> None:
    crowded = {
        route: count
        for route, count in copies(DECLARED.values(), public_routes()).items()
        if count > MOST_VARIANTS
    }
    assert crowded == {}


def rows_of(title: str) -> list[list[str]]:
    """The cells of the first table below a heading of the reference, without its head."""
    section = REFERENCE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    table = section.lstrip().split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_reference_tells_of_every_flag_and_of_no_other() -> None:
    told = {quoted(row[0])[0]: (row[1], {*quoted(row[2])}) for row in rows_of("The flags there are")}
    there_are = {key: (f"{one.kind}, {one.type}", {*one.variants}) for key, one in DECLARED.items()}
    assert told == there_are, "docs/reference/flags.md, The flags there are"


def test_the_reference_tells_what_rules_may_ask() -> None:
    told = {quoted(row[0])[0]: (row[1], row[3] == "yes") for row in rows_of("What rules may ask")}
    assert told == {name: (str(one.type), one.by_address) for name, one in ATTRIBUTES.items()}


def test_the_buckets_in_the_reference_are_those_of_the_shop() -> None:
    told = re.findall(
        r"^\| `([^`:]*):([^`:]*):(share|variant):([^`]+)` \| (\d+) \|$", REFERENCE, re.MULTILINE
    )
    assert len(told) == 4
    for key, salt, what, who, expected in told:
        assert bucket(key, salt, what, who) == int(expected)


class TestTheChecksThemselves:
    """Each of them finds what it is for."""

    @pytest.mark.parametrize(
        ("source", "key"),
        [
            ("request.flags.boolean('a')", "a"),
            ("flags_of(request).json('a', Banner)", "a"),
            ("shop.flags.snapshot.evaluate('a', somebody)", "a"),
            ("KEY = 'a'\nflags.string(KEY)", "a"),
            ("KEY: Final = 'a'\nself.flags.number(KEY)", "a"),
            ("request.flags.boolean(key)", None),
            ("request.flags.boolean(f'{a}')", None),
        ],
    )
    def test_a_read_is_found_where_it_is(self, source: str, key: str | None) -> None:
        assert [read.key for read in reads_in(source, "x.py")] == [key]

    @pytest.mark.parametrize("source", ["form.flags.add('a')", "request.form.string('a')", "response.json()"])
    def test_what_is_no_read_is_left_alone(self, source: str) -> None:
        assert list(reads_in(source, "x.py")) == []

    def test_a_flag_that_is_not_declared_is_named_with_its_place(self) -> None:
        reads = [
            Read("storefront/x.py:3", "colour"),
            Read("storefront/y.py:4", "mystery"),
            Read("z.py:1", None),
        ]
        found = undeclared(reads, {"colour": flag()})
        assert found == ["storefront/y.py:4 reads 'mystery'", "z.py:1 reads None"]

    def test_a_flag_that_is_read_as_something_else_is_named_with_its_place(self) -> None:
        declared = {"colour": flag()}
        kind = str(declared["colour"].type)
        wrong = "number" if kind != "number" else "string"
        assert misread([Read("x.py:1", "colour", kind), Read("x.py:2", "colour")], declared) == []
        found = misread([Read("x.py:3", "colour", wrong)], declared)
        assert found == [f"x.py:3 reads 'colour' as {wrong}, which is declared as {kind}"]

    def test_a_flag_that_nobody_reads_is_named_with_its_owner(self) -> None:
        assert unread([], {"colour": flag()}) == ["colour (Merchandising) is read by no code"]

    def test_an_expired_flag_is_named_with_its_owner(self) -> None:
        old = {"colour": flag(expires=date(2026, 11, 1))}
        assert overdue(old, date(2026, 11, 1)) == []
        assert overdue(old, date(2026, 11, 2))[0].startswith(
            "Merchandising: colour was to be gone by 2026-11-01"
        )

    def test_variants_of_one_page_multiply(self) -> None:
        trials = [
            flag("one", by_person=True, pages=("a:b",)),
            flag("two", by_person=True, pages=(EVERY_PAGE,)),
            flag("three", pages=(EVERY_PAGE,)),
        ]
        assert copies(trials, ["a:b", "c:d"]) == {"a:b": 9, "c:d": 3}
