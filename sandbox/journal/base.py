"""What a journal is: changes in the order in which they were made, under the name of the merchant they altered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from sandbox.core.changes import Change


class Journal(Protocol):
    def load(self) -> AsyncIterator[tuple[str, Change]]:
        """Every (key, change) kept, oldest first."""

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        """The changes are durable, all or none, before this returns."""

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

    async def forget(self, key: str) -> None:
        pass

    async def close(self) -> None:
        pass
