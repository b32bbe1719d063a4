"""Reads a CSV file into rows that know their physical line, or says in one line why it is no product CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dev.catalogue.report import NotACatalogueError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes. Shopify itself stops at 15 MB."""
REQUIRED: Final = ("Handle", "Title", "Variant Price")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it starts on, and its cells by column name, trimmed; blank ones are missing."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell, or an empty text."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a file, its columns, and what was wrong with records that could not be read."""

    columns: frozenset[str]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def load(path: Path) -> Table:
    """The table in a file. Raises NotACatalogueError for a file that cannot be one."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            most = LARGEST_FILE // 2**20
            message = f"{path.name} is {size // 2**20} MB; the largest file that is read has {most} MB."
            raise NotACatalogueError(message)
        data = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}."
        raise NotACatalogueError(message) from error
    return parse(data, path.name)


def parse(data: bytes, name: str = "The file") -> Table:
    """The table in some bytes. Raises NotACatalogueError when they are not a product CSV."""
    records = _records(_physical(_text(data, name)))
    header_line, header = next(((line, cells) for line, cells in records if isinstance(cells, list)), (0, []))
    columns = [cell.strip() for cell in header]
    _check_header(columns, name)
    rows, problems = [], []
    for line, cells in records:
        if isinstance(cells, Problem):
            problems.append(cells)
        elif len(cells) > len(columns):
            reason = (
                f"has {len(cells)} cells where the header on line {header_line} has {len(columns)} columns"
            )
            problems.append(Problem(line, columns[-1], reason))
        elif any(cell.strip() for cell in cells):
            named = zip(columns, cells, strict=False)
            rows.append(Row(line, {column: cell.strip() for column, cell in named if cell.strip()}))
    if not rows:
        message = f"{name} has a header but no products below it."
        raise NotACatalogueError(message)
    return Table(frozenset(columns), tuple(rows), tuple(problems))


def _text(data: bytes, name: str) -> str:
    message = ""
    if not data.strip():
        message = f"{name} is empty."
    elif data[:2] in _UTF16:
        message = f"{name} is written in UTF-16; save it as CSV in UTF-8."
    elif b"\x00" in data:
        message = f"{name} is a binary file, not a CSV."
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        message = f"{name} is an HTML or XML page, not a CSV."
    if message:
        raise NotACatalogueError(message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"{name} is not in UTF-8 (byte {data[error.start]:#04x} on line {line}); save it as CSV in UTF-8."
        )
        raise NotACatalogueError(message) from error


def _physical(text: str) -> list[str]:
    """Lines as an editor counts them: of all that Unicode calls a line end, only CR and LF are."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _records(lines: list[str]) -> Iterator[tuple[int, list[str] | Problem]]:
    reader = csv.reader((line + "\n" for line in lines), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            yield start, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, Problem(start, "row", f"cannot be read as CSV: {error}")


def _check_header(columns: list[str], name: str) -> None:
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        hint = (
            " Its columns are separated by semicolons; export it with commas."
            if any(column.count(";") > 1 for column in columns)
            else ""
        )
        message = f"{name} is not a product CSV: no column {', '.join(missing)} in its first line.{hint}"
        raise NotACatalogueError(message)
    named = [column for column in columns if column]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice is not None:
        message = f"{name} has the column {twice[:60]} twice."
        raise NotACatalogueError(message)
