"""A grammar of broken companies: a sound small company, and the ways in which one thing or several are made wrong.

    company    ::= funnel.yaml plan.yaml scenarios/what-if.yaml scenarios/second.json history/open_opportunities.csv
    broken     ::= company with one to three breakages
    breakage   ::= type | range | not finite | unknown field | missing field | null | cross-field | change
                 | syntax | encoding | empty | root | documents | tag | block text | depth | size | alias | duplicate
                 | extends | rows
    type       ::= a field of kind number, count, share, date, text, list or mapping holds a value of another kind
    range      ::= a number just or far outside its bounds
    not finite ::= .nan | .inf | -.inf | 1e999 where a number belongs
    change     ::= a malformed relative change, an unknown or fixed path, or a result out of bounds
    alias      ::= a bomb (each level nine times the one before) | an alias inside its own anchor | no such anchor
    extends    ::= a ring of one to four files | a missing file | a folder

A breakage is a function of Hypothesis' `draw` and the company; it changes the company's plain values or its bytes and
returns the file that must be named. Every breakage alone makes the company unsound, whatever else is broken.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

__all__ = ["BREAKAGES", "Company", "broken", "sound", "write"]

Draw = Callable[[Any], Any]
PLAN, FUNNEL, WHAT_IF, SECOND = "plan.yaml", "funnel.yaml", "scenarios/what-if.yaml", "scenarios/second.json"
CSV = "history/open_opportunities.csv"


class Raw(str):
    """Text that stands in the file as it is."""


@dataclass
class Company:
    """Files as plain values, and as bytes where these take the place of the values."""

    values: dict[str, Any]
    rows: list[list[str]]
    raw: dict[str, bytes] = field(default_factory=dict)

    def text(self, file: str) -> str:
        return "".join(f"{name}: {_flow(value)}\n" for name, value in self.values[file].items())

    def files(self) -> dict[str, bytes]:
        made = {file: self.text(file).encode() for file in (PLAN, FUNNEL, WHAT_IF)}
        made[SECOND] = _flow(self.values[SECOND]).encode()
        made[CSV] = "".join(",".join(row) + "\n" for row in self.rows).encode()
        return {**made, **self.raw}


def _flow(value: Any) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value)


def sound() -> Company:
    """The company that all breakages start from."""
    stage = {
        "time": {"law": "weibull", "shape": 1.4, "scale": 20},
        "advance": 0.5,
        "losses": {"lost": 0.4, "late": 0.6},
    }
    funnel = {
        "name": "Small",
        "channels": {
            "search": {"leads": 80, "spend": 20000, "segments": {"smb": 0.5, "ent": 0.5}},
            "content": {"leads": 60, "spend": 10000, "segments": {"smb": 1.0}, "base_share": 0.35},
        },
        "segments": {"smb": {"value": {"law": "lognormal", "median": 12000, "sigma": 0.4}}, "ent": {"value": 60000}},
        "products": {"suite": {"mix": 0.7}, "service": {"mix": 0.3, "margin": 0.5}},
        "stages": {"demo": {**copy.deepcopy(stage), "effort": 3}, "proposal": copy.deepcopy(stage)},
        "arrivals": {"growth": 1.1, "season": [1.0] * 12},
        "sales_development": {"contact": [0.2, 0.1, 0.1]},
    }
    plan = {
        "name": "Plan",
        "start": "2027-01-01",
        "months": 12,
        "currency": "USD",
        "calendar": {"days": "mon-fri", "hours": "09:00-17:00", "timezone": "UTC", "holidays": ["2027-12-24"]},
        "spend": {"search": [20000] * 12, "content": [{"from": "2027-01", "amount": 10000}]},
        "scoring": {"threshold": 1.0, "form_fields": 4},
        "nurture": {"touches_per_month": 2, "cost_per_touch": 1.5, "release_after": 12},
        "handoff": {"attempts": 3},
        "teams": {
            "sdr": {"headcount": 4, "hires": [{"month": "2027-04", "add": 2}], "base": 55000, "overhead": 1.25},
            "ae": {"headcount": 6, "base": 75000, "quota": 600000},
        },
        "pay": {"commission": {"marketing_sourced": 0.1}},
        "costs": {"tools": 1000},
        "run_in": 9,
        "follow": 12,
        "open_pipeline": CSV,
    }
    what_if = {
        "name": "What if",
        "extends": "second.json",
        "change": [{"teams.sdr.headcount": Raw("+2 from 2027-04")}, {"spend.search": Raw("-15%")}],
    }
    second = {"name": "Second", "extends": "../plan.yaml", "change": {"handoff.attempts": 2}}
    rows = [
        ["id", "channel", "segment", "product", "stage", "amount", "opened", "stage_entered"],
        ["o1", "search", "smb", "suite", "demo", "12000", "2026-11-01", "2026-12-01"],
        ["o2", "content", "smb", "service", "proposal", "", "2026-10-01T12:00:00", "2026-12-15"],
    ]
    return Company({PLAN: plan, FUNNEL: funnel, WHAT_IF: what_if, SECOND: second}, rows)


def write(company: Company, folder: Path) -> None:
    """Write a company's files."""
    for name, data in company.files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _set(company: Company, file: str, path: tuple[Any, ...], value: Any) -> None:
    """Set a value; where another breakage has replaced a container on the way, the file is broken already."""
    tree = company.values[file]
    for part in path[:-1]:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(tree, dict) or (isinstance(tree, list) and len(tree) > path[-1]):
        tree[path[-1]] = value


