"""What of the lists can be told without a table: a union loses nothing, a secret opens one list."""

import random
import re

import pytest

from apptier.kit.dynamo import Item
from apptier.kit.ids import digest, new_id
from apptier.kit.problems import Problem
from apptier.lists.merging import united
from apptier.lists.models import LIST_ID, SHARE, PutItem
from apptier.lists.opening import Secrets, list_of, opens
from apptier.lists.records import MOST_MERGED, StoredList, item_id, list_id_of

DAYS = [f"2026-11-{day:02d}T10:00:00.000Z" for day in range(1, 29)]


def wished(dice: random.Random, most: int) -> dict[str, Item]:
    """Some of forty things, each since some day."""
    handles = dice.sample([f"thing-{number}" for number in range(40)], dice.randint(0, most))
    skus = [None, "A/1.b"]
    things = [{"handle": h, "sku": dice.choice(skus), "added_at": dice.choice(DAYS)} for h in handles]
    return {item_id(str(thing["handle"]), thing["sku"]): thing for thing in things}


def test_a_thousand_unions_lose_nothing_and_know_the_first_day() -> None:
    dice = random.Random(20261123)
    for _ in range(1000):
        mine, theirs = wished(dice, 30), wished(dice, 30)
        both = united(mine, theirs)
        assert both.keys() == mine.keys() | theirs.keys()
        for name, thing in both.items():
            days = [side[name]["added_at"] for side in (mine, theirs) if name in side]
            assert thing["added_at"] == min(days)
        # Once more changes nothing, and neither does which was whose.
        assert united(both, theirs) == both
        assert united(theirs, mine).keys() == both.keys()


def test_a_union_that_is_too_large_is_refused_whole() -> None:
    mine = {
        f"itm_{number:08d}": {"handle": "x", "sku": None, "added_at": DAYS[0]}
        for number in range(MOST_MERGED)
    }
    assert united(mine, {}) == mine
    with pytest.raises(Problem, match="list_full"):
        united(mine, {"itm_one-more": {"handle": "y", "sku": None, "added_at": DAYS[0]}})


def test_a_thing_has_one_name_and_another_variant_another() -> None:
    assert item_id("rug", None) == item_id("rug", None)
    names = {item_id("rug", None), item_id("rug", "A"), item_id("rug-A", None), item_id("ru", "gA")}
    assert len(names) == 4


def test_a_secret_opens_its_list_and_survives_a_new_key() -> None:
    old, list_id = Secrets("k" * 32), new_id("lst")
    secret, new = old.secret(list_id), Secrets("n" * 32, ("k" * 32,))
    assert opens(secret, digest(secret))
    assert not opens(secret, digest(old.secret(new_id("lst"))))
    assert not opens(secret, None)
    assert new.known_secret(list_id, digest(secret)) == secret
    assert new.secret(list_id) != secret


def test_a_share_shows_its_list_until_it_ends() -> None:
    old, list_id = Secrets("k" * 32), new_id("lst")
    token = old.share(list_id, 1)
    assert list_of(token) == list_id
    for keys in (old, Secrets("n" * 32, ("k" * 32,))):
        assert keys.shows(token, list_id, 1)
        assert not keys.shows(token, list_id, 2)
        assert not keys.shows(token, new_id("lst"), 1)
        assert not keys.shows(keys.share(list_id, 0), list_id, 0)
    assert not Secrets("n" * 32).shows(token, list_id, 1)


def test_a_customers_list_has_a_name_that_tells_nobody_who_they_are() -> None:
    sub = "3f0c1d1e-8f5b-4b57-9a11-0c8f9c2f7b10"
    assert re.fullmatch(LIST_ID, list_id_of(sub))
    assert list_id_of(sub) == list_id_of(sub) != list_id_of(sub + "x")
    assert re.fullmatch(SHARE, Secrets("k" * 32).share(list_id_of(sub), 3))


def test_what_is_stored_comes_back_as_it_was() -> None:
    things = {item_id("rug", None): {"handle": "rug", "sku": None, "added_at": DAYS[0]}}
    for kept in (
        StoredList("lst_1", 1, DAYS[0], things, secret_hash="0" * 64, expires_at=1, share=2, shares=2),
        StoredList("lst_1", 3, DAYS[0], customer_id="sub-1"),
        StoredList("lst_1", 3, DAYS[0], secret_hash="0" * 64, merged=True),
        StoredList("lst_1", 3, DAYS[0], secret_hash="0" * 64, merged=True, went_to="lst_2", gave=0),
        StoredList("lst_1", 1, DAYS[0], deleted=True, expires_at=5),
    ):
        assert StoredList.of_item(kept.to_item()) == kept


@pytest.mark.parametrize(
    "moment", ["2026-11-22", "2026-11-22T10:00:00", "now", "0001-01-01T00:00:00+14:00", "9" * 50, None]
)
def test_a_day_that_is_none_is_refused(moment: object) -> None:
    with pytest.raises(ValueError, match="added_at"):
        PutItem.model_validate({"handle": "rug", "sku": None, "added_at": moment})
