"""Records what really went over the wire, below every SDK: one JSON line per exchange, for schema_truth.py.

SDKs that call urllib3 are watched there. Whoever uses `requests` or `httpx`, which go past that place, gives its
session the hook `seen`, or its client the hook `heard`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import urllib3

_lines: IO[str] | None = None
_MOUNTED = re.compile(r"/t/[^/]+/(?P<vendor>[^/]+)(?P<path>/.*)")


def install(file: Path) -> None:
    """From now on every call through urllib3's pools, and every one that `seen` sees, is appended to `file`."""
    global _lines
    file.parent.mkdir(parents=True, exist_ok=True)
    _lines = file.open("w", encoding="utf-8")
    send = urllib3.PoolManager.urlopen

    def urlopen(self, method, url, redirect=True, **options):
        response = send(self, method, url, redirect, **options)
        # `data` is cached by urllib3: the SDK reads the same bytes afterwards
        _record(method, url, response.status, response.headers, response.data)
        return response

    urllib3.PoolManager.urlopen = urlopen


def seen(response: Any, *_: Any, **__: Any) -> None:
    """The hook for `requests`: `session.hooks["response"].append(recording.seen)`."""
    request = response.request
    _record(request.method, request.url, response.status_code, response.headers, response.content)


def heard(response: Any) -> None:
    """The hook for `httpx`: `Client(event_hooks={"response": [recording.heard]})`."""
    response.read()
    request = response.request
    _record(request.method, str(request.url), response.status_code, response.headers, response.content)


def kept(exchange: dict[str, Any]) -> None:
    """An exchange as the control plane's journal shows it: for clients that are no Python."""
    request, response = exchange["request"], exchange["response"]
    headers = response["headers"]
    line = {
        "vendor": exchange["vendor"],
        "method": request["method"],
        "path": request["path"],
        "query": request["query"] or "",
        "status": response["status"],
        "content_type": headers.get("content-type"),
        "response_headers": headers,
        "body": response["body"],
    }
    if _lines is not None:
        json.dump(line, _lines)
        _lines.write("\n")
        _lines.flush()


def _record(method: str, url: str, status: int, headers: Any, data: bytes) -> None:
    parts = urlsplit(url)
    if _lines is None or not (mounted := _MOUNTED.fullmatch(parts.path)):
        return
    exchange = {
        "vendor": mounted["vendor"],
        "method": method,
        "path": mounted["path"],
        "query": parts.query,
        "status": status,
        "content_type": headers.get("Content-Type"),
        "response_headers": dict(headers),
        "body": _body(data),
    }
    json.dump(exchange, _lines)
    _lines.write("\n")
    _lines.flush()


def _body(data: bytes):
    if not data:
        return None
    text = data.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