_SPOTS: dict[str, list[tuple[str, tuple[Any, ...]]]] = {
    "number": [
        (PLAN, ("spend", "search", 3)),
        (PLAN, ("spend", "content", 0, "amount")),
        (PLAN, ("scoring", "threshold")),
        (PLAN, ("nurture", "touches_per_month")),
        (PLAN, ("teams", "sdr", "base")),
        (PLAN, ("teams", "ae", "overhead")),
        (PLAN, ("costs", "tools")),
        (FUNNEL, ("channels", "search", "leads")),
        (FUNNEL, ("channels", "search", "spend")),
        (FUNNEL, ("channels", "content", "intent")),
        (FUNNEL, ("segments", "smb", "value", "median")),
        (FUNNEL, ("stages", "demo", "time", "shape")),
        (FUNNEL, ("arrivals", "growth")),
        (FUNNEL, ("arrivals", "season", 5)),
    ],
    "count": [
        (PLAN, ("teams", "sdr", "headcount")),
        (PLAN, ("teams", "sdr", "hires", 0, "add")),
        (PLAN, ("handoff", "attempts")),
        (PLAN, ("scoring", "form_fields")),
        (PLAN, ("months",)),
        (PLAN, ("run_in",)),
    ],
    "share": [
        (PLAN, ("pay", "commission", "marketing_sourced")),
        (FUNNEL, ("channels", "content", "base_share")),
        (FUNNEL, ("channels", "search", "segments", "smb")),
        (FUNNEL, ("products", "service", "margin")),
        (FUNNEL, ("stages", "demo", "advance")),
        (FUNNEL, ("stages", "demo", "losses", "lost")),
        (FUNNEL, ("sales_development", "contact", 1)),
    ],
    "date": [
        (PLAN, ("start",)),
        (PLAN, ("teams", "sdr", "hires", 0, "month")),
        (PLAN, ("spend", "content", 0, "from")),
        (PLAN, ("calendar", "holidays", 0)),
    ],
    "text": [
        (PLAN, ("name",)),
        (PLAN, ("currency",)),
        (PLAN, ("calendar", "timezone")),
        (PLAN, ("open_pipeline",)),
        (FUNNEL, ("name",)),
        (WHAT_IF, ("extends",)),
    ],
    "list": [(FUNNEL, ("arrivals", "season")), (FUNNEL, ("sales_development", "contact"))],
    "mapping": [
        (PLAN, ("spend",)),
        (PLAN, ("teams",)),
        (PLAN, ("teams", "ae")),
        (PLAN, ("pay", "commission")),
        (FUNNEL, ("channels",)),
        (FUNNEL, ("channels", "search")),
        (FUNNEL, ("stages", "demo")),
        (FUNNEL, ("segments", "ent")),
    ],
}
_WORDS = ["many", "no", "12:30", "1,000", "\u221215", "$5", "1 000", "", "0b1", "++2", "10 %%"]
_OTHERS: dict[str, list[Any]] = {
    "number": [*_WORDS, True, [], [1, "x"], {}, {"a": 1}, "2 parsecs"],
    "count": [*_WORDS, True, 1.5, [], {"a": 1}, "2.5"],
    "share": [*_WORDS, True, [0.1], {"a": 1}],
    "date": ["soon", 5, True, [], {}, "2027-13-01", "2027-02-30x", "01/02/2027"],
    "text": [5, 1.5, True, [], {}],
    "list": [5, "x", True, {}],
    "mapping": [5, "x", True, []],
}


