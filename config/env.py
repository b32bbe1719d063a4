"""The only reader of the process's environment: every value is checked once, errors name the variable.

Every NAME may instead be given as NAME_FILE, the path of a file that holds the value (the way ECS,
Kubernetes and systemd hand out secrets). Naming both is refused, because nobody could tell which one
counts.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_ORIGIN_SCHEMES = frozenset({"http", "https"})


class SettingError(ValueError):
    """A setting is missing or odd; the message names the variable and what would be right."""


@dataclass(frozen=True, slots=True)
class Env:
    """Typed, checked access to settings. Every getter raises SettingError naming the variable."""

    values: Mapping[str, str]
    read_file: Callable[[str], str] = lambda path: Path(path).read_text(encoding="utf-8")

    def text(self, name: str, default: str | None = None, *, pattern: str | None = None) -> str:
        """The value without surrounding white space; must match `pattern` in full where one is given."""
        raw = self._raw(name)
        if raw is None:
            if default is None:
                raise SettingError(f"{name} is not set (nor is {name}_FILE)")
            return default
        if pattern is not None and not re.fullmatch(pattern, raw):
            raise SettingError(f"{name} must match {pattern}, it is {_shown(name, raw)}")
        return raw

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value not in choices:
            raise SettingError(f"{name} must be one of {', '.join(choices)}, it is {_shown(name, value)}")
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Yes or no, in any of the usual spellings; without a default it has to be said."""
        raw = self._raw(name)
        if raw is None:
            if default is None:
                raise SettingError(f"{name} is not set (nor is {name}_FILE)")
            return default
        if raw.lower() in _TRUE:
            return True
        if raw.lower() in _FALSE:
            return False
        raise SettingError(f"{name} must be true or false, it is {_shown(name, raw)}")

    def integer(self, name: str, default: int | None = None, *, low: int, high: int) -> int:
        """A whole number between `low` and `high`, both included."""
        return int(self._number(name, default, low, high, int))

    def seconds(self, name: str, default: float | None = None, *, low: float, high: float) -> float:
        """A time span in seconds between `low` and `high`, both included."""
        return float(self._number(name, default, low, high, float))

    def items(self, name: str, default: str = "") -> tuple[str, ...]:
        """A list written with commas; empty entries are left out."""
        return tuple(part.strip() for part in self.text(name, default).split(",") if part.strip())

    def url(
        self, name: str, default: str | None = None, *, schemes: tuple[str, ...], user: bool = False
    ) -> str:
        """An absolute URL of one of `schemes`, without query and trailing slash; no user unless allowed."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError as problem:
            raise SettingError(f"{name} is not a URL: {problem}") from problem
        if parts.scheme not in schemes or not parts.hostname or not port_is_fine:
            raise SettingError(f"{name} must be a URL beginning with {' or '.join(schemes)}://")
        if parts.query or parts.fragment or ("@" in parts.netloc and not user):
            raise SettingError(f"{name} must be a URL without {'' if user else 'user, '}query or fragment")
        return value.rstrip("/")

    def origin(self, name: str, default: str | None = None) -> str:
        """Scheme, host and port as a browser sends them in `Origin` (RFC 6454): no path."""
        return _checked_origin(name, self.text(name, default))

    def origins(self, name: str, default: str = "") -> tuple[str, ...]:
        """A list of origins written with commas."""
        return tuple(_checked_origin(name, value) for value in self.items(name, default))

    def _raw(self, name: str) -> str | None:
        direct, path = self.values.get(name), self.values.get(f"{name}_FILE")
        if direct and path:
            raise SettingError(f"{name} and {name}_FILE are both set; unset one")
        if path:
            try:
                return self.read_file(path).strip()
            except (OSError, UnicodeDecodeError) as problem:
                raise SettingError(f"{name}_FILE cannot be read: {problem}") from problem
        return direct.strip() if direct and direct.strip() else None

    def _number(
        self, name: str, default: float | None, low: float, high: float, parse: Callable[[str], float]
    ) -> float:
        raw = self._raw(name)
        if raw is None:
            if default is None:
                raise SettingError(f"{name} is not set (nor is {name}_FILE)")
            return default
        try:
            value = parse(raw)
        except ValueError as problem:
            raise SettingError(f"{name} must be a number, it is {_shown(name, raw)}") from problem
        if not low <= value <= high:
            raise SettingError(f"{name} must be between {low} and {high}, it is {raw}")
        return value


def _checked_origin(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        rebuilt = f"{parts.scheme}://{parts.netloc}"
    except ValueError as problem:
        raise SettingError(f"{name} is not an origin: {problem}") from problem
    if parts.scheme not in _ORIGIN_SCHEMES or not parts.hostname or rebuilt != value or "@" in parts.netloc:
        raise SettingError(f"{name} must be an origin such as https://shop.example, without a path")
    return value.lower()


def _shown(name: str, value: str) -> str:
    """A value for an error message; secrets are never shown."""
    if any(word in name for word in ("SECRET", "KEY", "TOKEN", "PASSWORD")):
        return "something else (not shown, it may be a secret)"
    return repr(value[:80])


def from_process() -> Env:
    """The settings of this process."""
    return Env(os.environ)


def set_default(name: str, value: str) -> None:
    """Set a variable of this process unless it is set; only for what a library insists on reading itself."""
    os.environ.setdefault(name, value)
