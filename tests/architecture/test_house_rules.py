"""House rules that no off-the-shelf linter knows, each with the reason it exists."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT_READERS = {"config/env.py", "apptier/kit/settings.py", "dev/ports.py"}
MARKUP_MAKERS = {"storefront/web/html.py"}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40


@cache
def tracked(*suffixes: str) -> list[Path]:
    """Files of the repository: tracked ones, and new ones that git does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [Path(line) for line in listing.splitlines() if (ROOT / line).is_file()]
    return [path for path in paths if not suffixes or path.suffix in suffixes]


def product_code() -> list[Path]:
    """Python of the product itself: no tests, no benchmarks."""
    return [path for path in tracked(".py") if not {"tests", "bench"} & set(path.parts)]


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def attribute_names(path: Path) -> set[str]:
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_there_is_code_to_judge() -> None:
    assert len(product_code()) > 50
    assert len(tracked(".html")) > 10


def test_the_environment_is_read_in_three_places_only() -> None:
    readers = {str(path) for path in product_code() if attribute_names(path) & {"os.environ", "os.getenv"}}
    assert readers <= ENVIRONMENT_READERS


def test_every_file_says_why_it_exists() -> None:
    silent = [
        str(path)
        for path in product_code()
        if text(path).strip() and not ast.get_docstring(ast.parse(text(path)))
    ]
    assert silent == []


def test_files_and_functions_keep_to_their_room() -> None:
    crowded = [
        f"{path}: {n} lines"
        for path in product_code()
        if (n := len(text(path).splitlines())) > MAX_FILE_LINES
    ]
    for path in product_code():
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    crowded.append(f"{path}:{node.lineno} {node.name}: {lines} lines")
    assert crowded == []


def test_nothing_catches_everything_and_stays_silent() -> None:
    silent = []
    for path in product_code():
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.ExceptHandler) and all(isinstance(step, ast.Pass) for step in node.body):
                caught = ast.unparse(node.type) if node.type else "everything"
                if caught in {"everything", "Exception", "BaseException"}:
                    silent.append(f"{path}:{node.lineno}")
    assert silent == []


def test_markup_is_made_in_one_reviewed_place() -> None:
    makers = {
        str(path)
        for path in product_code()
        if path.parts[0] == "storefront" and re.search(r"\bmark_safe\b|\bMarkup\(", text(path))
    }
    assert makers <= MARKUP_MAKERS
    unsafe = [
        str(path) for path in tracked(".html") if re.search(r"\|\s*safe\b|autoescape\s+false", text(path))
    ]
    assert unsafe == []


INLINE = [
    (r"<script(?![^>]*\b(src=|type=\"application/ld\+json\"))", "an inline script"),
    (r"<style\b", "an inline style sheet"),
    (r"\sstyle=", "a style attribute"),
    (r"\son[a-z]+=", "an event handler attribute"),
    (r"hx-on", "hx-on, which needs eval"),
    (r"hx-(vals|headers)=['\"]js:", "js: values, which need eval"),
    (r"javascript:", "a javascript: address"),
]


@pytest.mark.parametrize(("pattern", "what"), INLINE, ids=[what for _, what in INLINE])
def test_templates_keep_the_content_security_policy(pattern: str, what: str) -> None:
    guilty = [str(path) for path in tracked(".html") if re.search(pattern, text(path))]
    assert guilty == [], what


def test_every_htmx_request_has_a_plain_way_beside_it() -> None:
    """Without JavaScript, hx-get still needs an address beside it, and hx-post a form action."""
    guilty = []
    for path in tracked(".html"):
        for tag in re.findall(r"<(?:a|form|button)\b[^>]*\bhx-(?:get|post)=[^>]*>", text(path)):
            if not re.search(r"\b(href|action|formaction)=", tag):
                guilty.append(f"{path}: {tag[:90]}")
    assert guilty == []


def test_every_slice_tells_its_story() -> None:
    slices = sorted(
        path.parent
        for path in tracked(".py")
        if path.name == "urls.py" and path.parts[0] == "storefront" and len(path.parts) == 3
    )
    assert slices
    assert [str(folder) for folder in slices if not (ROOT / folder / "README.md").is_file()] == []


def test_the_index_of_decisions_lists_each_once() -> None:
    files = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", text(Path("docs/adr/README.md")))
    assert listed == files


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in tracked(".md"):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(path)):
            if "://" not in target and not (ROOT / path.parent / target).exists():
                broken.append(f"{path}: {target}")
    assert broken == []


def test_no_commit_holds_a_path_of_one_machine() -> None:
    local = re.compile(r"(?<!\w)/(?:work|home|Users|root)/[a-z]")
    guilty = [
        str(path)
        for path in tracked(".py", ".md", ".yaml", ".toml", ".txt", ".html", ".css", ".js", ".cfg")
        if local.search(text(path)) and path.name != "test_house_rules.py"
    ]
    assert guilty == []


def test_requirements_are_pinned_with_hashes_and_name_no_index() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if re.match(r"^[a-z0-9]", line, re.IGNORECASE)]
        assert pins, path.name
        assert all("==" in line for line in pins), path.name
        assert all(line.rstrip().endswith("\\") for line in pins), f"{path.name}: a pin without a hash"
        assert not [line for line in lines if "://" in line and not line.lstrip().startswith("#")], path.name