def wrong_type(draw: Draw, company: Company) -> str:
    kind = draw(st.sampled_from(sorted(_SPOTS)))
    file, path = draw(st.sampled_from(_SPOTS[kind]))
    _set(company, file, path, draw(st.sampled_from(_OTHERS[kind])))
    return str(file)


def out_of_range(draw: Draw, company: Company) -> str:
    kind = draw(st.sampled_from(["number", "count", "share"]))
    file, path = draw(st.sampled_from(_SPOTS[kind]))
    above = draw(st.sampled_from([1e16, 1e30, 10**400, "1e300"])) if kind != "share" else 1 + draw(st.floats(1e-6, 1e6))
    below = -draw(st.floats(1e-6, 1e15)) if path[-1] not in ("threshold", "intent") else -1e17
    _set(company, file, path, draw(st.sampled_from([above, below])))
    return str(file)


def not_finite(draw: Draw, company: Company) -> str:
    kind = draw(st.sampled_from(["number", "count", "share"]))
    file, path = draw(st.sampled_from(_SPOTS[kind]))
    _set(company, file, path, Raw(draw(st.sampled_from([".nan", ".inf", "-.inf", ".NaN", "1e999", "-1e999"]))))
    return str(file)


def null_value(draw: Draw, company: Company) -> str:
    kind = draw(st.sampled_from(["number", "count", "share", "list", "mapping"]))
    file, path = draw(st.sampled_from(_SPOTS[kind]))
    _set(company, file, path, None)
    return str(file)


def unknown_field(draw: Draw, company: Company) -> str:
    spots = [
        (PLAN, ()),
        (PLAN, ("teams", "sdr")),
        (PLAN, ("calendar",)),
        (FUNNEL, ()),
        (FUNNEL, ("channels", "search")),
    ]
    spots += [(FUNNEL, ("stages", "demo", "time")), (FUNNEL, ("arrivals",)), (WHAT_IF, ()), (SECOND, ())]
    file, path = draw(st.sampled_from(spots))
    name = draw(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20))
    _set(company, file, (*path, f"{name}?"), draw(st.sampled_from([1, "x", None, [], {}])))
    return str(file)


def missing_field(draw: Draw, company: Company) -> str:
    spots = [(PLAN, ("name",)), (PLAN, ("start",)), (PLAN, ("teams",)), (PLAN, ("teams", "ae", "headcount"))]
    spots += [(PLAN, ("spend", "content", 0, "from")), (FUNNEL, ("name",)), (FUNNEL, ("channels", "search", "leads"))]
    spots += [(FUNNEL, ("stages", "demo", "advance")), (FUNNEL, ("segments", "smb", "value", "sigma"))]
    spots += [(FUNNEL, ("stages",)), (FUNNEL, ("segments",)), (WHAT_IF, ("extends",))]
    file, path = draw(st.sampled_from(spots))
    tree = company.values[file]
    for part in path[:-1]:
        if not isinstance(tree, (dict, list)) or (isinstance(tree, dict) and part not in tree):
            return str(file)
        if isinstance(tree, list) and not tree:
            return str(file)
        tree = tree[part]
    if isinstance(tree, dict):
        tree.pop(path[-1], None)
    return str(file)


