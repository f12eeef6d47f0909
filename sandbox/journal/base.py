"""What a journal is: changes in the order in which they were made, under the name of the merchant they altered.

A key is a merchant's name, or a path such as `snapshot/alpha/1` for what is set aside and is no merchant.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from sandbox.core.changes import Change


class JournalError(Exception):
    """What is kept cannot be used; the message is one line that says which file and why."""


class Journal(Protocol):
    def load(self) -> AsyncIterator[tuple[str, Change]]:
        """Every (key, change) kept; those of one key oldest first."""

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        """The changes are durable, all or none, before this returns."""

    async def rewrite(self, key: str, changes: Iterable[Change]) -> None:
        """These changes stand for all that was kept under the key, all or none."""

    async def forget(self, key: str) -> None:
        """Nothing is kept under the key any more."""

    async def close(self) -> None: ...


class NullJournal:
    """Keeps nothing: state lives as long as the process."""

    async def load(self) -> AsyncIterator[tuple[str, Change]]:
        return
        yield

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        pass

    async def rewrite(self, key: str, changes: Iterable[Change]) -> None:
        pass

    async def forget(self, key: str) -> None:
        pass

    async def close(self) -> None:
        pass
