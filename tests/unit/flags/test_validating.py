"""What is wrong with a state is said field by field, as codes that any language can put into words."""

import re
from pathlib import Path

import msgspec
import pytest

from storefront.flags.declaration import Type
from storefront.flags.declared import ATTRIBUTES as REAL_ATTRIBUTES
from storefront.flags.declared import DECLARED
from storefront.flags.state import WHOLE, Condition, Decided, FlagState, Serve, Window
from storefront.flags.validating import MOST_BYTES, MOST_RULES, check_segment, check_state
from storefront.flags.validating_parts import MOST_CONDITIONS, MOST_NAME, MOST_VALUES, Known
from tests.unit.flags.changing import FLAGS, all_get, needs, rule, segment
from tests.unit.flags.deciding import ATTRIBUTES, flag

PERSONAL = segment("phones", ("device", "is", ("phone",)))


def known(*states, segments=(), flags=FLAGS):
    return Known(flags, ATTRIBUTES, Decided(flags=states, segments=segments))


def problems(state, *others, segments=(), flags=FLAGS):
    return [
        (one.field, one.code) for one in check_state(state, known(*others, segments=segments, flags=flags))
    ]


def served(*weights, share=WHOLE, key="colour"):
    return FlagState(key=key, otherwise=Serve(weights=weights, share=share))


def test_a_state_that_says_much_and_is_right_has_no_problem():
    state = FlagState(
        key="colour",
        rules=(
            rule("red", ("market", "is", ("eu", "us")), ("orders", "above", ("3",)), name="Regulars"),
            rule("blue", ("segment", "is_not", ("staff",)), ("signed_in", "is", ("true",)), share=1),
        ),
        otherwise=Serve(weights=(("red", 33_333), ("green", 66_667)), share=50_000),
        window=Window(starts="2026-12-01T09:00", ends="2026-12-02T09:00", zone="Europe/Dublin"),
        prerequisites=needs("door", "on"),
        salt="2",
        owner="Windows",
        expires="2027-01-31",
        note="n",
    )
    assert problems(state, segments=(segment(),)) == []


@pytest.mark.parametrize(
    ("serve", "found"),
    [
        (served(), [("otherwise.weights", "required")]),
        (served(("mauve", WHOLE)), [("otherwise.weights.0", "unknown_variant")]),
        (served(("red", 1)), [("otherwise.weights", "weights_sum")]),
        (served(("red", 60_000), ("green", 60_000)), [("otherwise.weights", "weights_sum")]),
        (served(("red", 50_000), ("red", 50_000)), [("otherwise.weights.1", "same_variant")]),
        (
            served(("red", 150_000), ("green", -50_000)),
            [("otherwise.weights.0", "not_a_share"), ("otherwise.weights.1", "not_a_share")],
        ),
        (served(("red", WHOLE), share=WHOLE + 1), [("otherwise.share", "not_a_share")]),
        (served(("red", WHOLE), share=-1), [("otherwise.share", "not_a_share")]),
    ],
)
def test_shares_and_variants(serve, found):
    assert problems(serve) == found


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        (("height", "is", ("1",)), "attribute", "unknown_attribute"),
        (("market", "is", ()), "values", "required"),
        (("market", "above", ("eu",)), "op", "op_not_for"),
        (("market", "contains", ("eu",)), "op", "op_not_for"),
        (("market", "is", ("",)), "values", "unknown_value"),
        (("market", "starts", ("",)), "values", "required"),
        (("signed_in", "is", ("yes",)), "values", "unknown_value"),
        (("orders", "above", ("many",)), "values", "not_a_number"),
        (("orders", "above", ("inf",)), "values", "not_a_number"),
        (("orders", "above", ("1", "2")), "values", "one_value"),
        (("segment", "is", ("nobody",)), "values", "unknown_segment"),
        (("segment", "starts", ("staff",)), "op", "op_not_for"),
        (("market", "is", ("x" * (MOST_NAME + 1),)), "values", "too_long"),
        (("market", "is", tuple(f"m{n}" for n in range(MOST_VALUES + 1))), "values", "too_many"),
    ],
)
def test_questions(asked, field, code):
    state = all_get("red", rules=(rule("red", asked),))
    assert problems(state, segments=(segment(),)) == [(f"rules.0.conditions.0.{field}", code)]