def cross_field(draw: Draw, company: Company) -> str:
    spots = [
        (FUNNEL, ("channels", "search", "segments"), {"smb": 0.5, "ent": 0.4}),
        (FUNNEL, ("channels", "search", "segments"), {"smb": 0.5, "nobody": 0.5}),
        (FUNNEL, ("products", "suite", "mix"), 0.8),
        (FUNNEL, ("stages", "demo", "losses"), {"lost": 0.9}),
        (FUNNEL, ("stages", "demo", "losses"), {}),
        (FUNNEL, ("arrivals", "season"), [1.1] * 12),
        (FUNNEL, ("arrivals", "season"), [1.0] * 11),
        (FUNNEL, ("channels", "search", "key"), "content"),
        (FUNNEL, ("segments", "smb", "value"), {"law": "lognormal", "median": 1, "mean": 1, "sigma": 1}),
        (FUNNEL, ("segments", "smb", "value"), {"law": "table", "at": [1, 2], "cumulative": [0, 0.5]}),
        (FUNNEL, ("segments", "smb", "value"), {"law": "gaussian", "mean": 1}),
        (FUNNEL, ("origin",), {"channels.serch.leads": "fitted"}),
        (FUNNEL, ("channels", "search", "leads"), 1e8),
        (PLAN, ("spend", "serch"), 5),
        (PLAN, ("spend", "search"), [1] * 11),
        (PLAN, ("spend", "content"), [{"from": "2027-01", "amount": 1}, {"from": "2027-01", "amount": 2}]),
        (PLAN, ("teams", "sdr", "hires"), [{"month": "2028-01", "add": 1}]),
        (PLAN, ("teams", "sdr", "key"), "ae"),
        (PLAN, ("handoff", "attempts"), 4),
        (PLAN, ("calendar", "holidays"), "XX"),
        (PLAN, ("calendar", "holidays"), "US-ZZ"),
        (PLAN, ("calendar", "timezone"), "Europe/Nowhere"),
        (PLAN, ("calendar", "hours"), "17:00-09:00"),
        (PLAN, ("start",), "9999-01-01"),
    ]
    file, path, value = draw(st.sampled_from(spots))
    _set(company, file, path, value)
    return "" if path[-1] == "leads" else str(file)


_BAD_MOVES = ["+", "-", "+%", "+x", "+2ppp", "+2 form 2027-04", "+2 from 2027-4", "+2 from 2027-13", "+.inf", "-.inf"]
_BAD_MOVES += ["+2 until 2027-04 from 2027-09", "+2 from 2027-09 until 2027-04", "+2 from 2031-01", "\u221215%", "= "]
_BAD_MOVES += ["+2pp", "+1e999", "-200%", "+5 dogs", "+--2", "=", "+1,000"]


def bad_change(draw: Draw, company: Company) -> str:
    entries = [{"spend.search": move} for move in _BAD_MOVES]
    entries += [{path: "+20%"} for path in ("spend.serch", "teams.sdr", "a..b", "", '"', "nurture.ready_good", "spend")]
    entries += [
        {path: 5} for path in ("start", "run_in", "channels.search.key", "funnel", "funnel.nope", "teams.sdr.base.x")
    ]
    entries += [{"teams.ae.headcount": "+7%"}, {"handoff.attempts": 99}, {"stages.demo.advance": "+60pp"}]
    entries += [{"scoring.threshold": "+1 from 2027-04"}, {"open_pipeline": "+1"}, {"months": 0}, {"spend.search": {}}]
    entries += [{"channels.search.segments.smb": "+1pp"}, {"months": 24}, {"spend.search": [1, "+2"]}]
    entries += [5, "x", [], {"a": 1, "b": 2}, {}]
    company.values[WHAT_IF]["change"] = [draw(st.sampled_from(entries))]
    return WHAT_IF


