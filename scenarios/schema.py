"""The JSON Schemas of plan, funnel and scenario files, made from the nouns, so that editors complete and check.

`python -m scenarios.schema` writes them anew into `scenarios/schema/`.
"""

import ast
import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from scenarios import what_if
from scenarios.what_if import WhatIf
from sim import buyers, capture, development, funnel, marketing, pay, plan, reps, selling, teams, working_time
from sim.atomic import replacing
from sim.funnel import Funnel
from sim.noun import Noun
from sim.plan import Plan

__all__ = ["FOLDER", "schemas", "write_schemas"]

FOLDER = Path(__file__).parent / "schema"
"""Where the shipped schemas are."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOUNS: dict[str, type[Noun]] = {"plan": Plan, "funnel": Funnel, "scenario": WhatIf}
_MODULES: dict[type[Noun], tuple[ModuleType, ...]] = {
    Plan: (plan, working_time, marketing, teams, pay),
    Funnel: (funnel, capture, buyers, development, selling, reps),
    WhatIf: (what_if,),
}
"""Where the sentences under a kind's fields stand."""
_BARE = {"type": ["number", "string"]}


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file by its name."""
    return {kind: _schema(noun) for kind, noun in _NOUNS.items()}


def write_schemas(folder: Path = FOLDER) -> None:
    """Write `plan.schema.json` and its siblings."""
    for kind, schema in schemas().items():
        with replacing(folder / f"{kind}.schema.json") as temporary:
            temporary.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _schema(noun: type[Noun]) -> dict[str, Any]:
    schema = noun.model_json_schema(by_alias=True)
    meanings = _meanings(noun)
    for name, inner in ((noun.__name__, schema), *schema.get("$defs", {}).items()):
        _as_written(inner, meanings.get(name, {}))
    if noun is Plan:
        calendar = schema["properties"]["calendar"]
        schema["properties"]["calendar"] = {"anyOf": [{"const": "always"}, {"$ref": "#/$defs/Calendar"}]} | {
            name: value for name, value in calendar.items() if name in ("default", "description")
        }
    if noun is Funnel:
        for name in ("losses", "rework"):
            causes = schema["$defs"]["Stage"]["properties"][name]
            causes["additionalProperties"] = {"anyOf": [_BARE, causes["additionalProperties"]]}
    return {"$schema": _DIALECT, **_with_none(_with_short_names(schema))}


def _with_none(schema: Any) -> Any:
    """`none` allowed wherever nothing is."""
    if isinstance(schema, dict):
        if schema == {"type": "null"}:
            return {"enum": [None, "none"]}
        return {name: _with_none(inner) for name, inner in schema.items()}
    return [_with_none(item) for item in schema] if isinstance(schema, list) else schema


def _with_short_names(schema: dict[str, Any]) -> dict[str, Any]:
    """Definitions named by their titles (`Lognormal_money`) rather than by the full annotation of their unit."""
    names: dict[str, str] = {}
    bodies: dict[str, Any] = {}
    for long, body in schema.get("$defs", {}).items():
        short = body.get("title", long)
        while bodies.get(short, body) != body:
            short += "_"
        names[long], bodies[short] = short, body
    if not names:
        return schema

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: f"#/$defs/{names[inner.removeprefix('#/$defs/')]}" if name == "$ref" else renamed(inner)
                for name, inner in value.items()
            }
        return [renamed(item) for item in value] if isinstance(value, list) else value

    rest = renamed({name: value for name, value in schema.items() if name != "$defs"})
    return {"$defs": renamed(bodies), **rest}


def _as_written(schema: dict[str, Any], meanings: Mapping[str, str]) -> None:
    """What the readers allow beyond the noun itself: keys may be left out, and a bare value is a constant law."""
    if "key" in schema.get("required", ()):
        schema["required"] = [name for name in schema["required"] if name != "key"]
        schema["properties"]["key"].setdefault(
            "description", "Stable identity; the entry's first name if none is given."
        )
    for name, inner in schema.get("properties", {}).items():
        schema["properties"][name] = _with_bare(inner)
        if name in meanings and "$ref" not in inner:
            schema["properties"][name]["description"] = meanings[name]


def _with_bare(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("discriminator", {}).get("propertyName") == "law":
        rest = {name: value for name, value in schema.items() if name not in ("oneOf", "discriminator")}
        return {"anyOf": [_BARE, *schema["oneOf"]], **rest}
    return {
        name: [_with_bare(item) for item in value]
        if name == "anyOf"
        else _with_bare(value)
        if name == "items"
        else value
        for name, value in schema.items()
    }


def _meanings(noun: type[Noun]) -> dict[str, dict[str, str]]:
    """The sentences under the fields of the nouns, by class and field."""
    return {name: said for module in _MODULES[noun] for name, said in _sentences(module).items()}


def _sentences(module: ModuleType) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            for field, sentence in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(sentence, ast.Expr)
                    and isinstance(sentence.value, ast.Constant)
                ):
                    text = inspect.cleandoc(str(sentence.value.value))
                    found.setdefault(node.name, {})[field.target.id] = " ".join(text.split())
    return found


if __name__ == "__main__":
    write_schemas()
