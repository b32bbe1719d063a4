"""Static files for production: names with hashes, and the style sheet's imports folded into one file.

`@import url("components/price.css") layer(components);` keeps one file per component in the source
without costing the browser a round trip each.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

_IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"')]+)["']\)?\s*(?:layer\(([\w.-]+)\))?\s*;""")
_MOST_NESTING = 4


class ManifestStorage(ManifestStaticFilesStorage):
    """Hashes names, follows imports between JavaScript modules, inlines those between style sheets."""

    manifest_strict = True
    support_js_module_import_aggregation = True

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002 - Django's signature
        """Inline the entry style sheets first, so that the hash covers everything in them."""
        if not dry_run:
            for name in [name for name in paths if name.startswith("css/") and name.count("/") == 1]:
                self._inline(name)
        yield from super().post_process(paths, dry_run, **options)

    def _inline(self, name: str) -> None:
        whole = self._with_imports(name, 0)
        FileSystemStorage.delete(self, name)
        FileSystemStorage.save(self, name, ContentFile(whole.encode()))

    def _with_imports(self, name: str, depth: int) -> str:
        if depth > _MOST_NESTING:
            raise ValueError(f"style sheets import one another more than {_MOST_NESTING} deep at {name}")
        folder = name.rpartition("/")[0]
        with self.open(name) as file:
            text = file.read().decode()

        def inlined(found: re.Match[str]) -> str:
            inner = self._with_imports(f"{folder}/{found[1]}", depth + 1)
            return f"@layer {found[2]} {{\n{inner}\n}}" if found[2] else inner

        return _IMPORT.sub(inlined, text)
