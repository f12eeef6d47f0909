"""What the bodies of control calls have in common, whoever brings the call: the server, or a provider."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A JSON body: its types are taken at their word."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)  # built at its first use: a start is faster
