"""What the control API may ask of bookings' money: a payment given back by hand, a refund under way settled."""

from __future__ import annotations

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Refund
from sandbox.providers.google import NoBank, out_of_reach
from sandbox.providers.google_bookings import paying
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.settling import refund


class BookingsBank(NoBank):
    name = "Google's bookings flow"
    refunds = "A refund of a booking is final when it is made."

    def charge(self, merchant: Merchant, key: str) -> Charge | None:
        """The charge of a charge id or of a booking's: of several, the oldest of which something is left."""
        found: Charge | None = merchant.get(GOOGLE_BOOKINGS, Charge, key)
        if found is not None:
            return found
        booking = paying.found(merchant, key)
        if booking is None:
            return None
        charges = paying.charges_of(merchant, booking)
        if not charges:
            out_of_reach(f"Nothing was taken of booking {key}, so there is no charge to do that to.", "charge")
        return next((charge for charge in charges if charge.refunded < charge.captured), charges[-1])

    def refund(self, merchant: Merchant, charge: Charge, amount: int | None, reason: str | None) -> Refund:
        """The venue gives money back by hand, which it always may; a prepayment's status does not follow."""
        if reason is not None:
            out_of_reach("Refunds of bookings have no reason: leave it out.", "reason")
        left = charge.captured - charge.refunded
        wanted = left if amount is None else amount
        if not 0 < wanted <= left:
            message = f"At most {left} of {charge.id} can be given back, not {wanted}."
            raise Refusal(Reason.AMOUNT_EXCEEDS_REFUNDABLE, message=message, param="amount")
        return refund(merchant, charge, wanted, "by_hand")

    def settle_refund(self, merchant: Merchant, refund: Refund, verdict: str, failure_reason: str | None) -> Refund:
        """One that waits for its delay is settled now."""
        if verdict != "succeed" or merchant.row(refund, Trigger.SETTLE) is None:
            out_of_reach(self.refunds + " Only one that is pending (setting refund_delay_s) can succeed before its time.")
        return merchant.fire(refund, Trigger.SETTLE)
