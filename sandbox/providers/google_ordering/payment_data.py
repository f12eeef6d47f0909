"""The PaymentDataRequest for TimesofMoney, checked field by field: one row a rule, each with its finding's code.

A code with E means that the payment sheet could not open, so the order cannot be submitted; one with W only warns. E_GATEWAY is
between them: with another processor an order goes on, but Google neither charges nor refunds it, and only the rules that
all of Google Pay has are looked at.

Source: the page "TimesofMoney integration" and Google Pay's request objects, read 2026-11-26.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from sandbox.core.money import decimals, number
from sandbox.providers.google_ordering.records import Finding

TIMESOFMONEY = "timesofmoney"
EACH = "allowedPaymentMethods[]"
NETWORKS = frozenset(("VISA", "AMEX", "MASTERCARD"))
TOTAL = re.compile(r"[0-9]{1,15}(\.[0-9]{2})?\Z")
PLACEHOLDER = re.compile(r"\s*<.*>\s*\Z", re.DOTALL)


class Check(NamedTuple):
    """What has to be true of the value at a path; `everywhere`: whatever the processor."""

    code: str
    path: str
    holds: Callable[[Any], bool]
    says: str
    everywhere: bool = False


def is_number(wanted: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and value == wanted


def is_text(wanted: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value == wanted


def is_true(value: Any) -> bool:
    return value is True


def is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def are_networks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one in NETWORKS for one in value)


def is_merchant_id(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and PLACEHOLDER.match(value) is None


def is_total(value: Any) -> bool:
    return isinstance(value, str) and TOTAL.match(value) is not None


CHECKS: tuple[Check, ...] = (
    Check("E_API_VERSION", "apiVersion", is_number(2), "must be the number 2", True),
    Check("E_API_VERSION", "apiVersionMinor", is_number(0), "must be the number 0", True),
    Check("E_METHODS", "allowedPaymentMethods", is_list, "must be a list with a method", True),
    Check("E_METHOD_TYPE", f"{EACH}.type", is_text("CARD"), "must be CARD", True),
    Check("E_AUTH_METHOD", f"{EACH}.parameters.allowedAuthMethods", lambda value: value == ["PAN_ONLY"], "must be exactly [\"PAN_ONLY\"]"),
    Check("E_NETWORK", f"{EACH}.parameters.allowedCardNetworks", are_networks, "must be some of VISA, AMEX, MASTERCARD"),
    Check("W_BILLING", f"{EACH}.parameters.billingAddressRequired", is_true, "should be true"),
    Check("W_CVC", f"{EACH}.parameters.cvcRequired", is_true, "should be true"),
    Check("E_TOKENIZATION", f"{EACH}.tokenizationSpecification.type", is_text("PAYMENT_GATEWAY"), "must be PAYMENT_GATEWAY", True),
    Check("E_GATEWAY", f"{EACH}.tokenizationSpecification.parameters.gateway", is_text(TIMESOFMONEY),
          f"is not {TIMESOFMONEY}, in small letters: Google charges and refunds nothing, your own processor does", True),
    Check("E_GATEWAY_MERCHANT", f"{EACH}.tokenizationSpecification.parameters.gatewayMerchantId", is_merchant_id,
          "must be the id that TimesofMoney gave you, not a placeholder"),
    Check("E_CURRENCY", "transactionInfo.currencyCode", is_text("INR"), "must be INR"),
    Check("E_PRICE_STATUS", "transactionInfo.totalPriceStatus", is_text("ESTIMATED"), "must be ESTIMATED"),
    Check("E_TOTAL_FORMAT", "transactionInfo.totalPrice", is_total,
          "must be a text of digits with two decimals or none, such as \"412.50\"", True),
)  # fmt: skip


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path; None if nothing does."""
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def places(request: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of every place that a row is about."""
    if not path.startswith(EACH):
        yield path, at(request, path)
        return
    methods = request.get("allowedPaymentMethods")
    for place, method in enumerate(methods if isinstance(methods, list) else ()):
        yield path.replace("[]", f"[{place}]"), at(method, path.removeprefix(EACH + "."))


def processor_of(request: Mapping[str, Any]) -> str:
    """The processor that the first method names; empty if none does."""
    for _, named in places(request, f"{EACH}.tokenizationSpecification.parameters.gateway"):
        return named if isinstance(named, str) else ""
    return ""


def check(specification: Any, root: str, total: int, currency: str) -> tuple[str, list[Finding]]:
    """(the processor, findings) of a PaymentDataRequest as it was sent: JSON in a text.

    Args:
        total: the proposed order's, minor units of `currency`: what will be charged.
    """
    if not isinstance(specification, str):
        return "", [Finding("E_SPECIFICATION", root, "must be a PaymentDataRequest as a text of JSON, not an object")]
    try:
        request = orjson.loads(specification)
    except orjson.JSONDecodeError as error:
        return "", [Finding("E_SPECIFICATION", root, f"is no JSON: {error.msg}, line {error.lineno} column {error.colno}")]
    if not isinstance(request, dict):
        return "", [Finding("E_SPECIFICATION", root, "is no JSON object")]
    processor = processor_of(request)
    ours = processor in (TIMESOFMONEY, "")
    found = [
        Finding(row.code, f"{root}.{path}", f"{row.says}; it is {shown(value)}")
        for row in CHECKS
        if ours or row.everywhere
        for path, value in places(request, row.path)
        if not row.holds(value)
    ]
    estimate = at(request, "transactionInfo.totalPrice")
    if is_total(estimate) and minor(estimate, currency) != total:
        message = f"is {estimate}, and the proposed order's total is {number(total, currency)}: the order's total is charged"
        found.append(Finding("W_TOTAL_MISMATCH", f"{root}.transactionInfo.totalPrice", message))
    return processor, found


def minor(text: str, currency: str) -> int:
    """A total as Google Pay writes it, with two decimals or none, in minor units; -1 if those are coarser than it."""
    whole, _, part = text.partition(".")
    amount, rest = divmod(int(whole + (part or "00")) * 10 ** decimals(currency), 100)
    return -1 if rest else amount


def shown(value: Any) -> str:
    """A value in a finding, cut short."""
    return "missing" if value is None else orjson.dumps(value).decode()[:80]


def is_fatal(finding: Finding, processor: str) -> bool:
    """Whether the order cannot be submitted."""
    if finding.code == "E_GATEWAY":
        return not processor
    return finding.code.startswith("E_")


DOCUMENTED: tuple[tuple[str, str], ...] = (
    *((f"{row.path} {row.says.partition(':')[0]}: else {row.code}", "page 'TimesofMoney integration'; Google Pay request objects")
      for row in CHECKS),
)  # fmt: skip
