"""Records what really went over the wire, below every SDK: one JSON line per exchange, for schema_truth.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

_MOUNTED = re.compile(r"/t/[^/]+/(?P<vendor>[^/]+)(?P<path>/.*)")


def install(file: Path) -> None:
    """From now on every call through urllib3 (which all SDKs for Python use) is appended to `file`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = file.open("w", encoding="utf-8")
    send = urllib3.PoolManager.urlopen

    def urlopen(self, method, url, redirect=True, **options):
        response = send(self, method, url, redirect, **options)
        parts = urlsplit(url)
        if mounted := _MOUNTED.fullmatch(parts.path):
            json.dump(_exchange(method, mounted, parts.query, response), lines)
            lines.write("\n")
            lines.flush()
        return response

    urllib3.PoolManager.urlopen = urlopen


def _exchange(method: str, mounted: re.Match, query: str, response: urllib3.BaseHTTPResponse) -> dict:
    return {
        "vendor": mounted["vendor"],
        "method": method,
        "path": mounted["path"],
        "query": query,
        "status": response.status,
        "content_type": response.headers.get("Content-Type"),
        "response_headers": dict(response.headers),
        "body": _body(response.data),  # cached by urllib3: the SDK reads the same bytes afterwards
    }


def _body(data: bytes):
    if not data:
        return None
    text = data.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
