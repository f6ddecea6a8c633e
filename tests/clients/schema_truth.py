#!/usr/bin/env python3
"""Schema truth: does what we answer satisfy the document the vendor publishes?

Reads exchanges (JSON lines, written by the client tests and by the Rust tests), finds the operation of the
vendor's OpenAPI document that each one belongs to, and checks status, content type and body. Findings are
grouped by operation, place and rule; those that `deviations.toml` names with a reason are tolerated, any
other makes the run fail. With `--ours` it also tells which operations of our own document were exercised.

One exchange, one line:

    {"vendor": "sailpoint", "method": "GET", "path": "/v3/roles", "query": "limit=1", "status": 200,
     "content_type": "application/json", "response_headers": {...}, "body": [...]}

`path` is what the client sent, without the tenant and vendor prefix; `body` is the parsed JSON, or the text
when it is not JSON, or null when there is none.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")

# --------------------------------------------------------------------------------------------------------
# Vendors: where the documents lie, how a path that a client sends folds into a path of *our* document, and
# how another spelling that the vendor takes becomes the published one. `complete`: we serve all that is published.
# Where a vendor document is mounted ("/v3", "") is read from its own `servers`.


@dataclass(frozen=True)
class Vendor:
    folder: str
    fold: Callable[[str], str] = lambda path: path
    tidy: Callable[[str], str] = lambda path: path
    complete: bool = False
    selects: re.Pattern[str] | None = None

    def is_partial(self, query: str | None) -> bool:
        return self.selects is not None and self.selects.search(query or "") is not None


def fold_sailpoint(path: str) -> str:
    """`/v3/roles`, `/v2025/roles` and `/roles/v1` are dialects of `/roles`."""
    if prefixed := re.match(r"/(?:v3|beta|v20\d\d|latest)(/.*)", path):
        return prefixed[1]
    return re.sub(r"^(/[^/]+)/v\d+(?=/|$)", r"\1", path)


GRIP_WORDS = {
    word.lower().replace("-", "").replace("_", ""): word
    for word in (
        "saas id users label update-primary-contact sanction_status saasUser actions accessRevocation employee "
        "start status stop justification send link cancel alerts v2 audit-trail workflows offboarding userStatus run"
    ).split()
}


def tidy_grip(path: str) -> str:
    """`//SaaS/name/x`, `/public/public/saas/x/ID/` and `/saas/x/id` are spellings of `/public/saas/x/id`."""
    segments = [segment for segment in path.split("/") if segment]
    while segments and segments[0].lower() == "public":
        segments = segments[1:]
    words = [GRIP_WORDS.get(re.sub("[-_]", "", segment.lower()), segment) for segment in segments]
    by_name = len(words) == 3 and words[0] == "saas" and words[1].lower() == "name"
    if by_name and words[2] not in GRIP_WORDS.values():
        words = ["saas", segments[2], "id"]
    return "/public/" + "/".join(words)


PINGONE_SPELLINGS = [
    (re.compile(pattern), published)
    for pattern, published in (
        (r"/iga/governance/(?:violation/remediationSchema|violationRemediationSchema)(?=/|$)",
         "/iga/governance/violation/remediation/schema"),
        (r"(/iga/governance/violation/[^/]+/phases/[^/]+)/(?:complete-provisioning|fulfill)$", r"\1/complete"),
        (r"(/iga/governance/violation/[^/]+/phases/[^/]+)/(?:cancel-provisioning|deny)$", r"\1/cancel"),
        (r"(/iga/governance/user/[^/]+)/approvals$", r"\1/tasks"),
        (r"/am/json/realms/root(?:/realms/[^/]+)?(?=/)", "/am/json"),
        (r"/am/oauth2/(?:realms/)?(?!realms/)([^/]+)/access_token$", r"/am/oauth2/realms/root/realms/\1/access_token"),
    )
]  # fmt: skip


def tidy_pingone(path: str) -> str:
    """`…/phases/x/deny` and `/am/oauth2/alpha/access_token` are other spellings of published paths."""
    for pattern, published in PINGONE_SPELLINGS:
        path = pattern.sub(published, path, count=1)
    return path


VENDORS = {
    "conductorone": Vendor("conductorone"),
    "grip": Vendor("grip", tidy=tidy_grip, complete=True),
    "pingone": Vendor("pingone-iga", tidy=tidy_pingone, complete=True, selects=re.compile(r"(?:^|&)_?fields=[^&]")),
    "sailpoint": Vendor("sailpoint", fold_sailpoint),
}

# --------------------------------------------------------------------------------------------------------
# Documents and operations


class Document:
    """An OpenAPI document, 3.0 or 3.1."""

    def __init__(self, path: Path):
        self.name = path.name
        self.root: dict = json.loads(path.read_text(encoding="utf-8"))
        self._leaves: dict[int, tuple[dict, ...]] = {}
        self._messages: dict[str, Check] = {}

    @cached_property
    def speaks_proto(self) -> bool:
        """Whether it is made from protocol buffers: it then names their oneofs."""
        return any("x-proto-oneofs" in schema for schema in self.root.get("components", {}).get("schemas", {}).values())

    def message(self, ref: str) -> Check:
        if ref not in self._messages:
            self._messages[ref] = Check(self, {"$ref": ref})
        return self._messages[ref]

    @property
    def mount(self) -> str:
        servers = self.root.get("servers") or [{"url": "/"}]
        return urlsplit(servers[0]["url"]).path.rstrip("/")

    def resolve(self, node: dict) -> dict:
        while "$ref" in node:
            node = self.at(node["$ref"])
        return node

    def at(self, ref: str) -> dict:
        node: Any = self.root
        for step in ref.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        return node

    def leaves(self, schema: dict) -> tuple[dict, ...]:
        """The schemas that may speak about a value of this one: references and compositions opened."""
        known = self._leaves.get(id(schema))
        if known is None:
            self._leaves[id(schema)] = ()  # a cycle of pure compositions adds nothing
            known = tuple(self._open(schema))
            self._leaves[id(schema)] = known
        return known

    def inside(self, leaves: Iterable[dict], step: str | int) -> list[dict]:
        """The leaves of an element, or of a property."""
        if isinstance(step, int):
            schemas = [leaf["items"] for leaf in leaves if isinstance(leaf.get("items"), dict)]
        else:
            schemas = [leaf["properties"][step] for leaf in leaves if step in leaf.get("properties", {})]
        return [leaf for schema in schemas for leaf in self.leaves(schema)]

    def _open(self, schema: dict) -> Iterator[dict]:
        schema = self.resolve(schema)
        yield schema
        for word in ("allOf", "anyOf", "oneOf"):
            for member in schema.get(word, ()):
                yield from self.leaves(member)

    def operations(self) -> Iterator[Operation]:
        for template, item in self.root.get("paths", {}).items():
            for method, body in item.items():
                if method in METHODS:
                    yield Operation(self, method.upper(), self.mount + template, body)


@dataclass(eq=False)
class Operation:
    document: Document
    method: str
    template: str
    body: dict
    checks: dict[int, Check] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.body.get("operationId", f"{self.method} {self.template}")

    @property
    def where(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def refuses(self) -> bool:
        """Whether its document says that it never succeeds."""
        responses = self.body.get("responses", {})
        return bool(responses) and all(key.isdigit() and int(key) >= 400 for key in responses)

    def response(self, status: int) -> dict | None:
        """What the document says about a status, or None when it says nothing."""
        responses = self.body.get("responses", {})
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in responses:
                return self.document.resolve(responses[key])
        return None

    def check(self, status: int, schema: dict) -> Check:
        if status not in self.checks:
            self.checks[status] = Check(self.document, schema)
        return self.checks[status]


class Paths:
    """Finds the operation of a path: per number of segments, literal segments before parameters."""

    def __init__(self, operations: Iterable[Operation]):
        self._by_length: dict[int, list[tuple[list[str | None], dict[str, Operation]]]] = defaultdict(list)
        rows: dict[str, dict[str, Operation]] = defaultdict(dict)
        for operation in operations:
            rows[operation.template][operation.method] = operation
        for template, methods in rows.items():
            parts = [None if "{" in part else part for part in _segments(template)]
            self._by_length[len(parts)].append((parts, methods))
        for candidates in self._by_length.values():
            candidates.sort(key=lambda row: [part is None for part in row[0]])
        self.all = [operation for methods in rows.values() for operation in methods.values()]

    def find(self, path: str) -> dict[str, Operation]:
        """The operations of that path by method; empty when nobody publishes it."""
        segments = _segments(path)
        for parts, methods in self._by_length.get(len(segments), ()):
            if all(part is None or part == segment for part, segment in zip(parts, segments)):
                return methods
        return {}


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


# --------------------------------------------------------------------------------------------------------
# Checking one body


class Finding(NamedTuple):
    """What is wrong, without the particulars: findings that are equal are one row of the report."""

    vendor: str
    where: str
    operation: str
    status: int
    kind: str  # status, content-type, body, null, unset, extra, unpublished
    at: str
    rule: str


MISSING = " is a required property"
"""How a rule ends that something required is absent."""


class Fault(NamedTuple):
    kind: str
    at: str
    rule: str
    sample: str


class Check:
    """A response schema made ready: the compiled validator, and the walk that finds undeclared properties."""

    def __init__(self, document: Document, schema: dict):
        self.document = document
        resolved = document.resolve(schema)
        self.rows = resolved.get("type") == "array" and isinstance(resolved.get("items"), dict)
        self.schema = resolved["items"] if self.rows else schema
        self._known: dict[str, tuple[Fault, ...]] = {}
        self._proto = ProtoJson(document) if document.speaks_proto else None
        self.declared: set[str] = set()
        self.sent: set[str] = set()

    @cached_property
    def _validator(self):
        import jsonschema_rs

        # What proto3's documents call a duration is no ISO 8601.
        formats = {"duration": lambda text: bool(SECONDS.fullmatch(text))} if self._proto else None
        schema = Modern(self.document).whole(self.schema)
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=formats)

    def faults(self, body: Any) -> Iterator[Fault]:
        if not self.rows:
            yield from self._value(body, "$")
        elif isinstance(body, list):
            for row in body:
                yield from self._value(row, "$[*]")
        else:
            yield Fault("body", "$", "type", f"{_short(body)} is not an array")

    def _value(self, value: Any, at: str) -> tuple[Fault, ...]:
        """Lists repeat their rows from answer to answer, so each distinct value is examined once."""
        key = json.dumps(value, separators=(",", ":"))
        if key not in self._known:
            leaves = self.document.leaves(self.schema)
            faults = [*self._broken(value, at), *self._undeclared(leaves, value, at)]
            faults += self._proto.faults(leaves, value, at) if self._proto else ()
            self._known[key] = tuple(faults)
        return self._known[key]

    def _broken(self, value: Any, at: str) -> Iterator[Fault]:
        for error in self._validator.iter_errors(value):
            path = list(error.instance_path)
            place = at + "".join("[*]" if isinstance(step, int) else f".{step}" for step in path)
            rule = error.message if error.kind.name == "required" else error.kind.name
            kind = "null" if error.instance is None and self._optional(path) else "body"
            yield Fault(kind, place, rule, error.message[:200])

    def _optional(self, path: list[str | int]) -> bool:
        """Whether the value there is a property that might as well be absent."""
        if not path or isinstance(path[-1], int):
            return False
        leaves = self.document.leaves(self.schema)
        for step in path[:-1]:
            leaves = self.document.inside(leaves, step)
        return not any(path[-1] in leaf.get("required", ()) for leaf in leaves)

    def _undeclared(self, leaves: Iterable[dict], value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, list):
            inner = self.document.inside(leaves, 0)
            for row in value if inner else ():
                yield from self._undeclared(inner, row, f"{at}[*]")
            return
        if not isinstance(value, dict):
            return
        declared: dict[str, list[dict]] = defaultdict(list)
        free = False
        for leaf in leaves:
            for name, schema in leaf.get("properties", {}).items():
                declared[name].extend(self.document.leaves(schema))
            free = free or bool(leaf.get("additionalProperties", False))
        free = free or not declared
        self.declared.update(f"{at}.{name}" for name in declared)
        for name, inside in value.items():
            place = f"{at}.{name}"
            if name in declared:
                self.sent.add(place)
                yield from self._undeclared(declared[name], inside, place)
            elif not free:
                yield Fault("extra", place, "undeclared", f"holds {_short(inside)}")


class ProtoJson:
    """What proto3's JSON asks beyond the schemas, which readers made from them rely on: a field without presence is
    always sent, an unset one with presence is left out and never null, at most one member of a oneof is there, and
    what an Any holds is as its type says."""

    TYPES = "type.googleapis.com/"

    def __init__(self, document: Document):
        self.document = document

    def faults(self, leaves: Iterable[dict], value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, list):
            inner = self.document.inside(leaves, 0)
            for row in value if inner else ():
                yield from self.faults(inner, row, f"{at}[*]")
        elif isinstance(value, dict) and "@type" in value:
            yield from self._any(value, at)
        elif isinstance(value, dict):
            for leaf in leaves:
                yield from self._message(leaf, value, at)

    def _message(self, leaf: dict, value: dict, at: str) -> Iterator[Fault]:
        oneofs = leaf.get("x-proto-oneofs", {})
        for name, members in oneofs.items():
            if len(there := [member for member in members if member in value]) > 1:
                yield Fault("body", at, f"oneof {name}", f"holds {', '.join(there)}")
        chosen = {member for members in oneofs.values() for member in members}
        for name, schema in leaf.get("properties", {}).items():
            place = f"{at}.{name}"
            if name not in value:
                if name not in chosen and self._without_presence(schema):
                    yield Fault("unset", place, "unset", "a field without presence is always sent")
            elif value[name] is None and not self._any_value(schema):
                yield Fault("null", place, "null", "what is unset is left out")
            else:
                yield from self.faults(self.document.leaves(schema), value[name], place)

    def _any(self, value: dict, at: str) -> Iterator[Fault]:
        name = value["@type"].removeprefix(self.TYPES)
        ref = f"#/components/schemas/{name}"
        if name == value["@type"] or name not in self.document.root["components"]["schemas"]:
            yield Fault("body", at, "@type", f"{value['@type']} is no message of the document")
            return
        message = {field: inside for field, inside in value.items() if field != "@type"}
        for fault in self.document.message(ref).faults(message):
            yield fault._replace(at=f"{at}<{name}>{fault.at.removeprefix('$')}")

    def _without_presence(self, schema: dict) -> bool:
        """Scalars, lists and maps; their generator writes a field with presence as nullable, and a list, too."""
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return "array" in kinds and len(kinds) == 2
        return kinds in ("string", "boolean", "integer", "number", "array", "object")

    def _any_value(self, schema: dict) -> bool:
        """A `google.protobuf.Value`, where null is a value."""
        kinds = schema.get("type")
        return isinstance(kinds, list) and len(kinds) > 2


class Modern:
    """Rewrites OpenAPI 3.0 schemas as JSON Schema 2020-12, with everything they refer to beside them.

    Loose where the vendors are: `oneOf` becomes `anyOf` (their alternatives overlap), and a `nullable` in one
    member of an `allOf`, or beside a reference, makes the whole nullable (that is how they write a nullable reference).
    """

    SINGLE = ("additionalProperties", "items", "not")
    SEVERAL = {"allOf": "allOf", "anyOf": "anyOf", "oneOf": "anyOf"}
    KEPT = (
        "const", "enum", "format", "maximum", "maxItems", "maxLength", "maxProperties", "minimum", "minItems",
        "minLength", "minProperties", "multipleOf", "pattern", "required", "type", "uniqueItems",
    )  # fmt: skip

    def __init__(self, document: Document):
        self.document = document
        self.defs: dict[str, Any] = {}

    def whole(self, schema: dict) -> dict:
        main = self.schema(schema)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": self.defs, "allOf": [main]}

    def schema(self, old: Any) -> Any:
        if not isinstance(old, dict):
            return old
        if "$ref" in old:
            reference = {"$ref": self._reference(old["$ref"])}
            return self._or_null(reference) if _nullable(old) else reference
        new: dict[str, Any] = {word: old[word] for word in self.KEPT if word in old}
        for word in self.SINGLE:
            if word in old:
                new[word] = self.schema(old[word])
        for word, modern in self.SEVERAL.items():
            if word in old:
                new[modern] = [self.schema(member) for member in old[word]]
        if "properties" in old:
            new["properties"] = {name: self.schema(inner) for name, inner in old["properties"].items()}
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if old.get(bound) is True and limit in new:
                new[bound] = new.pop(limit)
            elif bound in old and not isinstance(old[bound], bool):
                new[bound] = old[bound]
        if old.get("format") == "int32":
            new.setdefault("minimum", -(2**31))
            new.setdefault("maximum", 2**31 - 1)
        return self._or_null(new) if _nullable(old) else new

    def _reference(self, ref: str) -> str:
        name = ref.removeprefix("#/").replace("/", ".")
        if name not in self.defs:
            self.defs[name] = True  # cuts a cycle; replaced below
            self.defs[name] = self.schema(self.document.at(ref))
        return f"#/$defs/{name}"

    @staticmethod
    def _or_null(new: dict) -> dict:
        if isinstance(new.get("type"), str) and not ({"allOf", "anyOf", "not"} & new.keys()):
            new["type"] = [new["type"], "null"]
            if "enum" in new and None not in new["enum"]:
                new["enum"] = [*new["enum"], None]
            return new
        return {"if": {"not": {"type": "null"}}, "then": new}


def _nullable(schema: dict) -> bool:
    return schema.get("nullable") is True or any(
        isinstance(member, dict) and member.get("nullable") is True for member in schema.get("allOf", ())
    )


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


# --------------------------------------------------------------------------------------------------------
# Deliberate deviations


@dataclass
class Deviation:
    """One entry of deviations.toml. Patterns know one wildcard, `*`; what is not given matches all."""

    reason: str
    vendor: str
    kind: str = "*"
    operation: str = "*"
    where: str = "*"
    status: str = "*"
    at: str = "*"
    hits: int = 0

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a deviation without a reason")
        self._pattern = re.compile(
            "\0".join(
                re.escape(glob).replace(r"\*", "[^\0]*")
                for glob in (self.vendor, self.kind, self.operation, self.where, str(self.status), self.at)
            )
        )

    def covers(self, finding: Finding) -> bool:
        words = (finding.vendor, finding.kind, finding.operation, finding.where, str(finding.status), finding.at)
        return self._pattern.fullmatch("\0".join(words)) is not None

    def __str__(self) -> str:
        parts = (f"{name} {value}" for name, value in vars(self).items() if name in _SHOWN and value != "*")
        return ", ".join(parts)


_SHOWN = ("vendor", "kind", "operation", "where", "status", "at")


def read_deviations(path: Path) -> list[Deviation]:
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("deviation", [])
    try:
        return [Deviation(**entry) for entry in entries]
    except (TypeError, ValueError) as error:
        raise SystemExit(f"schema truth: {path.name}: {error}") from error


# --------------------------------------------------------------------------------------------------------
# The run


class Truth:
    def __init__(self, specs: Path, ours: dict[str, Path]):
        self.specs = specs
        self.findings: Counter[Finding] = Counter()
        self.samples: dict[Finding, str] = {}
        self.vendors: set[str] = set()
        self.exchanges = 0
        self.judged = 0
        self.ours = {vendor: Paths(Document(path).operations()) for vendor, path in ours.items()}
        self.statuses: dict[Operation, Counter[int]] = defaultdict(Counter)
        self.calls: dict[Operation, Counter[int]] = defaultdict(Counter)
        self._published: dict[str, Paths] = {}

    def published(self, vendor: str) -> Paths:
        if vendor not in self._published:
            folder = self.specs / VENDORS[vendor].folder
            documents = [Document(path) for path in sorted(folder.glob("*.json"))]
            self._published[vendor] = Paths(op for document in documents for op in document.operations())
        return self._published[vendor]

    def see(self, exchange: dict) -> None:
        if is_put_in_its_mouth(exchange):
            return
        vendor, method, status = exchange["vendor"], exchange["method"].upper(), exchange["status"]
        path = VENDORS[vendor].tidy(exchange["path"])
        self.vendors.add(vendor)
        self.exchanges += 1
        self._count_ours(vendor, method, path, status)
        methods = self.published(vendor).find(path)
        if method in methods:
            self.judged += 1
            self._judge(vendor, methods[method], exchange)
        elif status not in (401, 404, 405, 429):
            finding = Finding(vendor, f"{method} {path}", "-", status, "unpublished", "$", "unpublished")
            self._note(finding, "an answer where the vendor publishes no operation")

    def _count_ours(self, vendor: str, method: str, path: str, status: int) -> None:
        if vendor in self.ours:
            methods = self.ours[vendor].find(VENDORS[vendor].fold(path))
            if operation := methods.get(method):
                self.statuses[operation][status] += 1

    def _judge(self, vendor: str, operation: Operation, exchange: dict) -> None:
        status, body = exchange["status"], exchange.get("body")
        partial = VENDORS[vendor].is_partial(exchange.get("query"))
        self.calls[operation][status] += 1

        def note(kind: str, at: str, rule: str, sample: str) -> None:
            if partial and rule.endswith(MISSING):
                return
            self._note(Finding(vendor, operation.where, operation.id, status, kind, at, rule), sample)

        response = operation.response(status)
        if response is None:
            note("status", "$", "undocumented", f"documented: {', '.join(operation.body.get('responses', {}))}")
            return
        content = response.get("content")
        empty = body is None or body == ""
        if not content:
            if not empty and body != {}:
                note("body", "$", "no body documented", f"got {_short(body)}")
            return
        given = (exchange.get("content_type") or "").partition(";")[0].strip().lower()
        if empty and not given:
            note("body", "$", "empty", "a body is documented")
            return
        if given not in content:
            note("content-type", "$", "undocumented", f"got {given or 'none'}, documented: {', '.join(content)}")
            return
        if schema := content[given].get("schema"):
            for fault in operation.check(status, schema).faults(body):
                note(*fault)

    def _note(self, finding: Finding, sample: str) -> None:
        self.findings[finding] += 1
        self.samples.setdefault(finding, sample)


def is_put_in_its_mouth(exchange: dict) -> bool:
    """Whether somebody asked for this very answer: it then says nothing about the vendor."""
    return any(name.lower() == "x-rolecall-fault" for name in exchange.get("response_headers") or {})


def read_exchanges(patterns: Iterable[str]) -> Iterator[dict]:
    for pattern in patterns:
        for name in sorted(glob.glob(pattern, recursive=True)):
            with open(name, encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    if not line.strip():
                        continue
                    try:
                        exchange = json.loads(line)
                        if exchange["vendor"] not in VENDORS:
                            raise ValueError(f"unknown vendor {exchange['vendor']!r}")
                        exchange["method"], exchange["path"], exchange["status"]
                    except (ValueError, KeyError, TypeError) as error:
                        raise SystemExit(f"schema truth: {name}:{number}: not an exchange: {error}") from error
                    yield exchange


# --------------------------------------------------------------------------------------------------------
# Reports


SECONDS = re.compile(r"-?\d+(\.\d{1,9})?s")
"""A duration as proto3 writes it."""


def report_findings(truth: Truth, deviations: list[Deviation], verbose: bool) -> int:
    """Prints what is wrong and answers how many findings no deviation covers."""
    open_findings: list[tuple[Finding, int]] = []
    tolerated: dict[int, list[tuple[Finding, int]]] = defaultdict(list)
    for finding, times in sorted(truth.findings.items()):
        for index, deviation in enumerate(deviations):
            if deviation.covers(finding):
                deviation.hits += times
                tolerated[index].append((finding, times))
                break
        else:
            open_findings.append((finding, times))

    last = ""
    for finding, times in open_findings:
        if (head := f"{finding.where}  ({finding.operation})") != last:
            print(f"\n{head}")
            last = head
        rule = "" if finding.rule in truth.samples[finding] else f"{finding.rule}: "
        print(f"  {times:>6} x  {finding.status} {finding.kind:<12} {finding.at}  {rule}{truth.samples[finding]}")

    if verbose:
        for index, rows in sorted(tolerated.items()):
            print(f"\ntolerated: {deviations[index]}\n  because {deviations[index].reason.strip()}")
            for finding, times in rows:
                print(f"  {times:>6} x  {finding.where} {finding.status} {finding.kind} {finding.at}")
    for deviation in deviations:
        if not deviation.hits:
            print(f"note: deviation never met: {deviation}")
    print(
        f"\nschema truth: {truth.exchanges} exchanges, {truth.judged} judged against "
        f"{len(truth.calls)} published operations; {len(open_findings)} violations, "
        f"{len(truth.findings) - len(open_findings)} tolerated by {sum(1 for d in deviations if d.hits)} deviations"
    )
    return len(open_findings)


def report_unsent(truth: Truth) -> None:
    """Response fields that the vendor declares and we never sent: where our answers may be incomplete."""
    print("\ndeclared and never sent (2xx):")
    for operation in sorted(truth.calls, key=lambda op: op.where):
        unsent = sorted(
            path
            for status, check in operation.checks.items()
            if status < 300
            for path in check.declared - check.sent
        )
        if unsent:
            print(f"  {operation.where}: {' '.join(unsent)}")


def report_ours(truth: Truth) -> int:
    """The operations we stand behind, and what the exchanges showed of them; answers how many never succeeded."""
    lacking = 0
    for vendor, paths in sorted(truth.ours.items()):
        lacking += report_coverage(vendor, "of our document", paths.all, truth.statuses)
    return lacking


def report_complete(truth: Truth) -> int:
    """The same for what a vendor publishes, where we claim to serve all of it."""
    lacking = 0
    for vendor in sorted(vendor for vendor in truth.vendors if VENDORS[vendor].complete):
        lacking += report_coverage(vendor, "that the vendor publishes", truth.published(vendor).all, truth.calls)
    return lacking


def report_coverage(vendor: str, whose: str, operations: list[Operation], seen: dict[Operation, Counter[int]]) -> int:
    lacking = 0
    print(f"\n| {vendor} operation | method and path | answers seen | |\n|---|---|---|---|")
    for operation in sorted(operations, key=lambda op: (op.template, op.method)):
        statuses = seen.get(operation, Counter())
        answers = " ".join(f"{status}×{times}" for status, times in sorted(statuses.items()))
        succeeded = any(status < 400 for status in statuses)
        if operation.refuses:
            as_it_says = any(str(status) in operation.body["responses"] for status in statuses)
            verdict = "**succeeds**" if succeeded else "" if as_it_says else "**not exercised**"
        else:
            verdict = "" if succeeded else "refused only" if statuses else "**not exercised**"
        lacking += bool(verdict)
        print(f"| {operation.id} | `{operation.where}` | {answers} | {verdict} |")
    templates = len({operation.template for operation in operations})
    print(f"\n{vendor}: {len(operations)} operations on {templates} paths {whose}, {lacking} without a success")
    return lacking


def named_file(argument: str) -> tuple[str, Path]:
    """`openapi/sailpoint.json` is sailpoint's document; any other name says `vendor=path`."""
    vendor, _, path = argument.rpartition("=")
    path = Path(path)
    vendor = vendor or path.stem
    if vendor not in VENDORS:
        raise argparse.ArgumentTypeError(f"which vendor is {path.name}? known: {', '.join(VENDORS)}")
    return vendor, path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exchanges", nargs="+", metavar="FILE", help="JSON lines of exchanges; globs allowed")
    parser.add_argument("--specs", default=os.environ.get("ROLECALL_SPECS"), metavar="DIR",
                        help="folder of the vendors' documents (default: $ROLECALL_SPECS)")  # fmt: skip
    parser.add_argument("--deviations", type=Path, default=HERE / "deviations.toml", metavar="FILE")
    parser.add_argument("--ours", action="append", default=[], type=named_file, metavar="[VENDOR=]FILE",
                        help="our own OpenAPI document: report which operations were exercised")  # fmt: skip
    parser.add_argument("--require-all", action="store_true",
                        help="fail when an operation of ours, or one of a vendor that we serve whole, never succeeded")  # fmt: skip
    parser.add_argument("--unsent", action="store_true", help="list declared response fields that were never sent")
    parser.add_argument("--verbose", action="store_true", help="show what the deviations tolerated")
    options = parser.parse_args()

    if not options.specs or not Path(options.specs).is_dir():
        print("schema truth: SKIPPED: no vendor documents (set ROLECALL_SPECS or give --specs DIR)")
        return 0
    truth = Truth(Path(options.specs), dict(options.ours))
    for exchange in read_exchanges(options.exchanges):
        truth.see(exchange)
    if not truth.judged:
        print(f"schema truth: nothing to judge in {' '.join(options.exchanges)}", file=sys.stderr)
        return 1
    violations = report_findings(truth, read_deviations(options.deviations), options.verbose)
    if options.unsent:
        report_unsent(truth)
    lacking = report_ours(truth) + report_complete(truth)
    return 1 if violations or (options.require_all and lacking) else 0


if __name__ == "__main__":
    sys.exit(main())
