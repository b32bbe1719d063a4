"""`manage.py flags`: list, show, set, kill, revive, withdraw, audit, export and import flags.

A change needs `--who` and `--reason`, and stands in the audit like one made in the console. Exit status 1
when the table does not answer or somebody else's change stands, 2 for a wish that makes no sense.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from msgspec.structs import replace

from storefront.core import UpstreamError
from storefront.flags import DECLARED
from storefront.flags.changes import Changes
from storefront.flags.records import (
    FLAG,
    FlagConflict,
    ProposalClosed,
    ProposalOpen,
    Refused,
    Who,
    at_command_line,
    version_of,
)
from storefront.flags.replay import AuditBroken
from storefront.flags.state import WHOLE, FlagState, Serve
from storefront.flags_admin.words import entry_lines, listed, outcome_line, problem_line, shown
from storefront.web.forms import clean
from storefront.web.shop import current_shop

_WRONG: Final = 2
_MOST_ENTRIES: Final = 1_000


class Command(BaseCommand):
    """One verb, and what it needs."""

    help = "Shows and changes feature flags; every change needs --who and --reason."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        verbs.add_parser("list", help="every flag in a line")
        _keyed(verbs.add_parser("show", help="one flag, all of it"))
        setting = _changing(_keyed(verbs.add_parser("set", help="what everybody gets, on or off")))
        wanted = setting.add_mutually_exclusive_group(required=True)
        wanted.add_argument("--variant", metavar="NAME", help="for all whom no rule concerns")
        wanted.add_argument("--default", action="store_true", help="as the code declares, for the same")
        wanted.add_argument("--on", action="store_true", help="decide by rules again")
        wanted.add_argument("--off", action="store_true", help="the off variant for everybody")
        setting.add_argument(
            "--version", type=int, metavar="N", help="only if this version stands; as `show` tells it"
        )
        _changing(_keyed(verbs.add_parser("kill", help="off for everybody, at once")))
        _changing(_keyed(verbs.add_parser("revive", help="take the kill back")))
        withdrawing = verbs.add_parser("withdraw", help="end a proposal that was made here by the same name")
        _changing(withdrawing).add_argument("proposal", metavar="ID", help="as it was told when proposed")
        auditing = verbs.add_parser("audit", help="changes, the newest first")
        auditing.add_argument("key", nargs="?", choices=sorted(DECLARED), metavar="KEY")
        auditing.add_argument("--limit", type=int, default=50, metavar="N")
        auditing.add_argument("--before", type=int, metavar="REVISION", help="only older ones")
        auditing.add_argument("--full", action="store_true", help="with what stood before and after")
        auditing.add_argument("--check", action="store_true", help="play all of it back and compare")
        exporting = verbs.add_parser("export", help="all decisions as JSON")
        exporting.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="standard output if left out"
        )
        importing = _changing(
            verbs.add_parser("import", help="decisions from JSON; shows them without --yes")
        )
        importing.add_argument("file", type=Path, metavar="FILE")
        importing.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: object, **options: Any) -> None:
        """Do what the verb says. Exits with 1 or 2 when it cannot be done."""
        del args
        verbs: dict[str, Callable[[Changes, dict[str, Any]], Iterable[str]]] = {
            "list": _list,
            "show": _show,
            "set": _set,
            "kill": lambda changes, given: [outcome_line(changes.kill(given["key"], *_why(given)))],
            "revive": lambda changes, given: [outcome_line(changes.revive(given["key"], *_why(given)))],
            "withdraw": _withdraw,
            "audit": _audit,
            "export": _export,
            "import": _import,
        }
        try:
            for line in verbs[options["verb"]](current_shop().flag_changes, options):
                self.stdout.write(line)
        except Refused as refused:
            raise CommandError("\n".join(map(problem_line, refused.problems)), returncode=_WRONG) from refused
        except FlagConflict as lost:
            self._fail(f"{lost.subject}: version {version_of(lost.standing)} stands; nothing was changed")
        except ProposalClosed:
            self._fail("no such proposal waits; nothing was changed")
        except ProposalOpen:
            self._fail("another proposal for it waits; nothing was changed")
        except AuditBroken as broken:
            self._fail(f"the audit is broken: {broken}")
        except UpstreamError as error:
            self._fail(f"the table of flags does not answer ({type(error).__name__})")
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=_WRONG) from error

    def _fail(self, words: str) -> None:
        self.stderr.write(words)
        sys.exit(1)


def _keyed(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("key", choices=sorted(DECLARED), metavar="KEY")
    return parser


def _changing(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--who", required=True, metavar="NAME", help="who changes it, for the audit")
    parser.add_argument("--reason", required=True, metavar="WORDS", help="why, for the audit")
    return parser


def _why(given: dict[str, Any]) -> tuple[Who, str]:
    name = clean(given["who"])
    if not name:
        raise CommandError("--who is empty", returncode=_WRONG)
    return at_command_line(name), clean(given["reason"])


def _list(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    del given
    return listed(DECLARED, {state.key: state for state in changes.decided().flags})


def _show(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    return shown(DECLARED[given["key"]], changes.state(given["key"]))


def _set(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    standing = changes.state(given["key"])
    base = standing.version if given["version"] is None else given["version"]
    yield outcome_line(changes.save(_wanted(standing, given), base, *_why(given)))


def _wanted(standing: FlagState, given: dict[str, Any]) -> FlagState:
    if given["variant"] is not None:
        return replace(standing, otherwise=Serve(weights=((given["variant"], WHOLE),)))
    if given["default"]:
        return replace(standing, otherwise=None)
    return replace(standing, enabled=bool(given["on"]))


def _withdraw(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    outcome = changes.withdraw(given["proposal"], *_why(given))
    yield f"{outcome.subject}: withdrawn as revision {outcome.revision}; nothing changes"


def _audit(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    if given["check"]:
        yield f"The audit gives what stands, at revision {changes.check_audit()}."
        return
    subject = FLAG + given["key"] if given["key"] else None
    if not 1 <= given["limit"] <= _MOST_ENTRIES:
        raise CommandError(f"--limit is a number from 1 to {_MOST_ENTRIES}", returncode=_WRONG)
    for entry in changes.audit(subject, given["before"], given["limit"]):
        yield from entry_lines(entry, full=given["full"])


def _export(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    document = changes.export_document()
    if given["file"] is None:
        yield document.decode().rstrip("\n")
        return
    given["file"].write_bytes(document)
    yield f"Written to {given['file']}."


def _import(changes: Changes, given: dict[str, Any]) -> Iterable[str]:
    data, (who, reason) = given["file"].read_bytes(), _why(given)
    plan = changes.plan_document(data, who, reason)
    for change in plan.changes:
        yield f"{change.subject}: version {version_of(change.before)} would be replaced"
    for change in plan.proposed:
        yield f"{change.subject}: would be proposed; a second person has to approve it"
    if not plan.changes and not plan.proposed:
        yield "Everything in it stands already."
    elif not given["yes"]:
        yield "Nothing was done. Say --yes to do it."
    else:
        for outcome in changes.import_document(data, who, reason, seen=plan.revision):
            yield outcome_line(outcome)
