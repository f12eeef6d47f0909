"""What happened at a merchant, line by line in simulated time: what a failed test's report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.core.clock import iso

if TYPE_CHECKING:
    from sandbox.handle import MerchantHandle

COMING_MAX = 5


def printed(merchant: MerchantHandle, lines: int) -> str:
    """The last `lines` happenings, then the timers that ring next and what the accounts hold."""
    rows: list[tuple[int, int, str]] = []
    for number, row in enumerate(merchant.requests()):
        rows.append((row["at"], number, _request(row)))
    base = len(rows)
    for number, row in enumerate(merchant.listed("/events"), base):
        rows.append((row["created"], number, f"event    {row['type']}  {object_of(row)}"))
    base = len(rows)
    for number, row in enumerate(merchant.deliveries(), base):
        rows += [(attempt["at"], number, _attempt(row, attempt)) for attempt in row["attempts"]]
    rows.sort(key=lambda row: row[0])
    left_out = max(0, len(rows) - lines)
    shown = [f"... {left_out} earlier lines"] if left_out else []
    shown += [f"{clock(at)}  {text}" for at, _, text in rows[left_out:]]
    timers = merchant.port.call("GET", "/timers", limit=COMING_MAX)["data"]
    shown.append(f"{clock(merchant.now)}  now")
    shown += [f"{clock(row['due'])}  ahead    {row['name']}  {row['target']}" for row in timers]
    accounts = merchant.port.call("GET", "/ledger", limit=1)["accounts"]
    shown += [f"balance  {row['provider']} {row['name']}: {row['balance']} {row['currency']}" for row in accounts]
    return "\n".join(shown)


def clock(at: int) -> str:
    return iso(at)[:-1].replace("T", " ")


def object_of(row: dict[str, Any]) -> str:
    shown = row["object"]
    return str(shown["id"] if isinstance(shown, dict) else shown)


def _request(row: dict[str, Any]) -> str:
    error = row["error"] or {}
    said = error.get("message") or ""
    return f"request  {row['method']} {row['path']}  {row['status'] or 'no answer'}{_faults(row)}{'  ' + said if said else ''}"


def _attempt(row: dict[str, Any], attempt: dict[str, Any]) -> str:
    answer = attempt["response"]["status"] if attempt["response"] else attempt["error"]
    return f"webhook  {row['type']}  to {row['url']}  {answer}{_faults(attempt)}"


def _faults(row: dict[str, Any]) -> str:
    return "".join(f"  ({fault['what']})" for fault in row["faults"])
