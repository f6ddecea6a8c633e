"""What every refusal must look like, whatever exception class an SDK wraps it in."""

from __future__ import annotations

import json
import re
from typing import Any

HEX32 = re.compile(r"[0-9a-f]{32}")


def standard_error(refused: Any, status: int, detail_code: str, text: str = "") -> dict:
    """The body of 400, 403, 404: code, tracking id and an American English message holding `text`."""
    error = refused.value
    assert error.status == status, error
    assert error.headers["Content-Type"].startswith("application/json")
    body = json.loads(error.body)
    assert body["detailCode"].casefold() == detail_code.casefold()
    assert HEX32.fullmatch(body["trackingId"])
    english = [message["text"] for message in body["messages"] if message["locale"] == "en-US"]
    assert english and text in english[0], body["messages"]
    return body


def jwt_error(refused: Any) -> None:
    """The body of 401 is not the standard one."""
    error = refused.value
    assert error.status == 401, error
    body = json.loads(error.body)
    assert set(body) == {"error"}
    assert body["error"].startswith("JWT validation failed")


def rows(response: Any) -> list[dict]:
    """A list from a `…_without_preload_content` call: the answers that an SDK has no working model for."""
    assert response.status == 200, response.data
    return json.loads(response.data)
