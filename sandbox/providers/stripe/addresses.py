"""Whom a payment is billed and shipped to: hashes that several operations take."""

from __future__ import annotations

from sandbox.providers.stripe.validate import Clearable, Email, Params, Text


class Address(Params):
    city: Clearable[Text] = None
    country: Clearable[Text] = None
    line1: Clearable[Text] = None
    line2: Clearable[Text] = None
    postal_code: Clearable[Text] = None
    state: Clearable[Text] = None


class Shipping(Params):
    address: Address
    name: Text
    carrier: Clearable[Text] = None
    phone: Clearable[Text] = None
    tracking_number: Clearable[Text] = None


class BillingDetails(Params):
    address: Clearable[Address] = None
    email: Clearable[Email] = None
    name: Clearable[Text] = None
    phone: Clearable[Text] = None
    tax_id: Clearable[Text] = None
