"""Plays fixture files of the official Stripe CLI: calls of the API one after the other, later ones naming what earlier ones made.

`${name:path.to.field}` is a field of an earlier call's answer, `data.[0].id` reaches into a list, `${.env:NAME}` is a variable
of the environment, and what stands behind a bar is used where there is no such value.
"""

from __future__ import annotations

import http.client
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from sandbox.remote import CONNECT_SECONDS_MAX, BadFile, Refused, Unreachable

QUERY = re.compile(r"\$\{([^{}:|]+):([^{}|]*)(?:\|([^{}]*))?\}")
METHODS = ("get", "post", "delete")
ANSWER_SECONDS_MAX = 60.0


class Fixture(NamedTuple):
    """One call of a file."""

    name: str
    method: str
    path: str
    params: Mapping[str, Any]
    error: str = ""  # the type of the error that it is meant to bring


class Played(NamedTuple):
    name: str
    method: str
    path: str
    status: int
    id: str


def read(path: str) -> list[Fixture]:
    """The calls of a file, in their order. Raises BadFile."""
    try:
        said = json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: {getattr(error, 'strerror', None) or 'no JSON: ' + str(error)}") from None
    rows = said.get("fixtures") if isinstance(said, dict) else None
    if not isinstance(rows, list):
        raise BadFile(f"{path}: no list of 'fixtures', as the Stripe CLI's files have")
    return [fixture(path, number, row) for number, row in enumerate(rows)]


def fixture(path: str, number: int, row: Any) -> Fixture:
    """One row of a file. Raises BadFile."""
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("name", "path", "method")):
        raise BadFile(f"{path}: fixtures[{number}] needs name, path and method")
    if row["method"].lower() not in METHODS or not row["path"].startswith("/v1/"):
        raise BadFile(f"{path}: fixtures[{number}]: {row['method']} {row['path']} is no call of the API")
    return Fixture(row["name"], row["method"].upper(), row["path"], row.get("params") or {}, row.get("expected_error_type") or "")


def play(fixtures: list[Fixture], url: str, merchant: str) -> Iterator[Played]:
    """Each call as it was answered.

    Raises:
        Refused: a call was refused that was not meant to be, or names what no earlier call made.
        Unreachable: nobody answers.
    """
    answers: dict[str, Any] = {}
    for each in fixtures:
        path = filled(each.path, answers, quoted=True)
        status, answer = send(url, merchant, each.method, path, filled(each.params, answers))
        error = answer.get("error") if isinstance(answer, dict) else None
        if status >= 400 and not (each.error and isinstance(error, dict) and error.get("type") == each.error):
            why = error.get("message") if isinstance(error, dict) else None
            raise Refused(f"{each.name}: {each.method} {path} was answered with {status}: {why}")
        answers[each.name] = answer
        yield Played(each.name, each.method, path, status, str(answer.get("id", "")) if isinstance(answer, dict) else "")


def filled(value: Any, answers: Mapping[str, Any], quoted: bool = False) -> Any:
    """The value with every query replaced by what it asks for. Raises Refused."""
    if isinstance(value, dict):
        return {key: filled(item, answers) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, answers) for item in value]
    if not isinstance(value, str):
        return value

    def asked(query: re.Match[str]) -> str:
        found = os.environ.get(query[2]) if query[1] == ".env" else field(answers.get(query[1]), query[2])
        if found is None:
            found = query[3]
        if found is None:
            raise Refused(f"{query[0]}: no earlier call made that")
        text = str(found).lower() if isinstance(found, bool) else str(found)
        return quote(text, safe="") if quoted else text

    return QUERY.sub(asked, value)


def field(answer: Any, path: str) -> Any:
    """The value at a path of an answer; None if there is none."""
    for part in path.split("."):
        if isinstance(answer, list):
            place = part.strip("[]")
            answer = answer[int(place)] if place.isdigit() and int(place) < len(answer) else None
        else:
            answer = answer.get(part) if isinstance(answer, dict) else None
    return answer


def send(url: str, merchant: str, method: str, path: str, params: Any) -> tuple[int, Any]:
    """One call with the merchant's key: status and JSON. Raises Unreachable."""
    target = urlsplit(url)
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    connection = kind(target.netloc, timeout=CONNECT_SECONDS_MAX)
    form = urlencode(flat(params))
    headers = {"authorization": f"Bearer sk_test_{merchant or 'default'}", "connection": "close"}
    if method == "POST":
        headers["content-type"] = "application/x-www-form-urlencoded"
    elif form:
        path = f"{path}{'&' if '?' in path else '?'}{form}"
    try:
        connection.connect()
        connection.sock.settimeout(ANSWER_SECONDS_MAX)
        connection.request(method, path, form if method == "POST" else None, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Unreachable(f"no payment-sandbox answers at {url} ({why}). Start one with `payment-sandbox serve`.") from None
    finally:
        connection.close()


def flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Nested parameters as a form has them."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in flat(item, f"{name}[{key}]" if name else str(key))]
    if isinstance(value, list):
        return [pair for place, item in enumerate(value) for pair in flat(item, f"{name}[{place}]")]
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    return [(name, "" if value is None else str(value))]
