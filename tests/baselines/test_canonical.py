"""One way to write each value: vectors, refusals, and properties of what is written."""

import csv
import hashlib
import io
import tomllib
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline_compare.baselines.canonical import (
    DEEPEST_JSON,
    canonical_csv,
    canonical_json,
    parse_json,
    toml_bytes,
)
from baseline_compare.errors import ReleaseError

COMPOSED, DECOMPOSED = "Äänekoski", "A\u0308a\u0308nekoski"
INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180e\u3164\ufe00\ufe0f"

letters = st.characters(
    exclude_categories=("Cs", "Cc", "Cf", "Cn", "Co", "Zl", "Zp"), exclude_characters=INVISIBLE
).filter(lambda letter: "VARIATION SELECTOR" not in unicodedata.name(letter, ""))


def normalised(text: str) -> str:
    return unicodedata.normalize("NFC", text)


words = st.text(letters, max_size=12).map(normalised)
cells = st.one_of(
    st.text(st.one_of(letters, st.sampled_from(',"\n;')), max_size=12).map(normalised),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda n: f"{abs(n):f}"),
    st.integers(max_value=-1).map(str),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)
toml_documents = st.recursive(
    st.dictionaries(words, words | st.booleans() | st.lists(words, max_size=3), max_size=4),
    lambda inner: st.dictionaries(
        words, inner.filter(bool) | words | st.lists(words, max_size=3), max_size=4
    ),
    max_leaves=8,
)


class TestVectors:
    def test_json(self):
        content = canonical_json({"n": 3, "b": "1.10", "a": [DECOMPOSED, "KU992"]})
        assert content == '{"a":["Äänekoski","KU992"],"b":"1.10","n":3}\n'.encode()
        assert len(content) == 47
        expected = "252af7b1074782b9263fe677df63872fcd2f1a833aca300e6549c1904575b915"
        assert hashlib.sha256(content).hexdigest() == expected

    def test_csv(self):
        content = canonical_csv(
            ["indicator", "area", "period", "state", "value", "low", "high"],
            [
                ("ind_b", "KU992", "2022", "value", "7.50", "", ""),
                ("ind_a", "KU091", "2022", "suppressed", "", "1", "4"),
                ("ind_a", "KU091", "2021", "value", "-5", "", ""),
            ],
            key=("indicator", "area", "period"),
            file="measurements.csv",
        )
        assert content.decode().splitlines() == [
            "indicator,area,period,state,value,low,high",
            "ind_a,KU091,2021,value,-5,,",
            "ind_a,KU091,2022,suppressed,,1,4",
            "ind_b,KU992,2022,value,7.50,,",
        ]
        assert len(content) == 134
        assert content.endswith(b"7.50,,\n")
        expected = "04202a307b939592822e375b10a8f4fad4bf893a6bc22871ba521648e99ce060"
        assert hashlib.sha256(content).hexdigest() == expected


class TestCanonicalJson:
    def test_keys_are_sorted_by_code_point(self):
        assert canonical_json({"ä": 1, "a": 2, "Z": 3, "z": 4}).decode() == (
            '{"Z":3,"a":2,"z":4,"ä":1}\n'
        )

    def test_text_stays_unescaped_where_possible(self):
        assert canonical_json('ä€𝄞/"\\\n') == '"ä€𝄞/\\"\\\\\\n"\n'.encode()

    @pytest.mark.parametrize("number", [2**53, -(2**53), 10**40])
    def test_integers_beyond_2_to_the_53_are_refused(self, number):
        with pytest.raises(ReleaseError) as caught:
            canonical_json({"n": [number]})
        assert caught.value.code == "number.precision"

    @pytest.mark.parametrize("number", [2**53 - 1, -(2**53) + 1, 0])
    def test_the_largest_integers_are_written(self, number):
        assert canonical_json(number) == f"{number}\n".encode()

    @pytest.mark.parametrize("number", [0.5, 1.0, float("nan"), float("inf"), -float("inf")])
    def test_numbers_that_are_no_integers_are_refused(self, number):
        with pytest.raises(ReleaseError) as caught:
            canonical_json({"n": number})
        assert caught.value.code == "json.nonfinite"

    @pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
    def test_a_lone_surrogate_is_refused(self, text):
        with pytest.raises(ReleaseError):
            canonical_json({"title": text})

    @pytest.mark.parametrize("text", ["\x85", "\u202e", "\u200b", "\ufeff", "\u2066"])
    def test_controls_and_invisible_characters_are_refused(self, text):
        with pytest.raises(ReleaseError):
            canonical_json({"title": f"a{text}b"})

    def test_keys_that_are_equal_in_nfc_are_refused(self):
        with pytest.raises(ReleaseError) as caught:
            canonical_json({COMPOSED: 1, DECOMPOSED: 2})
        assert caught.value.code == "json.duplicate_key"

    @given(json_values)
    @settings(deadline=None)
    def test_what_is_written_is_read_back(self, value):
        content = canonical_json(value)
        assert parse_json(content, file="x.json") == value
        assert canonical_json(parse_json(content, file="x.json")) == content

    @given(st.dictionaries(words, st.integers(0, 9), max_size=6), st.randoms())
    @settings(deadline=None)
    def test_the_order_of_keys_does_not_matter(self, table, random):
        items = list(table.items())
        random.shuffle(items)
        assert canonical_json(dict(items)) == canonical_json(table)


