"""Operations that partners call."""

from __future__ import annotations

from sandbox.providers.base import Op
from sandbox.providers.google_ordering.routes import conversations

OPERATIONS: tuple[Op, ...] = conversations.OPERATIONS
