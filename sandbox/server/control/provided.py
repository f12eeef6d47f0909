"""Operations that providers bring to the control API: each is one unit of work, and waits for a partner's answer where it asked for one.

A provider knows neither HTTP nor time on the wall. Its handler says what is asked of whom and returns `Waits`; the unit is
committed, the sender carries the call, and what the partner answers is a unit of its own (`Dialect.heard`). Nothing is held
meanwhile: the partner may call back, and the clock may go on.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import dropwhile
from typing import Any

from pydantic import create_model

from sandbox.core.changes import Change
from sandbox.core.errors import Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Asked, Provider, Steer, Waits
from sandbox.server.control.op import Ask, ListQuery, Op, Query, Wrong, page
from sandbox.server.control.refusals import of_refusal

LOT_BYTES = 16
WAIT_S_MAX = 60.0  # wall time: a few attempts in a row, each with its own end after ten seconds


def operations(providers: Sequence[Provider]) -> tuple[Op, ...]:
    """Every provider's rows as the control API's."""
    return tuple(operation(provider, row) for provider in providers for row in provider.steering)


def operation(provider: Provider, row: Steer) -> Op:
    base = ListQuery if row.view is not None else Query
    fields: Any = dict(row.query)
    query = create_model(f"{provider.name}_{row.handler.__name__}", __base__=base, **fields) if fields else base
    return Op(row.method, row.path, handler_of(provider, row), row.about, row.body, query, row.answer)


def handler_of(provider: Provider, row: Steer) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask, *values: str) -> Any:
        asked = Asked(ask.body, ask.query, secrets.token_hex(LOT_BYTES))
        try:
            done = await ask.unit(lambda: row.handler(ask.merchant, asked, *values))
            if done.__class__ is Waits:
                await answered(ask, done)
                done = done.show()
        except Refusal as refusal:
            raise of_refusal(refusal, provider, ask.merchant) from None
        return done if row.view is None else rows_of(done, ask.query, partial(row.view, ask.merchant))

    return handler


def rows_of(records: Sequence[Any], query: Any, show: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """One page of them: nothing else is shown. Raises Wrong 404 for a cursor that is no row's id."""
    if query.after is None:
        return page(records, query.limit, show)
    rest = list(dropwhile(lambda record: record.id != query.after, records))
    if not rest:
        raise Wrong(404, "cursor_unknown", f"after='{query.after:.40}' is no row of this list (any more): start again without it.", "after")
    return page(rest[1:], query.limit, show)


async def answered(ask: Ask, waits: Waits) -> None:
    """The partner has answered, or nothing that could bring an answer is on its way: a fault may have put the call off.

    Raises:
        Wrong: 409, it takes too long, or the merchant was reset meanwhile.
    """
    merchant, world, sender = ask.merchant, ask.control.world, ask.control.driver.sender
    assert sender is not None, "whoever builds the server gives its driver a sender"
    stirred = asyncio.Event()

    def watch(changed: Merchant, changes: Sequence[Change]) -> None:
        if changed.name == merchant.name:
            stirred.set()

    world.watchers.append(watch)
    try:
        async with asyncio.timeout(WAIT_S_MAX):
            while not waits.ready() and sender.busy(merchant):
                stirred.clear()
                await first_of(stirred.wait(), sender.settled(merchant))
    except TimeoutError:
        message = f"The partner has not answered within {WAIT_S_MAX:g} s. GET /_sandbox/deliveries shows the attempts."
        raise Wrong(409, "partner_silent", message) from None
    finally:
        world.watchers.remove(watch)
    if world.merchants.get(merchant.name) is not merchant:
        raise Wrong(409, "merchant_replaced", f"Merchant {merchant.name} was reset or restored while the partner was asked: ask again.")


async def first_of(*works: Awaitable[Any]) -> None:
    """One of them is done, and the others are given up."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