class TestParseJson:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b'{"a":1,"a":1}', "json.duplicate_key"),
            (b'[{"b":{"a":1,"a":2}}]', "json.duplicate_key"),
            (b'{"a":1,"\\u0061":2}', "json.duplicate_key"),
            (b'{"a":NaN}', "json.nonfinite"),
            (b"[Infinity]", "json.nonfinite"),
            (b"-Infinity", "json.nonfinite"),
            (b"[1e999]", "schema.type"),
            (b"[" * 100_000, "json.depth"),
            (b"[" * 100_000 + b"]" * 100_000, "json.depth"),
            (b'{"a":' * 65 + b"1" + b"}" * 65, "json.depth"),
            (b"{", "json.syntax"),
            (b"", "json.syntax"),
            (b'{"a":1}x', "json.syntax"),
            (b'{"a":"unclosed', "json.syntax"),
            (b"\xef\xbb\xbf{}", "json.syntax"),
            (b'{"a":"\xff"}', "encoding.invalid"),
            (b'{"n":' + b"9" * 5_000 + b"}", "number.range"),
        ],
        ids=lambda value: value if isinstance(value, str) else value[:16].decode("latin-1"),
    )
    def test_what_is_refused(self, content, code):
        with pytest.raises(ReleaseError) as caught:
            parse_json(content, file="datapackage.json")
        assert caught.value.code == code
        assert caught.value.problems[0].file == "datapackage.json"

    def test_the_deepest_value_that_is_read(self):
        content = b"[" * DEEPEST_JSON + b"]" * DEEPEST_JSON
        assert parse_json(content, file="x.json")[0] is not None

    def test_brackets_inside_text_are_not_levels(self):
        text = '\\"[{' * 100
        assert parse_json(f'["{text}"]'.encode(), file="x.json") == ['"[{' * 100]

    def test_a_code_stays_text(self):
        assert parse_json(b'{"code":"091"}', file="x.json") == {"code": "091"}


