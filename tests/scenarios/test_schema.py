"""The shipped JSON Schemas are current, closed, and know what the readers know."""

import json
from pathlib import Path
from typing import Any

import pytest

from scenarios.schema import FOLDER, schemas, write_schemas


@pytest.mark.parametrize("kind", ["plan", "funnel", "scenario"])
def test_the_shipped_schema_is_current(kind: str) -> None:
    shipped = json.loads((FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert shipped == schemas()[kind], "run `python -m scenarios.schema`"


def test_writing_gives_the_shipped_files(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in FOLDER.iterdir())


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        found = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return found + [ref for inner in value.values() for ref in references(inner)]
    return [ref for item in value for ref in references(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("kind", ["plan", "funnel", "scenario"])
def test_every_reference_leads_somewhere_and_objects_are_closed(kind: str) -> None:
    schema = schemas()[kind]
    for reference in references(schema):
        assert reference.removeprefix("#/$defs/") in schema["$defs"]
    for body in (schema, *schema.get("$defs", {}).values()):
        assert body["additionalProperties"] is False


def test_what_the_readers_allow_is_allowed() -> None:
    funnel, plan = schemas()["funnel"]["$defs"], schemas()["plan"]
    assert "key" not in funnel["Channel"]["required"]
    assert "key" not in plan["$defs"]["SdrTeam"]["required"]
    assert {"type": ["number", "string"]} in funnel["Stage"]["properties"]["time"]["anyOf"]
    assert {"type": ["number", "string"]} in funnel["Stage"]["properties"]["losses"]["additionalProperties"]["anyOf"]
    assert {"const": "always"} in plan["properties"]["calendar"]["anyOf"]
    assert set(plan["required"]) == {"name", "start", "teams"}
    assert "from" in plan["$defs"]["Step_money"]["properties"]


def test_fields_carry_their_meaning() -> None:
    assert "Hill curve" in schemas()["funnel"]["$defs"]["Channel"]["properties"]["shape"]["description"]
    assert "warm" not in json.dumps(schemas()["scenario"])
    assert "extends" in schemas()["scenario"]["required"]