def _any_yaml(draw: Draw) -> str:
    return str(draw(st.sampled_from([PLAN, FUNNEL, WHAT_IF])))


def syntax(draw: Draw, company: Company) -> str:
    file = _any_yaml(draw)
    tail = draw(
        st.sampled_from(["a: [1, 2", "b: {c", "\tx: 1", "d: 'open", "e: f: g", "- 1", "%", "@x: 1", "&: 1", "]"])
    )
    company.raw[file] = (company.text(file) + tail).encode()
    return file


def encoding(draw: Draw, company: Company) -> str:
    file = draw(st.sampled_from([PLAN, FUNNEL, WHAT_IF, CSV]))
    data = company.files()[file]
    at = draw(st.integers(0, len(data)))
    bad = draw(
        st.sampled_from([b"\xff", b"\xc3(", b"\xe2\x82", b"\0", b"\x80", b"\x07", b"\x1b[31m", "\ufeff".encode()[:2]])
    )
    spoilt = [data[:at] + bad + data[at:], data.decode().encode("utf-16"), b"\xff\xfe" + data]
    spoilt += [data.decode().encode("utf-16-le"), data.decode().encode("utf-32-be")]
    company.raw[file] = draw(st.sampled_from(spoilt))
    return str(file)


def empty(draw: Draw, company: Company) -> str:
    file = draw(st.sampled_from([PLAN, FUNNEL, WHAT_IF, SECOND, CSV]))
    contents = [b"", b"\n\n"] + ([] if file == CSV else [b"# only a comment\n", b"---\n", b"null\n", b"~", b"{}"])
    company.raw[file] = draw(st.sampled_from(contents))
    return str(file)


def root(draw: Draw, company: Company) -> str:
    file = draw(st.sampled_from([PLAN, FUNNEL, WHAT_IF, SECOND]))
    company.raw[file] = draw(st.sampled_from([b"5", b"[]", b"- a: 1", b"text", b"true", b".nan", b'"quoted"']))
    return str(file)


def documents(draw: Draw, company: Company) -> str:
    file = _any_yaml(draw)
    company.raw[file] = (company.text(file) + "---\nname: another\n").encode()
    return file


def form(draw: Draw, company: Company) -> str:
    """Tags, block text and duplicates."""
    file = _any_yaml(draw)
    tails = [
        "x: !!python/object/apply:os.system ['true']",
        "x: !secret 1",
        "x: ! 1",
        "!!str x: 1",
        "x: |\n  text",
        "x: >-\n  5",
    ]
    tails += ["name: again", '"name": again', "? [a]\n: 1", "<<: 5", "? {a: 1}\n: 2"]
    company.raw[file] = (company.text(file) + draw(st.sampled_from(tails)) + "\n").encode()
    return file


def depth(draw: Draw, company: Company) -> str:
    file = draw(st.sampled_from([PLAN, FUNNEL, WHAT_IF, SECOND]))
    levels = draw(st.sampled_from([41, 100, 5_000, 100_000]))
    opening, closing = draw(st.sampled_from([("[", "]"), ('{"a": ', "}"), ("[", "")]))
    inside = opening * levels + ("1" if closing == "}" else "") + closing * levels
    company.raw[file] = f'{{"name": {inside}}}'.encode()
    return str(file)


def size(draw: Draw, company: Company) -> str:
    file = draw(st.sampled_from([PLAN, FUNNEL, WHAT_IF, SECOND]))
    text = company.files()[file]
    fill = draw(st.sampled_from([b"#" * 10_000_000, b"\n" * 10_000_000, b"x: 1\n" * 2_000_000, b"\0" * 10_000_000]))
    company.raw[file] = text + b"\n" + fill
    return str(file)


