"""The embedded company is what the schemas beside it describe: editors tell their readers so."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

SEED_DATA = Path(__file__).resolve().parents[3] / "seed-data"
FILES = sorted((SEED_DATA / "acme").glob("*.json"))


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_seed_file_is_as_its_schema_says(path):
    document = read(path)
    schema = read(path.parent / document["$schema"])
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(document)
    assert not [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]


def test_every_schema_has_its_file():
    schemas = {path.name.removesuffix(".schema.json") for path in (SEED_DATA / "schema").glob("*.schema.json")}
    assert schemas == {path.stem for path in FILES}


def test_a_schema_refuses_what_nobody_reads():
    schema = read(SEED_DATA / "schema" / "conductorone.schema.json")
    broken = {"policies": [{"slug": "x", "name": "X", "type": "grant", "steps": [{"step": "approval", "by": "nobody"}]}]}
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid(broken)
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid({"client": []})
