"""Unites what two requests did to the same value, from what both began with."""

from typing import Any


def merged(base: Any, mine: Any, theirs: Any) -> Any:
    """`theirs` with what changed from `base` to `mine` done to it as well.

    Dicts unite member by member. Of a list, what I took out goes and what I added comes at its end. Where
    both changed one plain value, mine holds: I come later.
    """
    if mine == base:
        return theirs
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _dicts(base if isinstance(base, dict) else {}, mine, theirs)
    if isinstance(mine, list) and isinstance(theirs, list):
        return _lists(base if isinstance(base, list) else [], mine, theirs)
    return mine


def _dicts(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    united = dict(theirs)
    for name in base.keys() - mine.keys():
        united.pop(name, None)
    for name, value in mine.items():
        if name not in base and name not in theirs:
            united[name] = value
        elif value != base.get(name):
            united[name] = merged(base.get(name), value, theirs.get(name))
    return united


def _lists(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    removed = [value for value in base if value not in mine]
    added = [value for value in mine if value not in base]
    kept = [value for value in theirs if value not in removed and value not in added]
    return kept + added
