"""Profiles and preferences: one item of the table, two versions, so that neither undoes the other."""

from collections.abc import Mapping
from typing import Any

from apptier.customers import records
from apptier.customers.models import Customer, Preferences, PreferencesChange, ProfileChange
from apptier.kit.clock import Clock, epoch, rfc3339
from apptier.kit.dynamo import ConditionFailed, Item, Tables
from apptier.kit.problems import version_mismatch


class Profiles:
    """The profiles. Every method takes the `sub` of the token, so nobody else's data can be named.

    All raise Problem 410 `customer_deleted` for somebody who had themselves deleted.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def profile(self, sub: str, claims: Mapping[str, Any]) -> Customer:
        """The profile; made from the token's claims the first time."""
        return records.customer(sub, self._item(sub, claims))

    def preferences(self, sub: str, claims: Mapping[str, Any]) -> Preferences:
        """The preferences; the first version where nothing was said yet."""
        return records.preferences(self._item(sub, claims))

    def change_profile(self, sub: str, version: int, change: ProfileChange) -> Customer:
        """Change name and phone. Raises Problem 412 unless `version` is the current one."""
        sets = "#name = :name"
        values: Item = {":name": change.name}
        if "phone" in change.model_fields_set:
            sets, values = f"{sets}, phone = :phone", values | {":phone": change.phone or None}
        try:
            item = self._tables.update(
                "customers",
                records.profile_key(sub),
                f"SET {sets}, updated_at = :now ADD version :one",
                condition="version = :version",
                names={"#name": "name"},
                values=values | {":now": self._now(), ":one": 1, ":version": version},
            )
        except ConditionFailed as failure:
            raise version_mismatch(self._version(failure.current, "version")) from failure
        return records.customer(sub, item)

    def change_preferences(self, sub: str, version: int, change: PreferencesChange) -> Preferences:
        """Replace the preferences. Raises Problem 412 unless `version` is the current one."""
        now = self._now()
        # Read apart from the write, which the version makes safe: had they changed, it would be another.
        known = self._tables.get("customers", records.profile_key(sub), consistent=True) or {}
        before = known.get("marketing_email_at")
        same = before is not None and known.get("marketing_email") == change.marketing_email
        current = "preferences_version = :version"
        if version == 1:
            current = f"(attribute_not_exists(preferences_version) OR {current})"
        try:
            item = self._tables.update(
                "customers",
                records.profile_key(sub),
                "SET #language = :language, country = :country, marketing_email = :marketing, "
                "marketing_email_at = :said, preferences_at = :now, preferences_version = :next",
                condition=f"addresses >= :none AND {current}",
                names={"#language": "language"},
                values={
                    ":language": change.language,
                    ":country": change.country,
                    ":marketing": change.marketing_email,
                    ":said": before if same else now,
                    ":now": now,
                    ":next": version + 1,
                    ":version": version,
                    ":none": 0,
                },
            )
        except ConditionFailed as failure:
            raise version_mismatch(self._version(failure.current, "preferences_version")) from failure
        return records.preferences(item)

    def _item(self, sub: str, claims: Mapping[str, Any]) -> Item:
        item = self._tables.get("customers", records.profile_key(sub), consistent=True)
        if item is None or (records.is_deleted(item) and not records.still_bars(item, self._clock.now())):
            item = self._made(sub, claims)
        if records.is_deleted(item):
            raise records.deleted()
        return item

    def _made(self, sub: str, claims: Mapping[str, Any]) -> Item:
        """A new profile, or what another request put there meanwhile."""
        fresh = records.fresh_profile(sub, claims, self._now())
        free = "attribute_not_exists(pk) OR (attribute_exists(deleted_at) AND expires_at <= :now)"
        try:
            now = epoch(self._clock.now())
            self._tables.put("customers", fresh, condition=free, values={":now": now})
        except ConditionFailed as failure:
            return failure.current or fresh
        return fresh

    def _version(self, current: Item | None, name: str) -> int:
        if records.is_deleted(current):
            raise records.deleted()
        return int((current or {}).get(name, 1))

    def _now(self) -> str:
        return rfc3339(self._clock.now())