def test_values_that_are_not_there_are_named_where_all_are_known():
    state = FlagState(key="theme", rules=(rule("harbour", ("market", "is", ("eu", "mars"))),))
    (problem,) = check_state(state, Known(DECLARED, REAL_ATTRIBUTES, Decided()))
    assert (problem.code, problem.parameters) == (
        "unknown_value",
        {"value": "mars", "name": "market"},
    )


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (Window(starts="tomorrow"), ["window.starts"]),
        (Window(ends="2026-13-01T00:00"), ["window.ends"]),
        (Window(starts="2026-01-01T00:00", zone="Mars/Olympus"), ["window.zone"]),
        (Window(zone="Mars/Olympus"), ["window.zone"]),
        (Window(starts="2026-01-02T00:00", ends="2026-01-01T00:00"), ["window.ends"]),
        (Window(starts="2026-01-01T00:00", ends="2026-01-01T00:00"), ["window.ends"]),
        (Window(starts="2026-01-01T00:00+01:00"), ["window.starts"]),
    ],
)
def test_windows(window, found):
    assert [field for field, _ in problems(all_get("red", window=window))] == found
    inside = all_get("red", rules=(rule("red", window=window),))
    assert [field for field, _ in problems(inside)] == [f"rules.0.{field}" for field in found]


def test_rules_have_names_of_their_own_or_none_and_are_not_without_end():
    rules = (rule("red", name=""), rule("red", name="A"), rule("red", name="A"), rule("red", name=""))
    assert problems(all_get("red", rules=rules)) == [
        ("rules.2.name", "same_name"),
    ]
    many = tuple(rule("red", name=str(number)) for number in range(MOST_RULES + 1))
    assert problems(all_get("red", rules=many)) == [("rules", "too_many")]
    asked = (("market", "is", ("eu",)),) * (MOST_CONDITIONS + 1)
    assert problems(all_get("red", rules=(rule("red", *asked),))) == [("rules.0.conditions", "too_many")]


@pytest.mark.parametrize(
    ("prerequisites", "found"),
    [
        (needs("nothing", "on"), [("prerequisites.0.flag", "unknown_flag")]),
        (needs("colour", "red"), [("prerequisites.0.flag", "itself")]),
        (needs("door"), [("prerequisites.0.variants", "required")]),
        (needs("door", "ajar"), [("prerequisites.0.variants", "unknown_variant")]),
        (needs("door", "on") * 2, [("prerequisites.1.flag", "same_name")]),
    ],
)
def test_prerequisites(prerequisites, found):
    assert problems(all_get("red", prerequisites=prerequisites)) == found


def test_prerequisites_do_not_go_in_circles():
    others = (
        FlagState(key="door", prerequisites=needs("key", "on")),
        FlagState(key="key", prerequisites=needs("colour", "red")),
    )
    assert problems(all_get("red", prerequisites=needs("door", "on")), *others) == [
        ("prerequisites", "circle")
    ]
    apart = (
        FlagState(key="key", prerequisites=needs("door", "on")),
        FlagState(key="door", prerequisites=needs("key", "on")),
    )
    assert problems(all_get("red", prerequisites=needs("door", "on")), *apart) == []


def test_a_variant_that_only_the_other_flags_state_has_may_be_needed():
    paint = FlagState(key="paint", values={"mauve": "mauve"})
    state = all_get("red", prerequisites=needs("paint", "mauve"))
    assert problems(state, paint) == []
    assert problems(state) == [("prerequisites.0.variants", "unknown_variant")]


def test_only_open_flags_are_given_values():
    assert problems(all_get("red", values={"mauve": "x"})) == [("values", "not_open")]
    assert problems(all_get("mauve", "paint", values={"mauve": "#f0f"})) == []
    assert problems(all_get("red", "paint", values={"blue": "#f0f"})) == [("values.blue", "off_value")]
    assert problems(all_get("red", "paint", values={"Mauve!": "x"})) == [("values.Mauve!", "not_a_key")]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Type.STRING, 1, "wrong_type"),
        (Type.STRING, "x" * 1001, "too_long"),
        (Type.BOOLEAN, "true", "wrong_type"),
        (Type.NUMBER, True, "wrong_type"),
        (Type.NUMBER, float("nan"), "wrong_type"),
        (Type.JSON, [], "wrong_type"),
    ],
)
def test_values_have_the_flags_type(kind, value, code):
    flags = FLAGS | {"odd": flag("odd", type=kind, open=True)}
    assert problems(FlagState(key="odd", values={"new": value}), flags=flags) == [("values.new", code)]


def test_a_json_value_has_its_flags_shape_and_the_odd_place_is_named():
    good = {"kind": "trouble", "text": {"en": "Closed", "de": "Zu"}, "href": "/pages/help/"}
    everything = Known(DECLARED, REAL_ATTRIBUTES, Decided())
    assert check_state(all_get("closed", "site-banner", values={"closed": good}), everything) == ()
    odd = good | {"kind": "fun"}
    (problem,) = check_state(all_get("closed", "site-banner", values={"closed": odd}), everything)
    assert (problem.field, problem.code, problem.parameters) == (
        "values.closed",
        "wrong_shape",
        {"at": "$.kind"},
    )


# -- Public pages ------------------------------------------------------------------------------------------


