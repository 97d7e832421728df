import itertools
import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm_tui.model import vietnamese as vi

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LOWER = [vi.nfc(vowel + tone) for vowel in VOWELS for tone in TONES]
LETTERS = [
    form for letter in [*LOWER, "đ"] for form in (letter, letter.upper()) if letter not in "aeiouy"
]

numbers = st.decimals(
    min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=4
)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


def test_the_list_of_letters_when_built_is_complete():
    assert len(LETTERS) == len(set(LETTERS)) == 134


@pytest.mark.parametrize("letter", LETTERS)
def test_fold_when_given_each_precomposed_letter_then_is_one_plain_letter(letter):
    for form in (letter, unicodedata.normalize("NFD", letter)):
        assert re.fullmatch("[aeiouyd]", vi.fold(form))
        assert vi.nfc(form) == letter
        assert vi.unaccented(form).isupper() == letter.isupper()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Huổi Luông", "huoi luong"),
        ("Đường\u202fĐắk", "duong dak"),
        ("Nậm\u00a0Nhùn", "nam nhun"),
        ("Y\u200btế", "yte"),
    ],
)
def test_fold_when_marked_then_plain(text, folded):
    assert vi.fold(text) == folded
    assert vi.fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text())
def test_fold_when_repeated_then_unchanged(text):
    assert vi.fold(vi.fold(text)) == vi.fold(text)


@given(st.text(alphabet=[*LETTERS, *"bcghklmnpqrstvx BCGHKL"]))
def test_fold_when_case_or_composition_differs_then_same(text):
    assert vi.fold(text) == vi.fold(text.upper()) == vi.fold(unicodedata.normalize("NFD", text))


def test_collation_when_tones_differ_then_dictionary_order():
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "măng", "mận", "mẹ"]
    for shuffled in itertools.islice(itertools.permutations(words), 0, 5000, 77):
        assert sorted(shuffled, key=vi.collation_key) == words


@pytest.mark.parametrize(
    "ordered",
    [
        ["Dào San", "Đông Phong"],
        ["an", "ăn", "ân", "ba"],
        ["em", "êm", "ga"],
        ["ong", "ông", "ơn", "pa"],
        ["un", "ưng", "va"],
        ["Bản 2", "Bản 10", "Bản Bo", "Bản Lang"],
        ["Mà Ly", "Má An"],  # the first word decides before the second is looked at
        ["toán", "toàn bộ"][::-1],
        ["1.2", "1.10", "2.1"],
    ],
)
def test_collation_when_sorted_then_as_in_a_dictionary(ordered):
    backwards = ordered[::-1]
    assert sorted(backwards, key=vi.collation_key) == ordered
    decomposed = [unicodedata.normalize("NFD", one) for one in backwards]
    assert [vi.nfc(one) for one in sorted(decomposed, key=vi.collation_key)] == ordered


@given(st.text(), st.text())
def test_collation_when_keys_are_equal_then_texts_are_equal(one, other):
    same = vi.collation_key(one) == vi.collation_key(other)
    assert same == (vi.nfc(one) == vi.nfc(other))
    assert (vi.collation_key(one) < vi.collation_key(other)) or (
        vi.collation_key(one) >= vi.collation_key(other)
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1,5", "1.5"),
        ("41,5", "41.5"),
        ("39.5", "39.5"),
        ("79.96", "79.96"),
        ("1.234.567", "1234567"),
        ("1.234", "1234"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1,234", "1.234"),
        ("1234.567", "1234.567"),
        ("1 234 567,8", "1234567.8"),
        ("1\u202f234", "1234"),
        ("\u00a041,5\u202f", "41.5"),
        ("\u22125", "-5"),
        ("- 5", "-5"),
        ("+7", "7"),
        ("007", "7"),
    ],
)
def test_parse_decimal_when_written_by_an_official_then_read(text, number):
    assert vi.parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "1,2,3", "1,234.5", "1,234,567", "1.23.456", "1.2.3", "12.34,5", "NaN", "inf"),
        *("1e5", "1E5", "--1", "1-", "5,", ",5", ".5", "5.", "１２", "٣", "1_000", "0x10"),
        *("1 2", "12 34 567", "1 234.567", "1.234 567", "41,5 %", "9" * 29, "1\n2"),
    ],
)
def test_parse_decimal_when_not_one_number_then_refused(text):
    with pytest.raises(ValueError, match=r"\A"):
        vi.parse_decimal(text)


@given(numbers)
def test_decimal_when_written_and_read_again_then_same(number):
    assert vi.parse_decimal(vi.format_decimal(number)) == number
    assert vi.parse_plain(vi.plain_decimal(number)) == number


