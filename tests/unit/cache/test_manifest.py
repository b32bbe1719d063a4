"""The table of families says each thing once, and tells all of it."""

import ast
from collections import Counter
from pathlib import Path

from storefront.cache import manifest
from storefront.cache.manifest import CARD, CONTENT_PAGE, MANIFEST, PAGE, Family


def test_no_name_is_assigned_twice():
    tree = ast.parse(Path(manifest.__file__).read_text(encoding="utf-8"))
    targets = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert [name for name, count in Counter(targets).items() if count > 1] == []


def test_every_family_is_in_the_table_once():
    families = [value for value in vars(manifest).values() if isinstance(value, Family)]
    assert sorted(family.name for family in families) == sorted(MANIFEST)


def test_pages_cards_and_content_are_three_things():
    assert (PAGE.name, CONTENT_PAGE.name, CARD.name) == ("page", "content_page", "card")
    assert CARD.tags == (), "a card is named by what it shows: no purge looks for it (ADR 0019)"
