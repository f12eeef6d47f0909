"""Answers kept as files: ids become names, times become distances, what is drawn from a hash keeps only its shape.

`pytest tests/snapshots --snapshot-update` writes the files anew; look at the difference before it is committed.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.harness import DAY, START

FOLDER = Path(__file__).parent / "stripe"
# How an id begins -> what it is called in a snapshot.
NAMES = {
    "ch": "charge", "pi": "payment_intent", "re": "refund", "du": "dispute", "txn": "balance_transaction", "evt": "event",
    "pm": "payment_method", "card": "card", "src": "source", "tok": "token", "clock": "test_clock", "seti": "setup_intent",
    "py": "payment", "pyr": "payment_refund", "mandate": "mandate", "prv": "review", "link": "file_link",
    "cus": "customer", "file": "file", "we": "webhook_endpoint",
    "issfr": "early_fraud_warning", "req": "request", "acct": "account", "po": "payout", "ba": "bank_account",
    "tr": "transfer", "trr": "transfer_reversal", "fee": "application_fee", "fr": "fee_refund",
    "btok": "bank_token", "alink": "account_link",
}  # fmt: skip
SHAPES = r"[13][0-9A-Za-z]{23}|(?<=acct_)1[0-9A-Za-z]{15}|(?<=cus_|req_)[0-9A-Za-z]{14}"
ID = re.compile(rf"\b({'|'.join(NAMES)})_(?:{SHAPES})(?![0-9A-Za-z])")
SECRETS = re.compile(r"(_secret_|whsec_|/links/)([0-9A-Za-z_-]+)")
DRAWN = frozenset((
    "authorization_code", "fingerprint", "invoice_prefix", "network_transaction_id", "payment_reference", "reference", "value",
))  # fmt: skip
# Epoch seconds: no amount in a snapshot comes near this.
TIMES = range(START - 366 * DAY, START + 3 * 366 * DAY)
TIME_IN_TEXT = re.compile(r"(?<=[?&]t=)\d{10}\b")
UNITS = (("d", DAY), ("h", 3600), ("m", 60), ("s", 1))


def masked(value: Any) -> Any:
    """The value without anything that another seed, merchant or starting time would change.

    The first charge met is `<charge:1>` wherever it is named, also within a longer text.
    """
    met: dict[str, str] = {}
    counts: Counter[str] = Counter()

    def name(found: re.Match[str]) -> str:
        if found[0] not in met:
            counts[found[1]] += 1
            met[found[0]] = f"<{NAMES[found[1]]}:{counts[found[1]]}>"
        return met[found[0]]

    def walk(item: Any, key: str = "") -> Any:
        if isinstance(item, dict):
            return {inner: walk(held, inner) for inner, held in item.items()}
        if isinstance(item, list):
            return [walk(held) for held in item]
        if isinstance(item, str) and key in DRAWN:
            return shape(item)
        if isinstance(item, str):
            item = TIME_IN_TEXT.sub(lambda found: distance(int(found[0]) - START), ID.sub(name, item))
            return SECRETS.sub(lambda found: f"{found[1]}{shape(found[2])}", item)
        if isinstance(item, int) and item in TIMES:
            return distance(item - START)
        return item

    return walk(value)


def shape(text: str) -> str:
    return f"<{len(text)} {'digits' if text.isdigit() else 'characters'}>"


def distance(seconds: int) -> str:
    """`<start>`, `<start+8d>`, `<start+7d14h59m59s>`."""
    parts, left = "", abs(seconds)
    for unit, length in UNITS:
        count, left = divmod(left, length)
        parts += f"{count}{unit}" if count else ""
    return f"<start{('+' if seconds > 0 else '-') + parts if parts else ''}>"


def check(name: str, answer: Any, update: bool, folder: Path = FOLDER) -> None:
    """The masked answer is the one on file; with `update` it is from now on."""
    path = folder / f"{name}.json"
    got = json.dumps(masked(answer), indent=2, ensure_ascii=False) + "\n"
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(got, "utf-8")
        return
    assert path.exists(), f"there is no snapshot {path.name}: run pytest tests/snapshots --snapshot-update, then read it"
    kept = path.read_text("utf-8")
    if got != kept:
        lines = difflib.unified_diff(kept.splitlines(), got.splitlines(), f"{path.name} (kept)", f"{path.name} (now)", lineterm="")
        raise AssertionError("the answer changed; if that is right, run with --snapshot-update\n" + "\n".join(lines))
