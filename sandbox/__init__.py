"""A local server that imitates payment providers' refunds, disputes and webhooks, on a simulated clock."""

__version__ = "0.1.0"
