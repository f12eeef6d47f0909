"""Actions Center bookings: feeds, terms and postings, and the calls that Google makes at a partner's booking server."""

from __future__ import annotations

from sandbox.providers.google_bookings.provider import GoogleBookings

PROVIDER: GoogleBookings = GoogleBookings()