class TestCanonicalCsv:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("=1+1", "text.formula"),
            (" +1 a", "text.formula"),
            ("-5 %", "text.formula"),
            ("@a", "text.formula"),
            ("\n=1", "text.formula"),
            ("'=1", "text.formula"),
            ("\uff1d1", "text.formula"),
            ("a\tb", "text.control_char"),
            ("a\rb", "text.control_char"),
            ("a\x00b", "text.control_char"),
            ("a\x85b", "encoding.c1_control"),
            ("a\x7fb", "text.control_char"),
            ("a\u202eb", "text.bidi"),
            ("a\u2066b", "text.bidi"),
            ("a\u200bb", "text.invisible"),
            ("a\u00adb", "text.invisible"),
            ("a\ufeffb", "text.invisible"),
            ("a\u2028b", "text.invisible"),
        ],
        ids=ascii,
    )
    def test_text_that_is_refused(self, text, code):
        with pytest.raises(ReleaseError) as caught:
            canonical_csv(["id", "name"], [["a", text]], key=["id"], file="areas.csv")
        assert caught.value.code == code
        assert caught.value.problems[0].file == "areas.csv"

    @pytest.mark.parametrize("character", INVISIBLE, ids=ascii)
    def test_every_invisible_character_that_a_reader_refuses_is_refused(self, character):
        with pytest.raises(ReleaseError):
            canonical_csv(["id", "name"], [["a", f"a{character}b"]], key=["id"], file="x.csv")

    @pytest.mark.parametrize("text", ["a;=1+1", "a\n=1+1", "a|=1+1", "a, +1", "a; -b"], ids=ascii)
    def test_a_formula_where_another_reader_could_start_a_cell_is_refused(self, text):
        with pytest.raises(ReleaseError) as caught:
            canonical_csv(["id", "name"], [["a", text]], key=["id"], file="x.csv")
        assert caught.value.code == "text.formula"

    @pytest.mark.parametrize("text", ["-0", "-0.0", "-0.00"])
    def test_there_is_no_minus_zero(self, text):
        with pytest.raises(ReleaseError):
            canonical_csv(["id", "value"], [["a", text]], key=["id"], file="x.csv")

    @pytest.mark.parametrize("text", ["-5", "-0.5", "0", "7.50", "-120.00"])
    def test_numbers_are_written_as_they_are(self, text):
        content = canonical_csv(["id", "value"], [["a", text]], key=["id"], file="x.csv")
        assert content == f"id,value\na,{text}\n".encode()

    def test_a_lone_surrogate_is_refused(self):
        with pytest.raises(ReleaseError):
            canonical_csv(["id", "name"], [["a", "\ud800"]], key=["id"], file="x.csv")

    def test_a_key_that_stands_twice_is_refused(self):
        rows = [["a", "b", "1"], ["a", "c", "2"], ["a", "b", "1"]]
        with pytest.raises(ReleaseError) as caught:
            canonical_csv(["x", "y", "z"], rows, key=["x", "y"], file="t.csv")
        assert caught.value.code == "key.duplicate"
        assert caught.value.problems[0].found == "a, b"

    def test_a_key_that_stands_twice_after_nfc_is_refused(self):
        rows = [[COMPOSED, "1"], [DECOMPOSED, "2"]]
        with pytest.raises(ReleaseError) as caught:
            canonical_csv(["id", "n"], rows, key=["id"], file="t.csv")
        assert caught.value.code == "key.duplicate"

    def test_rows_are_sorted_as_they_are_written(self):
        rows = [["A\u0308", "1"], ["B", "2"], ["z", "3"]]
        content = canonical_csv(["id", "n"], rows, key=["id"], file="t.csv")
        assert content == "id,n\nB,2\nz,3\nÄ,1\n".encode()

    def test_a_field_is_quoted_only_if_it_has_to_be(self):
        rows = [["a", "x y;z"], ["b", "x,y"], ["c", 'x"y'], ["d", "x\ny"], ["e", ""]]
        content = canonical_csv(["id", "n"], rows, key=["id"], file="t.csv")
        assert content == b'id,n\na,x y;z\nb,"x,y"\nc,"x""y"\nd,"x\ny"\ne,\n'

    @given(
        st.lists(st.tuples(words, words, cells), unique_by=lambda row: row[:2], max_size=8),
        st.randoms(),
    )
    @settings(deadline=None)
    def test_what_is_written_is_read_back_in_one_order(self, rows, random):
        rows = [row for row in rows if not any(map(self._refused, row))]
        header, key = ["a", "b", "c"], ["a", "b"]
        content = canonical_csv(header, rows, key=key, file="t.csv")
        read = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
        assert read == [header, *map(list, sorted(rows))]
        shuffled = random.sample(rows, len(rows))
        assert canonical_csv(header, shuffled, key=key, file="t.csv") == content

    @staticmethod
    def _refused(text):
        try:
            canonical_csv(["id"], [[text]], key=["id"], file="t.csv")
        except ReleaseError as error:
            return error.code == "text.formula"
        return False


class TestTomlBytes:
    @given(toml_documents)
    @settings(deadline=None)
    def test_what_is_written_is_read_back(self, document):
        content = toml_bytes(document)
        assert tomllib.loads(content.decode()) == document
        assert content.endswith(b"\n")
        assert b"\r" not in content

    def test_an_empty_table_is_kept(self):
        document = {"a": {}, "b": {"c": {}, "d": "x"}}
        assert tomllib.loads(toml_bytes(document).decode()) == document

    def test_a_sub_table_takes_no_key_of_its_parent(self):
        document = {"a": {"b": {"x": "1"}, "y": "2"}, "z": "3"}
        assert tomllib.loads(toml_bytes(document).decode()) == document

    def test_text_is_composed(self):
        assert toml_bytes({"a": DECOMPOSED, DECOMPOSED: "b"}) == (
            f'a = "{COMPOSED}"\n"{COMPOSED}" = "b"\n'.encode()
        )

    @pytest.mark.parametrize("text", ["\x00", "\x1f", "\x7f", "\t", "\r\n", '"""', "\\u0041"])
    def test_text_is_read_back_or_refused(self, text):
        try:
            content = toml_bytes({"a": f"x{text}y", "b": [text]})
        except ReleaseError:
            return
        assert tomllib.loads(content.decode()) == {"a": f"x{text}y", "b": [text]}

    @pytest.mark.parametrize("text", ["\x85", "\u202e", "\u200b", "\ufeff"], ids=ascii)
    def test_controls_and_invisible_characters_are_refused(self, text):
        with pytest.raises(ReleaseError):
            toml_bytes({"a": f"a{text}b"})

    def test_a_lone_surrogate_is_refused(self):
        with pytest.raises(ReleaseError):
            toml_bytes({"a": "\ud800"})

    @pytest.mark.parametrize("value", [1, 0.5, None, [1], float("nan"), {"b": 1}, b"x"])
    def test_a_bare_number_is_refused(self, value):
        with pytest.raises(ReleaseError) as caught:
            toml_bytes({"a": value})
        assert caught.value.code == "schema.type"
