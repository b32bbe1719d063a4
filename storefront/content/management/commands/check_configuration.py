"""`manage.py check_configuration`: what is wrong with the templates of the configuration folder.

Exit status 1 when anything is. Run it before a folder is published: a running shop keeps its last good copy
of a file that has become invalid, but one that starts has none.
"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from storefront.configuration import Configuration, json_schema
from storefront.configuration.checking import untranslated
from storefront.configuration.folder import HOME


class Command(BaseCommand):
    """Lists every problem with its file and place, and texts that lack a translation as notes."""

    help = "Checks the page templates of the configuration folder."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A folder other than the setting's, and the schema that editors read."""
        parser.add_argument("folder", nargs="?", type=Path, help="default: the setting CONFIG_FOLDER")
        parser.add_argument(
            "--write-schema", action="store_true", help="write template.schema.json for editors, too"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Say what is wrong. Exits with 1 when the folder is missing or a template can't be used."""
        del args
        folder = options["folder"] or settings.CONFIG_FOLDER
        assert isinstance(folder, Path)
        if not folder.is_dir():
            self.stderr.write(f"{folder}: there is no such folder")
            sys.exit(1)
        if options["write_schema"]:
            text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
            (folder / "template.schema.json").write_text(text, encoding="utf-8")
        configuration = Configuration(folder)
        problems = configuration.problems()
        for problem in problems:
            self.stderr.write(str(problem))
        self._notes(configuration)
        if problems:
            sys.exit(1)

    def _notes(self, configuration: Configuration) -> None:
        languages = tuple(code for code, _ in settings.LANGUAGES)
        found = {HOME: configuration.home()}
        found |= {f"templates/landing/{slug}.json": page for slug, page in configuration.landings().items()}
        read = {file: template for file, template in found.items() if template is not None}
        for file, template in read.items():
            for note in untranslated(file, template, languages):
                self.stdout.write(f"note: {note}")
        self.stdout.write(f"{len(read)} templates can be used.")
