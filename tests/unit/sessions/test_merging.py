"""What two requests did to one value, united."""

import pytest

from storefront.sessions.merging import merged

CASES = [
    ("only I changed it", 1, 2, 1, 2),
    ("only they changed it", 1, 1, 3, 3),
    ("both changed a plain value: the later holds", 1, 2, 3, 2),
    ("both added to a list", ["a"], ["a", "b"], ["a", "c"], ["a", "c", "b"]),
    ("I took out what they kept", ["a", "b"], ["b"], ["a", "b", "c"], ["b", "c"]),
    ("they took out what I kept", ["a", "b"], ["a", "b", "d"], ["b"], ["b", "d"]),
    ("I moved one to the end", ["a", "b"], ["b", "a"], ["a", "b", "c"], ["a", "b", "c"]),
    ("both began a list", None, ["a"], ["b"], ["b", "a"]),
    ("both added members", {"x": 1}, {"x": 1, "y": 2}, {"x": 1, "z": 3}, {"x": 1, "y": 2, "z": 3}),
    ("I took a member out", {"x": 1, "y": 2}, {"y": 2}, {"x": 1, "y": 9}, {"y": 9}),
    ("they took a member out", {"x": 1, "y": 2}, {"x": 1, "y": 5}, {"y": 2}, {"y": 5}),
    ("both went deep", {"x": {"a": 1}}, {"x": {"a": 1, "b": 2}}, {"x": {"a": 3}}, {"x": {"a": 3, "b": 2}}),
    ("another kind of value", [1], "mine", [1, 2], "mine"),
]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "united"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_changes_are_there(base, mine, theirs, united):
    assert merged(base, mine, theirs) == united


def test_what_was_given_stays_as_it_was():
    base, mine, theirs = {"x": [1]}, {"x": [1, 2]}, {"x": [1, 3]}
    merged(base, mine, theirs)
    assert (base, mine, theirs) == ({"x": [1]}, {"x": [1, 2]}, {"x": [1, 3]})
