"""Arabic as it is written and as it is typed: one word, whatever its article, ending and signs."""

import pytest

from apptier.search.folding import fold


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("الكتان", "كتان"),
        ("وسائد", "الوسائد"),
        ("وسائد", "والوسائد"),
        ("سجادة", "سجادات"),
        ("أقمشة", "اقمشه"),
        ("إضاءة", "اضاءة"),
        ("مَزهريّة", "مزهرية"),
        ("الجدران", "جدران"),
        ("ورق للجدران", "ورق الجدران"),
    ],
)
def test_one_word_however_it_is_written(written, typed):
    assert fold(written, "ar") == fold(typed, "ar")


@pytest.mark.parametrize(("one", "other"), [("وسائد", "سائد"), ("ورق", "رق"), ("كوب", "توب"), ("ألم", "لم")])
def test_other_words_stay_others(one, other):
    assert fold(one, "ar") != fold(other, "ar")


def test_what_is_still_being_typed_keeps_its_ending():
    assert fold("السجادة", "ar", endings=False).startswith(fold("سجاد", "ar", endings=False))


@pytest.mark.parametrize("locale", ["en", "de"])
def test_other_languages_stay_as_they_are(locale):
    assert fold("Kissen الوسائد", locale) == "Kissen الوسائد"
