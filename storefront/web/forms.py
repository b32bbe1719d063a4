"""Forms as plain frozen values: what is asked, what was typed, what is wrong with it.

A form is read, checked and shown again without ever changing: every step returns a new one. The backend
has the last word; `with_refusals` puts its words beside the fields they are about.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.core import FieldProblem

ENTER: Mapping[str, str | Promise] = MappingProxyType(
    {
        "email": _lazy("Enter your email address."),
        "password": _lazy("Enter your password."),
        "name": _lazy("Enter your full name."),
        "number": _lazy("Enter the order number."),
        "code": _lazy("Enter the code."),
        "line1": _lazy("Enter the street and house number."),
        "city": _lazy("Enter the town or city."),
    }
)
"""By a field's name what is said below its label, and in the summary, when nothing was typed."""
Check = Callable[[str], str]
_NOTHING: Mapping[str, str] = MappingProxyType({})
# Of Unicode's format characters those that steer the direction of text, or are there without being seen. The
# joiners (U+200C, U+200D) are none of them, nor are Arabic's number signs, which are seen.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol by their category, yet blank


def accept(_value: str) -> str:
    """A check that finds nothing wrong."""
    return ""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a list to choose from."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `error` is a sentence that begins with the label, "" when nothing is wrong.

    `fault` is what is said of it beside the label. `folded` fields are rarely needed and shown behind a
    summary. `max_length` counts characters; `check` is asked for a sentence about a value that is present and
    short enough, "" when it is fine. What is typed into a kind of field that is not `keepable` is never
    stored, not even for the next page.
    """

    keepable: ClassVar[bool] = True
    name: str
    label: str
    value: str = ""
    error: str = ""
    type: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    required: bool = True
    hint: str = ""
    max_length: int = 200
    folded: bool = False
    autocapitalize: str = ""
    options: tuple[Option, ...] = ()
    check: Check = field(default=accept, compare=False, repr=False)

    def read(self, typed: str) -> "Field":
        """The field with what was typed, cleaned of stray space and control characters, and checked."""
        value = clean(typed)
        return replace(self, value=value, error=self._problem(value))

    @property
    def fault(self) -> str:
        """The error as it stands below the label."""
        return below(self.label, self.line)

    @property
    def line(self) -> str:
        """The error as it stands in the summary; of what is missing it says what to enter, where known."""
        if self.name in ENTER and self.error == self._missing:
            return str(ENTER[self.name])
        return self.error

    @property
    def _missing(self) -> str:
        return _("%(label)s: please fill this in.") % {"label": self.label}

    def _problem(self, value: str) -> str:
        label = {"label": self.label}
        if not value:
            return self._missing if self.required else ""
        if len(value) > self.max_length:
            most = {"most": self.max_length, **label}
            return _("%(label)s: please use at most %(most)s characters.") % most
        if self.options and value not in {option.value for option in self.options}:
            return _("%(label)s: please choose one of the list.") % label
        return self.check(value)


@dataclass(frozen=True, slots=True)
class FieldError:
    """A line of the summary above a form; `name` is the field it links to, "" for the whole form."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Form:
    """Some fields in order, and what is wrong with all of it together (`problem`)."""

    fields: tuple[Field, ...]
    problem: str = ""

    def __getitem__(self, name: str) -> Field:
        """The field called `name`; KeyError when there is none."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """Everything wrong, in the order of the fields, the whole form first."""
        whole = (FieldError("", self.problem),) if self.problem else ()
        return whole + tuple(FieldError(f.name, f.line) for f in self.fields if f.error)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    @property
    def values(self) -> dict[str, str]:
        """What each field holds."""
        return {one.name: one.value for one in self.fields}

    def read(self, data: Mapping[str, str]) -> "Form":
        """The form as sent: every field with what was typed and what is wrong with it."""
        return replace(self, fields=tuple(f.read(data.get(f.name, "")) for f in self.fields), problem="")

    def filled(self, values: Mapping[str, str]) -> "Form":
        """The form with values that are already known, unchecked."""
        fields = tuple(replace(f, value=values.get(f.name, f.value)) for f in self.fields)
        return replace(self, fields=fields)

    def with_errors(self, errors: Mapping[str, str] = _NOTHING, *, problem: str = "") -> "Form":
        """The form with more sentences beside fields, and one about the whole."""
        fields = tuple(replace(f, error=errors.get(f.name, f.error)) for f in self.fields)
        return replace(self, fields=fields, problem=problem or self.problem)

    def with_refusals(self, problems: Iterable[FieldProblem], *, otherwise: str) -> "Form":
        """The form with what the backend refused beside the fields it named.

        A problem's field is a JSON Pointer such as `/contact/email`; its last segment is matched with the
        names. What names no field here becomes the whole form's problem; `otherwise` is said when there
        are none.
        """
        errors: dict[str, str] = {}
        rest: list[str] = []
        names = {one.name for one in self.fields}
        for problem in problems:
            name = problem.field.rsplit("/", 1)[-1]
            if name in names:
                words = {"label": self[name].label, "problem": problem.detail}
                errors.setdefault(name, _("%(label)s: %(problem)s") % words)
            else:
                rest.append(problem.detail)
        return self.with_errors(errors, problem=" ".join(rest) or ("" if errors else otherwise))


def below(label: str, error: str) -> str:
    """An error as it stands below a label, with which it begins elsewhere."""
    fault = error.removeprefix(f"{label}: ")
    return fault[:1].upper() + fault[1:]


def clean(typed: str) -> str:
    """Text as typed, normalised (NFC), on one line, without what can't be seen and surrounding space.

    Controls go, those of direction and of no width too, but for the joiners that Arabic, Persian and Indic
    words need. What has nothing to be seen at all is nothing.
    """
    text = unicodedata.normalize("NFC", typed)
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or not _is_control(c))
    return " ".join(kept.split()) if any(map(_is_visible, kept)) else ""


def _is_control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or _UNSEEN.match(char) is not None


def _is_visible(char: str) -> bool:
    """Whether it leaves a mark on paper of its own: a letter, digit, sign of punctuation or symbol."""
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANKS
