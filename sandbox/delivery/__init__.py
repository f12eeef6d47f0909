"""Webhooks on their way: who may be sent to, in what order, and what came back. Knows the core and httpx, no provider."""
