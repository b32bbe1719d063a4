"""Static files for production: names with hashes, and the style sheet's imports folded into one file.

`@import url("components/price.css") layer(components);` keeps one file per component in the source without
costing the browser a round trip each.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"')]+)["']\)?\s*(?:layer\(([\w.-]+)\))?\s*;""")
_URL = re.compile(r"""url\(\s*(["']?)(?![a-z]+:|/|\#)([^"')]+)\1\s*\)""")
_ENTRY = re.compile(r"css/[^/]+\.css")
_MOST_NESTING = 4


class ManifestStorage(ManifestStaticFilesStorage):
    """Hashes names, follows imports between JavaScript modules, inlines those between style sheets."""

    manifest_strict = True
    support_js_module_import_aggregation = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Only our own modules: those of packages name things that are not files (`import htmx from "htmx"`).
        patterns: dict[str, Any] = self._patterns  # type: ignore[has-type] # set by Django's mixin
        self._patterns = {"js/*.js" if glob == "*.js" else glob: found for glob, found in patterns.items()}

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002 - Django's
        """Inline the entry style sheets first, so that their hash covers everything in them."""
        if not dry_run:
            whole = {name: self._with_imports(name, "css", 0) for name in paths if _ENTRY.fullmatch(name)}
            for name, text in whole.items():
                FileSystemStorage.delete(self, name)
                FileSystemStorage.save(self, name, ContentFile(text.encode()))
            # What is hashed next is the file collected here, no longer the source that it came from.
            paths = {**paths, **{name: (self, name) for name in whole}}
        yield from super().post_process(paths, dry_run, **options)

    def _with_imports(self, name: str, entry_folder: str, depth: int) -> str:
        """A style sheet with all that it imports; relative addresses hold in the entry's folder."""
        if depth > _MOST_NESTING:
            raise ValueError(f"style sheets import one another more than {_MOST_NESTING} deep at {name}")
        folder = posixpath.dirname(name)
        with self.open(name) as file:
            text = file.read().decode()

        whole = ""
        at = 0
        for found in _IMPORT.finditer(text):
            target = posixpath.normpath(posixpath.join(folder, found[1]))
            inner = self._with_imports(target, entry_folder, depth + 1)
            whole += _moved(text[at : found.start()], folder, entry_folder)
            whole += f"@layer {found[2]} {{\n{inner}\n}}" if found[2] else inner
            at = found.end()
        return whole + _moved(text[at:], folder, entry_folder)


def _moved(text: str, folder: str, entry_folder: str) -> str:
    """Rules written for `folder`, with relative addresses that hold in `entry_folder`."""

    def address(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        return f'url("{posixpath.relpath(target, entry_folder)}")'

    return _URL.sub(address, text)
