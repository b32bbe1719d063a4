"""Static files as they are served: named by hash, small, compressed, the style sheet folded into one file.

`@import url("components/price.css") layer(components);` keeps one file per component in the source without
costing the browser a round trip each.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rjsmin
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"')]+)["']\)?\s*(?:layer\(([\w.-]+)\))?\s*;""")
_URL = re.compile(r"""url\(\s*(["']?)(?![a-z]+:|/|\#)([^"')]+)\1\s*\)""")
_ENTRY = re.compile(r"css/[^/]+\.css")
_SCRIPT = re.compile(r"js/.+\.js")
# A string stays as it is; what is left of the rest are comments, and the space around a line's end.
_AIR = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|[ \t]*\n\s*""", re.DOTALL)
_MOST_NESTING = 4


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise is untyped
    """Hashes names, follows imports between JavaScript modules, inlines those between style sheets.

    Our own scripts and sheets lose their comments and spaces; every text file gets a brotli and a gzip copy
    beside it, which WhiteNoise serves to whoever accepts them.
    """

    manifest_strict = True
    support_js_module_import_aggregation = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Beside the folder that is served, not in it: the list of all files is for the shop alone.
        folder = Path(self.location)
        self.manifest_storage = FileSystemStorage(location=folder.parent)
        self.manifest_name = f"{folder.name}.json"
        self.hashed_files, self.manifest_hash = self.load_manifest()
        # Only our own modules: those of packages name things that are not files (`import htmx from "htmx"`).
        patterns: dict[str, Any] = self._patterns  # type: ignore[has-type] # set by Django's mixin
        self._patterns = {"js/*.js" if glob == "*.js" else glob: found for glob, found in patterns.items()}

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002 - Django's
        """Inline and shrink first, so that the hashes cover what is served."""
        if not dry_run:
            whole = {
                name: _without_air(self._with_imports(name, "css", 0))
                for name in paths
                if _ENTRY.fullmatch(name)
            }
            whole |= {name: rjsmin.jsmin(self._text(name)) for name in paths if _SCRIPT.fullmatch(name)}
            for name, text in whole.items():
                FileSystemStorage.delete(self, name)
                FileSystemStorage.save(self, name, ContentFile(text.encode()))
            # What is hashed next is the file collected here, no longer the source that it came from.
            paths = {**paths, **{name: (self, name) for name in whole}}
        yield from super().post_process(paths, dry_run, **options)

    def _text(self, name: str) -> str:
        with self.open(name) as file:
            return str(file.read().decode())

    def _with_imports(self, name: str, entry_folder: str, depth: int) -> str:
        """A style sheet with all that it imports; relative addresses hold in the entry's folder."""
        if depth > _MOST_NESTING:
            raise ValueError(f"style sheets import one another more than {_MOST_NESTING} deep at {name}")
        folder = posixpath.dirname(name)
        text = self._text(name)
        whole = ""
        at = 0
        for found in _IMPORT.finditer(text):
            target = posixpath.normpath(posixpath.join(folder, found[1]))
            inner = self._with_imports(target, entry_folder, depth + 1)
            whole += _moved(text[at : found.start()], folder, entry_folder)
            whole += f"@layer {found[2]} {{\n{inner}\n}}" if found[2] else inner
            at = found.end()
        return whole + _moved(text[at:], folder, entry_folder)


def _without_air(text: str) -> str:
    """A style sheet without comments and indentation.

    No more than that: spaces inside a line can mean something (`.a :is(b)`, `calc(1px + 2px)`), and
    compression takes care of the rest.
    """
    return _AIR.sub(lambda found: found[1] or ("\n" if found[0].isspace() else ""), text)


def _moved(text: str, folder: str, entry_folder: str) -> str:
    """Rules written for `folder`, with relative addresses that hold in `entry_folder`."""

    def address(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        return f'url("{posixpath.relpath(target, entry_folder)}")'

    return _URL.sub(address, text)
