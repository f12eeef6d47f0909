"""What may always be changed of an object, and of some alone: the metadata that its merchant gave it."""

from __future__ import annotations

from typing import Any

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.providers.stripe.validate import Expandable, Metadata, merge_metadata


class OnlyMetadata(Expandable):
    metadata: Metadata = None


def relabelled(merchant: Merchant, found: Any, params: OnlyMetadata) -> Any:
    """The object with the metadata that it had and those given; an empty one takes a key away."""
    return merchant.fire(found, Trigger.UPDATE, metadata=merge_metadata(found.metadata, params.metadata))
