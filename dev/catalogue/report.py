"""What an import says when it is done: counts, and every problem with its line, column and reason."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Final

SHOWN: Final = 40
"""Problems printed to the terminal; a report file holds them all."""


class NotACatalogueError(Exception):
    """The file is not a product CSV at all. The message is one line for the person who named it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: physical `line` in the file (from 1), column by its header, reason in plain words."""

    line: int
    column: str
    reason: str
    handle: str = ""

    def text(self) -> str:
        """One line for the terminal."""
        whose = f" ({self.handle})" if self.handle else ""
        return f"line {self.line}, {self.column}: {self.reason}{whose}"


@dataclass(slots=True)
class ImportReport:
    """Counts of an import; `left_out` products had no good variant or a fault of their own."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0
    unpublished: int = 0
    left_out: int = 0
    categories: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report for a terminal."""
        out = [
            (
                f"{self.created} created, {self.updated} updated, {self.unchanged} unchanged, "
                f"{self.retired} retired; "
                f"{self.unpublished} not published, {self.left_out} left out; {self.categories} categories."
            )
        ]
        out.extend(self.notes)
        if self.problems:
            out.append(f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''} in the file:")
            out.extend(f"  {problem.text()}" for problem in self.problems[:SHOWN])
        if len(self.problems) > SHOWN:
            rest = Counter(problem.column for problem in self.problems[SHOWN:])
            named = ", ".join(f"{count} in {column}" for column, count in rest.most_common(4))
            out.append(f"  and {len(self.problems) - SHOWN} more ({named}); --report FILE lists them all.")
        return out

    def as_json(self) -> str:
        """The whole report."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"