@given(numbers, st.integers(0, 6))
def test_plain_decimal_when_zeros_are_appended_then_same_text(number, zeros):
    longer = Decimal(f"{number:f}" + "0" * zeros) if "." in f"{number:f}" else number
    assert vi.plain_decimal(longer) == vi.plain_decimal(number)


@pytest.mark.parametrize(
    ("number", "text"),
    [("41.50", "41.5"), ("-0", "0"), ("-0.00", "0"), ("1E+3", "1000"), ("1E-3", "0.001")],
)
def test_plain_decimal_when_unusual_then_canonical(number, text):
    assert vi.plain_decimal(Decimal(number)) == text


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_plain_decimal_when_not_finite_then_refused(text):
    with pytest.raises(ValueError, match=text):
        vi.plain_decimal(Decimal(text))


@pytest.mark.parametrize("text", ["1,5", "1e3", "NaN", "", " 1", "+1", "1.", "٣"])
def test_parse_plain_when_not_the_stored_form_then_refused(text):
    with pytest.raises(ValueError, match=r"\A"):
        vi.parse_plain(text)


@given(numbers, st.integers(0, 5))
def test_round_half_up_when_compared_with_decimal_then_same(number, places):
    expected = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert vi.round_half_up(number, places) == expected
    assert vi.round_half_up(Fraction(number), places) == expected


def test_round_half_up_when_a_tie_then_away_from_zero():
    assert vi.round_half_up(Fraction(2, 16), 2) == Decimal("0.13")
    assert vi.round_half_up(Decimal("-0.125"), 2) == Decimal("-0.13")
    assert str(vi.round_half_up(Decimal("-0.001"), 2)) == "0.00"


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (Fraction(197, 16), 2, "12,31"),
        (Fraction(71 * 100, 72), 2, "98,61"),
        (Decimal("1234567.5"), None, "1.234.567,5"),
        (Decimal("-1234.5"), 0, "-1.235"),
        (Decimal(25), 2, "25,00"),
        (Decimal("1E+3"), None, "1.000"),
        (Fraction(1, 3), None, "0,33"),
    ],
)
def test_format_decimal_when_shown_then_comma_and_thousands_dot(number, places, text):
    assert vi.format_decimal(number, places) == text


@given(days)
def test_date_when_written_and_read_again_then_same(day):
    assert vi.parse_date(vi.format_date(day)) == day
    assert vi.parse_date(day.isoformat()) == day


@pytest.mark.parametrize("text", ["1/7/2025", "01-07-2025", "1.7.2025", " 2025-07-01 "])
def test_parse_date_when_any_usual_form_then_day_first(text):
    assert vi.parse_date(text) == date(2025, 7, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("31/02/2025", "29/02/2025", "7/2025", "1/7/25", "2025/07/01", "1/7-2025", "13/13/2025"),
        *("", "0/1/2025", "1/7/0202", "1/7/2200", "2025-7-1", "٣/7/2025", "1/7/2025 8:00"),
    ],
)
def test_parse_date_when_no_such_day_then_refused(text):
    with pytest.raises(ValueError, match=r"\A"):
        vi.parse_date(text)


def test_format_month_when_stored_then_month_first():
    assert vi.format_month("2026-11") == "11/2026"
    for bad in ("2026-13", "2026-00", "11/2026", "2026-1"):
        with pytest.raises(ValueError, match=bad):
            vi.format_month(bad)


@given(st.text())
def test_shown_when_any_text_then_nothing_invisible_remains(text):
    safe = vi.shown(text)
    assert not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(one) for one in safe}
    assert vi.shown(safe) == safe


def test_shown_when_direction_is_overridden_then_visible():
    assert vi.shown("a\u202eb\x1b[2J") == "a<U+202E>b<U+001B>[2J"
    assert vi.shown("Nậm\u202fNhùn") == "Nậm\u202fNhùn"
    assert vi.shown("a\nb", multiline=True) == "a\nb"
    assert vi.shown("a\nb") == "a<U+000A>b"


@pytest.mark.parametrize(
    ("text", "piece", "name"),
    [
        ("Huổi Luông", "huoi-luong", "Huoi-Luong"),
        ("Khổng Lào", "khong-lao", "Khong-Lao"),
        ("  Đông Phong / 2 ", "dong-phong-2", "Dong-Phong-2"),
        ("../Ma Li\x00", "ma-li", "Ma-Li"),
    ],
)
def test_slug_when_named_then_ascii(text, piece, name):
    assert vi.slug(text) == piece
    assert vi.ascii_name(text) == name


@given(st.text())
def test_slug_when_any_text_then_a_piece_of_an_id_or_refused(text):
    try:
        piece = vi.slug(text)
    except ValueError:
        return
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", piece)
    assert vi.slug(piece) == piece
