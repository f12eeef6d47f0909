"""A local server that imitates payment providers' refunds, disputes and webhooks, on a simulated clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.inprocess import Sandbox

__version__ = "0.1.0"
__all__ = ["Sandbox", "__version__"]


def __getattr__(name: str) -> Any:
    """`Sandbox` is there when asked for: a command or a test session that does not need it does not pay for its imports."""
    if name == "Sandbox":
        from sandbox.inprocess import Sandbox

        return Sandbox
    raise AttributeError(f"module 'sandbox' has no attribute '{name}'")