def alias(draw: Draw, company: Company) -> str:
    file = _any_yaml(draw)
    bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    maps = "b0: &b0 {x: 1}\n" + "".join(f"b{n}: &b{n} {{l: *b{n - 1}, r: *b{n - 1}}}\n" for n in range(1, 30))
    merges = "c0: &c0 {x: 1}\n" + "".join(
        f"c{n}: &c{n} {{<<: [*c{n - 1}, *c{n - 1}], y{n}: 1}}\n" for n in range(1, 30)
    )
    chain = "d0: &d0 [1]\n" + "".join(f"d{n}: &d{n} [*d{n - 1}]\n" for n in range(1, 60))
    tails = [bomb, maps, merges, chain, "x: &x [*x]\n", "x: &x {a: {b: *x}}\n", "x: *nowhere\n", "x: &x {<<: *x}\n"]
    company.raw[file] = (company.text(file) + draw(st.sampled_from(tails))).encode()
    return file


def extends(draw: Draw, company: Company) -> str:
    kind = draw(st.sampled_from(["ring", "missing", "folder", "odd"]))
    if kind == "ring":
        length = draw(st.integers(1, 4))
        names = ["what-if.yaml", *(f"ring{n}.yaml" for n in range(1, length))]
        for name, target in zip(names, [*names[1:], names[0]], strict=True):
            company.raw[f"scenarios/{name}"] = (
                f"extends: {draw(st.sampled_from(['', './', '../scenarios/']))}{target}\n".encode()
            )
        return f"scenarios/{names[-1]}"
    odd = draw(st.sampled_from(["a\0b", "x" * 5000, "../plan.yaml/x", "\n"]))
    target = {"missing": "../plam.yaml", "folder": "..", "odd": odd}[kind]
    company.values[WHAT_IF]["extends"] = target
    return WHAT_IF


def rows(draw: Draw, company: Company) -> str:
    cells = [(0, "o1"), (0, ""), (1, "serch"), (2, ""), (3, "SUITE"), (4, "won"), (5, "-1"), (5, "nan"), (5, "1e999")]
    cells += [(5, "many"), (6, "2027-06-01"), (6, "yesterday"), (6, ""), (7, "2026-09-01"), (7, "2027-02-30"), (7, "x")]
    kind = draw(st.sampled_from(["cell", "short", "long", "column", "header", "semicolons", "quote"]))
    if kind == "cell":
        column, value = draw(st.sampled_from(cells))
        company.rows[2][column] = value
    elif kind == "short":
        company.rows[1] = company.rows[1][:5]
    elif kind == "long":
        company.rows[1].append("surplus")
    elif kind == "column":
        for row in company.rows:
            del row[draw(st.just(3))]
    elif kind == "header":
        company.rows[0][draw(st.integers(0, 7))] = "owner"
    elif kind == "semicolons":
        company.raw[CSV] = b"\n".join(";".join(row).encode() for row in sound().rows)
    else:
        company.raw[CSV] = company.files()[CSV] + b'o3,"open'
    return CSV


BREAKAGES: list[tuple[str, Callable[[Draw, Company], str]]] = [
    ("type", wrong_type),
    ("range", out_of_range),
    ("not finite", not_finite),
    ("null", null_value),
    ("unknown field", unknown_field),
    ("missing field", missing_field),
    ("cross-field", cross_field),
    ("change", bad_change),
    ("syntax", syntax),
    ("encoding", encoding),
    ("empty", empty),
    ("root", root),
    ("documents", documents),
    ("form", form),
    ("depth", depth),
    ("size", size),
    ("alias", alias),
    ("extends", extends),
    ("rows", rows),
]


@st.composite
def broken(draw: Draw, most: int = 1) -> tuple[list[str], list[str], Company]:
    """The names of one to `most` breakages, the files they broke, and the company."""
    company = sound()
    chosen = draw(st.lists(st.sampled_from(BREAKAGES), min_size=1, max_size=most, unique_by=lambda pair: pair[0]))
    # Breakages of bytes come last, so that they also spoil what the others have changed.
    chosen.sort(key=lambda pair: [name for name, _ in BREAKAGES].index(pair[0]))
    files = [breakage(draw, company) for _, breakage in chosen]
    return [name for name, _ in chosen], files, company
