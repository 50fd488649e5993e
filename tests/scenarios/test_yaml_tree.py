"""The reader of YAML: core scalars of 1.2, positions, and what it refuses; the C parser and the Python one alike."""

import math

import pytest
import yaml

from scenarios import yaml_tree
from scenarios.yaml_tree import MAX_DEPTH, Mark, read_scalar, read_tree


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = getattr(yaml, request.param, None)
    if loader is None:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml_tree, "_LOADER", loader)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("40_000", "40_000"),
        ("+2", 2),
        ("-2.5e3", -2500.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e5", 1e5),
        ("2027-04-01", "2027-04-01"),
        ("10%", "10%"),
        ("~", None),
        ("", None),
        ("Null", None),
        ("True", True),
        ("tRue", "tRue"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("9" * 400, math.inf),
    ],
)
def test_plain_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert read_scalar(text) == value
    assert type(read_scalar(text)) is type(value)
    assert read_tree(f"a: {text}").value == {"a": value}


def test_quoted_scalars_are_text() -> None:
    assert read_tree("a: '5'\nb: \"true\"\n\"c\": ''").value == {"a": "5", "b": "true", "c": ""}


def test_every_value_and_name_has_its_position() -> None:
    tree = read_tree("a: 1\nb:\n  - x\n  - {é: [2, 3], d: 4}\nf: 'u'\n")
    assert tree.mark(("a",)) == Mark(1, 4)
    assert tree.mark(("b", 0)) == Mark(3, 5)
    assert tree.mark(("b", 1, "é", 1)) == Mark(4, 13)
    assert tree.key_mark(("b", 1, "d")) == Mark(4, 17)
    assert tree.key_mark(("f",)) == Mark(5, 1)
    assert tree.mark(("b", 1, "nothing", "here")) == tree.mark(("b", 1))


def test_names_stay_text() -> None:
    assert read_tree("2027: a\nno: b\n~: c").value == {"2027": "a", "no": "b", "~": "c"}


def test_duplicate_names_are_refused_at_the_second() -> None:
    (fault,) = read_tree("a: 1\nb: 2\n'a': 3\n").faults
    assert (fault.mark, fault.path) == (Mark(3, 1), "a")
    assert "first on line 1" in fault.rule


def test_aliases_and_merges_are_read() -> None:
    tree = read_tree("base: &b {x: 1, y: [2]}\nother: {<<: *b, x: 5}\nmany: {<<: [{z: 1}, *b, {z: 2}]}\ncopy: *b\n")
    assert tree.faults == ()
    assert tree.value["other"] == {"x": 5, "y": [2]}
    assert tree.value["many"] == {"z": 1, "x": 1, "y": [2]}
    assert tree.value["copy"] == tree.value["base"]
    assert tree.mark(("other", "y")) == Mark(1, 20)


@pytest.mark.parametrize(
    ("text", "words", "mark"),
    [
        ("a: !!python/object/apply:os.system [x]", "tags are not read", Mark(1, 4)),
        ("a: !x 1", "tags are not read", Mark(1, 4)),
        ("a: ! 1", "tags are not read", Mark(1, 4)),
        ("a: |\n  x\n", "block text", Mark(1, 4)),
        ("a: >-\n  x\n", "block text", Mark(1, 4)),
        ("a: 1\n---\nb: 2\n", "a second document", Mark(2, 1)),
        ("%YAML 1.1\n---\na: 1\n", "read as YAML 1.2", Mark(1, 1)),
        ("a: *x", "has no anchor", Mark(1, 4)),
        ("a: &x [1, *x]", "stands inside its own anchor", Mark(1, 11)),
        ("a: 1\n<<: 5", "<< takes a mapping", Mark(2, 5)),
        ("? [a]\n: 1", "a name must be text", Mark(1, 3)),
        ("a: b: c", "is not YAML", Mark(1, 5)),
        ("a: @x", "is not YAML", Mark(1, 4)),
        ("a: " + "[" * (MAX_DEPTH + 1), "nested more than", Mark(1, 3 + MAX_DEPTH)),
    ],
)
def test_refused_with_its_position(text: str, words: str, mark: Mark) -> None:
    fault = read_tree(text).faults[0]
    assert words in fault.rule
    assert fault.mark == mark


def test_a_tag_of_quoted_text_is_not_one() -> None:
    assert read_tree("a: 'x'\nb: \"y\"").faults == ()


@pytest.mark.parametrize("levels", [MAX_DEPTH, 10_000, 200_000])
def test_depth_is_bounded(levels: int) -> None:
    tree = read_tree("a: " + "[" * levels + "]" * levels)
    assert tree.value is None
    assert "nested" in tree.faults[0].rule


def test_an_alias_bomb_is_refused_within_the_budget() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    tree = read_tree("\n".join(lines))
    assert tree.value is None
    assert "aliases counted" in tree.faults[0].rule


def test_the_hint_for_a_tab() -> None:
    fault = read_tree("a:\n\tb: 1\n").faults[0]
    assert fault.mark.line == 2
    assert "spaces" in fault.remedy
