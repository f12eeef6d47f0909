"""Every control call there is, noun by noun: the routing table, and what the OpenAPI document is printed from."""

from __future__ import annotations

from sandbox.providers import PROVIDERS
from sandbox.server.control import (
    about,
    bank,
    clock,
    disputes,
    faults,
    looking,
    machines,
    merchants,
    openapi,
    payments,
    provided,
    ranges,
    requests,
    scenarios,
    settings,
    snapshots,
    stream,
    webhooks,
)  # fmt: skip
from sandbox.server.control.op import Op

OPERATIONS: tuple[Op, ...] = (
    *about.OPERATIONS, *clock.OPERATIONS, *settings.OPERATIONS, *bank.OPERATIONS, *payments.OPERATIONS, *disputes.OPERATIONS,
    *machines.OPERATIONS, *looking.OPERATIONS, *requests.OPERATIONS, *webhooks.OPERATIONS, *faults.OPERATIONS, *scenarios.OPERATIONS,
    *ranges.OPERATIONS, *merchants.OPERATIONS, *snapshots.OPERATIONS, *stream.OPERATIONS, *openapi.OPERATIONS,
    *provided.operations(PROVIDERS),
)  # fmt: skip
