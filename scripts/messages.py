"""Keeps the translations: finds the strings of code and templates, updates the catalogues, compiles them.

    python -m scripts.messages           find new strings and put them into every catalogue, untranslated
    python -m scripts.messages compile   write the .mo files that Django reads; costs nothing when all is new
    python -m scripts.messages check     say what is missing; exit status 1 if anything is

Catalogues hold no dates and no line numbers, so that a difference between two versions is a difference in
words. English is the language of the code and needs no catalogue.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "locale"
TRANSLATED = ("de", "ar")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
FOLDERS = ("storefront", "templates")
WIDTH = 100
# In the order of Django's own catalogue (none, one, two, few, many, other); Babel's is another.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);",
}
_HEADER = "# {language} words of the shop. Kept by scripts/messages.py; edit the msgstr lines only."
_NOISE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|'
    r"Report-Msgid-Bugs-To|Project-Id-Version): .*\n",
    re.MULTILINE,
)
_FORMS = re.compile(r'^"Plural-Forms: .*?\\n"\n', re.MULTILINE | re.DOTALL)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


def main() -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Find, update, compile and check the shop's translations.")
    parser.add_argument("command", nargs="?", choices=("update", "compile", "check"), default="update")
    match parser.parse_args().command:
        case "compile":
            compile_all()
        case "check":
            problems = [problem for language in TRANSLATED for problem in problems_of(language)]
            print("\n".join(problems) if problems else "every catalogue is complete")
            return 1 if problems else 0
        case _:
            update_all()
    return 0


def template() -> Catalog:
    """Every string of code and templates, in the order of the files that hold them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    catalog = Catalog(fuzzy=False)
    for folder in FOLDERS:
        found = extract_from_dir(
            ROOT / folder,
            # The patterns name the folder, and extraction counts from inside it.
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()},
            keywords=KEYWORDS,
            strip_comment_tags=True,
        )
        for name, _, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
            catalog.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return catalog


def catalogue_path(language: str) -> Path:
    """The catalogue of a language."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """What is translated so far; an empty catalogue for a new language."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_all() -> None:
    """Put new strings into every catalogue, take those away that nothing says any more, and compile."""
    found = template()
    for language in TRANSLATED:
        catalog = read_catalogue(language)
        # Without guesses: a guessed translation looks like one.
        catalog.update(found, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        write_catalogue(language, catalog)
        missing = sum(1 for message in catalog if message.id and not _is_translated(message))
        print(f"{language}: {len(catalog)} strings, {missing} to be translated")
    compile_all()


def write_catalogue(language: str, catalog: Catalog) -> None:
    """Write a catalogue in its one form: no dates, no tools, no line numbers."""
    catalog.header_comment = _HEADER.format(language=catalog.locale.get_display_name("en"))
    catalog.fuzzy = False
    written = io.BytesIO()
    write_po(written, catalog, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _NOISE.sub("", written.getvalue().decode()).rstrip() + "\n"
    if language in PLURALS:
        text = _FORMS.sub(f'"Plural-Forms: {PLURALS[language]}\\\\n"\n', text, count=1)
    path.write_text(text, encoding="utf-8")


def compile_all() -> None:
    """Write the .mo file of every catalogue that is newer than its own.

    Several processes may do so at once: each file appears whole or not at all.
    """
    for language in TRANSLATED:
        source = catalogue_path(language)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime > source.stat().st_mtime):
            continue
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as file:
            write_mo(file, read_catalogue(language))
        Path(file.name).chmod(0o644)
        Path(file.name).replace(target)


def problems_of(language: str, found: Catalog | None = None) -> list[str]:
    """What keeps a catalogue from saying all that the shop says, one line each."""
    catalog = read_catalogue(language)
    problems = []
    for wanted in found or template():
        if not wanted.id:
            continue
        first = wanted.id[0] if isinstance(wanted.id, tuple) else wanted.id
        known = catalog.get(first, wanted.context)
        if known is None or not _is_translated(known):
            problems.append(f"{language}: not translated: {first!r}")
        elif known.fuzzy:
            problems.append(f"{language}: fuzzy: {first!r}")
        elif odd := _odd_placeholders(known):
            problems.append(f"{language}: other placeholders in {odd!r} than in {first!r}")
    return problems


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _odd_placeholders(message: Message) -> str:
    """The first translation whose placeholders are not those of its source; "" for none.

    A form of a plural may leave the number out ("one item"), as sources do.
    """
    sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    every = _placeholders(sources[-1])
    for text in strings:
        has = _placeholders(text)
        if has != every and not (len(strings) > 1 and has <= every and len(every - has) <= 1):
            return text
    return ""


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(one or other for one, other in _PLACEHOLDER.findall(text))


if __name__ == "__main__":
    sys.exit(main())