def test_a_flag_of_public_pages_that_is_the_same_for_all_asks_for_nothing_personal():
    """A page is kept once for an address then: whoever came first would decide for everybody."""
    ours = (rule("red", ("market", "is", ("eu",)), ("segment", "is", ("staff",))),)
    assert problems(all_get("red", "front", rules=ours), segments=(segment(),)) == []
    for asked in (("device", "is", ("phone",)), ("segment", "is", ("phones",))):
        theirs = (rule("red", asked),)
        found = problems(all_get("red", "front", rules=theirs), segments=(PERSONAL,))
        assert found == [("rules.0.conditions.0.attribute", "not_by_address")]
        for key in ("trial", "colour"):  # kept for each variant, and not on public pages
            assert problems(all_get("red", key, rules=theirs), segments=(PERSONAL,)) == []


@pytest.mark.parametrize(
    "serve", [served(("red", 50_000), ("green", 50_000)), served(("red", WHOLE), share=7)]
)
def test_a_flag_of_public_pages_that_is_the_same_for_all_is_not_dealt_out(serve):
    assert problems(msgspec.structs.replace(serve, key="front")) == [("otherwise", "not_split")]
    assert problems(msgspec.structs.replace(serve, key="trial")) == []


def test_a_flag_of_public_pages_does_not_hang_on_one_that_differs_by_person():
    assert problems(all_get("red", "front", prerequisites=needs("trial", "red"))) == [
        ("prerequisites.0.flag", "by_person_flag")
    ]


def test_a_segment_does_not_become_personal_behind_the_back_of_such_a_flag():
    asking = all_get("red", "front", rules=(rule("red", ("segment", "is", ("staff",))),))
    personal = segment("staff", ("device", "is", ("phone",)))
    (problem,) = check_segment(personal, known(asking, segments=(segment(),)))
    assert (problem.field, problem.code) == ("alternatives.0.0.attribute", "not_by_address")
    assert problem.parameters == {"name": "device", "flag": "front"}
    assert check_segment(personal, known(segments=(segment(),))) == ()


# -- Segments and words ------------------------------------------------------------------------------------


def test_segments():
    def found(**changes):
        wanted = msgspec.structs.replace(segment(), **changes)
        return [(one.field, one.code) for one in check_segment(wanted, known(segments=(segment("other"),)))]

    nested = (Condition(attribute="segment", op="is", values=("other",)),)
    assert found() == []
    assert found(key="No Key") == [("key", "not_a_key")]
    assert found(name="") == [("name", "required")]
    assert found(alternatives=()) == [("alternatives", "required")]
    assert found(alternatives=((),)) == [("alternatives.0", "required")]
    assert found(alternatives=(nested,)) == [("alternatives.0.0.attribute", "unknown_attribute")]
    assert found(note="x" * 1001) == [("note", "too_long")]
    # Sentences name segments by their names, and who approves reads sentences.
    for like_the_other in ("Other", " other", "O THER", "\uff2fther"):
        assert found(name=like_the_other) == [("name", "same_name")]
    assert found(key="other", name="Other") == []


def test_words_and_sizes():
    state = all_get("red", note="x" * 1001, owner="x" * 81, salt="x" * 81, expires="31.01.2027")
    assert problems(state) == [
        ("note", "too_long"),
        ("owner", "too_long"),
        ("salt", "too_long"),
        ("expires", "not_a_date"),
    ]
    values = {f"v{number}": "x" * 1000 for number in range(MOST_RULES)}
    rules = tuple(
        rule("red", ("market", "is", tuple(f"{'x' * 70}{n}" for n in range(200))), name=str(number))
        for number in range(5)
    )
    large = FlagState(key="paint", values=values, rules=rules)
    assert len(msgspec.json.encode(large)) > MOST_BYTES
    assert problems(large) == [("", "too_large")]


def test_a_flag_nobody_declared():
    assert problems(FlagState(key="nothing")) == [("key", "unknown_flag")]


def test_every_code_is_in_the_list():

    folder = Path(__file__).resolve().parents[3] / "storefront/flags"
    text = "".join(
        (folder / f"{name}.py").read_text()
        for name in ("validating", "validating_parts", "changes", "judging", "documents")
    )
    codes = set(re.findall(r'Problem\([^"]*(?:"[^"]*"|f"[^"]*"|[a-z_]+), "([a-z_]+)"', text))
    told = (folder / "validating.py").read_text().split('"""')[1]
    assert len(codes) > 25
    assert {code for code in codes if code not in told} == set()


def test_a_state_of_the_shop_as_it_is_declared_has_no_problem():
    everything = Known(DECLARED, REAL_ATTRIBUTES, Decided())
    assert [found for key in DECLARED for found in check_state(FlagState(key=key), everything)] == []
