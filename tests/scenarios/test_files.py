"""Files: encodings, limits, JSON, and every problem of a file at once with its position and its line."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.files import MAX_BYTES, Document, read_document, read_noun, read_text
from scenarios.refusals import shown
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.plan import Plan

PLAN = "name: P\nstart: 2027-01-01\nteams:\n  sdr: {headcount: 1}\n  ae: {headcount: 1}\n"


def problems_of(
    folder: Path, text: str, name: str = "plan.yaml", noun: type[Plan] | type[Funnel] = Plan
) -> list[Problem]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    document, problems = read_document(file)
    return [*problems, *read_noun(document, noun).problems]


def test_the_message_has_position_path_rule_value_line_and_suggestion(tmp_path: Path) -> None:
    text = PLAN + "spend:\n  search: -5\nnurture: {cost_per_tuch: 3}\n"
    first, second = problems_of(tmp_path, text)
    file = tmp_path / "plan.yaml"
    assert str(first) == f"{file}:7:11: spend.search: must be at least 0 (got -5)\n    search: -5"
    assert str(second) == (
        f"{file}:8:11: nurture.cost_per_tuch: unknown field\n    nurture: {{cost_per_tuch: 3}}\n"
        "    did you mean cost_per_touch?"
    )


@pytest.mark.parametrize(
    ("line", "rule", "got"),
    [
        ("months: 1.5", "must be a whole number", "1.5"),
        ("months: soon", "must be a number such as 40000, 40_000, 40k, 1.2M or 10%", "'soon'"),
        ("months: .nan", "must be a finite number", ".nan, not a number"),
        ("currency: usd", "must be three capital letters such as USD", "'usd'"),
        ("scoring:", "must be a mapping of fields", "nothing"),
        ("spend: 5", "must be a mapping of names to values", "5"),
        ("spend: {a: []}", "must have at least 1 entry", "an empty list"),
        ("calendar: {holidays: {a: 1}}", "must be text or a list", "a mapping"),
        ("calendar: {holidays: [x]}", "must be a date such as 2027-01-31", "'x'"),
        ("handoff: {attempts: 0}", "must be at least 1", "0"),
        ("pay: {commission: {marketing_sourced: 110%}}", "must be at most 1", "'110%'"),
        ("targets: {by: 2027}", "must be a month such as 2027-04", "2027"),
        ("open_pipeline: 5", "must be text", "5"),
        ("spend: {a: {from: 2027-01}}", "missing", ""),
        ("spend: {a: true}", "must be a number", "true"),
    ],
)
def test_rules_are_in_a_planners_words(tmp_path: Path, line: str, rule: str, got: str) -> None:
    (problem,) = problems_of(tmp_path, f"{PLAN}{line}\n")
    assert (problem.rule, problem.got) == (rule, got)
    assert problem.where.startswith(f"{tmp_path / 'plan.yaml'}:6:")


@pytest.mark.parametrize(
    ("value", "hint"),
    [("\u22125", "not a plain hyphen"), ("1,000", "leave the commas out"), ("$5", "leave the currency out")],
)
def test_numbers_that_are_nearly_numbers_get_a_hint(tmp_path: Path, value: str, hint: str) -> None:
    (problem,) = problems_of(tmp_path, f"{PLAN}spend: {{a: '{value}'}}\n")
    assert hint in problem.remedy


def test_laws_are_named_without_their_classes(tmp_path: Path) -> None:
    text = "name: F\nsegments:\n  a: {value: {law: beta}}\n  b: {value: {median: 1}}\n"
    text += "  c: {value: {law: weibull, scale: x}}\n"
    found = {problem.where.split(": ", 1)[1]: problem for problem in problems_of(tmp_path, text, "funnel.yaml", Funnel)}
    laws = "one of constant, exponential, lognormal, weibull, gamma, table"
    assert found["segments.a.value.law"].rule == f"must be {laws}"
    assert found["segments.b.value.law"].rule == f"missing: {laws}"
    assert found["segments.c.value.shape"].rule == "missing"
    assert found["segments.c.value.scale"].got == "'x'"
    assert found["channels"].rule == "missing"
    assert len(found) == 7


def test_utf8_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + PLAN.replace("name: P", "name: Zoë").encode())
    document, problems = read_document(file)
    assert problems == []
    assert document.value["name"] == "Zoë"
    assert document.tree.mark(("name",)) == (1, 7)


@pytest.mark.parametrize(
    ("data", "where", "got"),
    [
        ("name: é".encode("latin-1"), "1:7", "byte 0xe9"),
        (b"a: 1\nb: \xff", "2:4", "byte 0xff"),
        ("name: x".encode("utf-16"), "1:1", "UTF-16"),
        (b"a: 1\nb\0: 2", "2:2", "U+0000"),
        (b"a: \x1b[31m", "1:4", "U+001B"),
        (b"\xef\xbb\xbfa: \xff", "1:4", "byte 0xff"),
    ],
)
def test_what_is_no_utf8_text_is_refused_with_its_position(tmp_path: Path, data: bytes, where: str, got: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_document(file)
    (problem,) = caught.value.problems
    assert (problem.where, problem.got) == (f"{file}:{where}", got)


def test_a_large_file_is_refused_with_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"#" * 10_000_000)
    with pytest.raises(InputError) as caught:
        read_document(file)
    assert str(caught.value) == f"{file}:1:1: must be at most {MAX_BYTES / 1e6:g} MB (got 10 MB)"


@pytest.mark.parametrize("content", ["", "\n", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.yaml").write_text(content)
    with pytest.raises(InputError, match=r"plan.yaml:1:1: is empty"):
        read_document(tmp_path / "plan.yaml")


@pytest.mark.parametrize("content", ["5", "[1]", "text", "- a: 1"])
def test_a_root_that_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.yaml").write_text(content)
    with pytest.raises(InputError, match=r"plan.yaml:1:1: must be a mapping of fields"):
        read_document(tmp_path / "plan.yaml")


def test_a_missing_file_is_refused_with_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN)
    with pytest.raises(InputError, match="no such file") as caught:
        read_text(tmp_path / "plam.yaml")
    assert caught.value.problems[0].remedy == "did you mean plan.yaml?"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=20), json_values, min_size=1, max_size=5), st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_json(
    tmp_path_factory: pytest.TempPathFactory, value: object, indent: int | str | None
) -> None:
    file = tmp_path_factory.mktemp("json") / "plan.json"
    file.write_text(json.dumps(value, indent=indent))
    document, problems = read_document(file)
    assert problems == []
    assert document.value == value


def test_a_part_that_is_sound_is_judged_though_another_is_not(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN.replace("2027-01-01", "soon") + "months: 24\nnope: 1\n")
    document, _ = read_document(file)
    reading = read_noun(document, Plan, {"start": "2000-01-01"})
    assert reading.noun is not None
    assert reading.noun.months == 24
    assert reading.pruned == {("start",), ("nope",)}
    assert len(reading.problems) == 2


def test_values_are_shown_short_and_harmless() -> None:
    assert shown("\x1b[31mred") == r"'\x1b[31mred'"
    assert len(shown("x" * 1000)) < 70
    assert shown(10**400) == "a number of about 400 digits"
    assert shown([]) == "an empty list"


def test_a_quoted_line_is_cut_to_the_neighbourhood(tmp_path: Path) -> None:
    text = PLAN + "costs: {" + ", ".join(f"cost_number_{n}: 1" for n in range(100)) + ", last: -1}\n"
    (problem,) = problems_of(tmp_path, text)
    assert len(problem.quote) < 130
    assert "last: -1" in problem.quote


def test_a_document_knows_its_lines(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"a: 1\r\nb: 2\rc: 3\n")
    document, _ = read_document(tmp_path / "plan.yaml")
    assert isinstance(document, Document)
    assert document.lines[:3] == ("a: 1", "b: 2", "c: 3")
    assert document.tree.mark(("c",)) == (3, 4)
