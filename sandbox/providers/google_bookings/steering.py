"""The control API's side of bookings: registering partners, loading feeds, and what users and guests do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from sandbox.core import endpoints
from sandbox.core.clock import LATEST
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint
from sandbox.providers.base import Asked, Steer, Waits
from sandbox.providers.google import access_token
from sandbox.providers.google_bookings import assumed, booking, calls, feeds, paying, quoting, scripted, views
from sandbox.providers.google_bookings import settling as s
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS, setting
from sandbox.providers.google_bookings.records import Booking, BookingPartner, FeedRow
from sandbox.providers.google_bookings.shapes import Row, Warn
from sandbox.providers.steering import Body

FLOW = "bookings"
ROOT = "/_sandbox/google/bookings"
Id = Annotated[str, Field(min_length=1, max_length=500)]
Moment = Annotated[int, Field(ge=0, le=LATEST, description="Unix seconds")]
PartySize = Annotated[int, Field(ge=1, le=10_000)]
Length = Annotated[int, Field(ge=1, le=366 * 86_400, description="Seconds")]
PartnerId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class BookingServerAnswers(Body):
    """What the built-in booking server answers, call by call; by default it says yes to everything."""

    BatchAvailabilityLookup: str | None = Field(None, description="free, taken, an HTTP status such as 500, or garbage", max_length=60)
    CreateBooking: str | None = Field(
        None, description="confirm, pending, unpaid, the cause of a booking_failure, an HTTP status, or garbage", max_length=60
    )
    UpdateBooking: str | None = Field(
        None, description="accept, refund, the cause of a booking_failure, an HTTP status, or garbage", max_length=60
    )


class Register(Body):
    partner_id: PartnerId
    base_url: str | None = Field(None, min_length=1, max_length=5_000, description="The booking server; without it, a built-in one answers")
    username: str = Field("", max_length=500, description="HTTP Basic, on every call")
    password: str = Field("", max_length=500)
    generation: Literal["legacy", "redirect", "google_processed"] = "legacy"
    posting: Literal["auto", "manual"] = Field("auto", description="Who moves the money: the sandbox, or the partner by hand")
    answers: BookingServerAnswers | None = Field(None, description="For the built-in booking server only")


class FeedFile(Body):
    """A feed as Google takes it; what is in it is checked by the feed's own rules."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class Pick(Body):
    partner_id: PartnerId
    merchant_id: Id
    service_id: Id
    start_sec: Moment
    duration_sec: Length | None = None
    party_size: PartySize | None = None
    room_id: Id | None = None


class User(Body):
    user_id: Id | None = None
    given_name: Id | None = None
    family_name: Id | None = None
    telephone: Id | None = None
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=500)] | None = None
    language_code: Id | None = None


class Book(Pick):
    user: User | None = Field(None, description="Who books; what is left out is made up")


class Modify(Body):
    start_sec: Moment | None = None
    duration_sec: Length | None = None
    party_size: PartySize | None = None


class Attendance(Body):
    outcome: Literal["attended", "no_show"]


class Post(Body):
    kind: Literal["prepayment_charge", "prepayment_refund", "deposit_charge", "deposit_refund", "no_show_fee"]
    amount: int = Field(gt=0, le=10**15, description="Micros, as the feeds have them")


class Registered(TypedDict):
    id: str
    access_token: str


class Loaded(TypedDict):
    loaded: int
    warnings: list[dict[str, str]]


# Partners and feeds


def register(merchant: Merchant, asked: Asked) -> Registered:
    """Google knows the partner; registered again, it has what it says now, and keeps its token, its feeds and its bookings."""
    body: Register = asked.body
    answers = body.answers.model_dump(exclude_none=True) if body.answers is not None else {}
    if body.base_url is not None and answers:
        message = "`answers` are for the built-in booking server: leave base_url out, or the answers."
        raise Refusal(Reason.PARAMS_EXCLUSIVE, message=message, param="answers")
    scripted.check(answers)
    details = {"username": body.username, "slash": setting(merchant, "trailing_slash", assumed.TRAILING_SLASH), "answers": answers}
    url = body.base_url or endpoints.PARTNER
    if body.base_url is not None:
        admit(merchant, body.base_url)
    known = partner_or_none(merchant, body.partner_id)
    if known is None:
        made = endpoints.add_partner(merchant, GOOGLE_BOOKINGS, url, body.password, details)
        known = merchant.put(
            BookingPartner(
                merchant.new_id(GOOGLE_BOOKINGS, BookingPartner), GOOGLE_BOOKINGS, "registered", merchant.now, body.partner_id,
                body.generation, body.posting, access_token(merchant, FLOW, body.partner_id), made.id,
            )
        )  # fmt: skip
    else:
        served: Endpoint = merchant.get(GOOGLE_BOOKINGS, Endpoint, known.endpoint_id)
        merchant.put(served._replace(url=url, secret=body.password, details=details))
        known = merchant.put(known._replace(generation=body.generation, posting=body.posting))
    return {"id": known.id, "access_token": known.token}


def admit(merchant: Merchant, url: str) -> None:
    """A booking server may be there. Raises Refusal URL_INVALID, TARGET_REFUSED, about the field that named it."""
    try:
        endpoints.admit(merchant, url)
    except Refusal as refusal:
        raise Refusal(refusal.reason, **{**refusal.facts, "param": "base_url"}) from None


def partner_or_none(merchant: Merchant, partner_id: str) -> BookingPartner | None:
    found = merchant.store.shelf(GOOGLE_BOOKINGS, BookingPartner).of("partner_id", partner_id)
    return found[0] if found else None


def the_partner(merchant: Merchant, partner_id: str | None) -> BookingPartner:
    """The partner of that id, or the only one there is. Raises Refusal REFERENCE_NOT_FOUND, PARAM_MISSING."""
    shelf = merchant.store.shelf(GOOGLE_BOOKINGS, BookingPartner)
    if partner_id is None and len(shelf) == 1:
        return shelf.oldest()  # type: ignore[no-any-return]
    if partner_id is None and len(shelf):
        message = "There are several partners: say whose feed it is with ?partner_id=."
        raise Refusal(Reason.PARAM_MISSING, message=message, param="partner_id")
    found = partner_or_none(merchant, partner_id or "")
    if found is None:
        message = f"There is no partner{f' {partner_id!r}' if partner_id else ''}: register one with POST {ROOT}/partners."
        raise Refusal(Reason.REFERENCE_NOT_FOUND, message=message, kind="partner", id=partner_id or "", param="partner_id", next="")
    return found


def partners(merchant: Merchant, asked: Asked) -> list[BookingPartner]:
    return list(merchant.store.shelf(GOOGLE_BOOKINGS, BookingPartner).rows.values())


def known_kind(kind: str) -> str:
    if kind not in feeds.KINDS:
        raise Refusal(Reason.NOT_FOUND, message=f"There is no feed '{kind:.60}': there are {', '.join(feeds.KINDS)}.", kind="feed", id=kind)
    return kind


def load(merchant: Merchant, asked: Asked, kind: str) -> Loaded:
    """The feed takes the place of the one before; bookings keep the terms that were accepted."""
    partner = the_partner(merchant, asked.query.partner_id)
    rows, warnings = feeds.read(known_kind(kind), asked.body.model_extra or {})
    name = quoting.feed_name(partner, kind)
    for old in list(merchant.store.shelf(GOOGLE_BOOKINGS, FeedRow).of("feed", name)):
        merchant.drop(old)
    seen: dict[str, None] = {}
    for row in rows:
        record = kept(merchant, partner, kind, name, row, len(seen))
        if record.id in seen:
            message = f"'{record.id.partition('/')[2].partition(':')[2]}' is in the feed more than once: the last one counts."
            warnings.append(Warn("W_DUPLICATE", kind, message))
        seen[record.id] = None
        merchant.put(record)
    if kind == "availability":
        warnings += of_slots(merchant, partner, rows)
    if kind == "services":
        warnings += of_services(merchant, partner, rows)
    return {"loaded": len(rows), "warnings": [warning._asdict() for warning in warnings]}


def kept(merchant: Merchant, partner: BookingPartner, kind: str, name: str, row: Row, number: int) -> FeedRow:
    if kind == "availability":
        at = quoting.place(partner, row["merchant_id"], row["service_id"], row["start_sec"])
        return FeedRow(f"slot/{at}/{number}", GOOGLE_BOOKINGS, "loaded", merchant.now, name, at, row)
    names = (row["merchant_id"],) if kind == "merchants" else (row["merchant_id"], row["service_id"])
    return FeedRow(f"{kind}/{quoting.place(partner, *names)}", GOOGLE_BOOKINGS, "loaded", merchant.now, name, "", row)


def of_services(merchant: Merchant, partner: BookingPartner, rows: list[Row]) -> list[Warn]:
    """Services of venues that the merchants feed does not have, each venue once."""
    found: dict[str, Warn] = {}
    for number, service in enumerate(rows):
        venue = service["merchant_id"]
        if quoting.row(merchant, partner, "merchants", venue) is None:
            message = f"The merchants feed has no {venue:.100}: load it there, before its services."
            found.setdefault(venue, Warn("W_UNKNOWN_MERCHANT", f"service[{number}].merchant_id", message))
    return list(found.values())


def of_slots(merchant: Merchant, partner: BookingPartner, rows: list[Row]) -> list[Warn]:
    """What does not fit between the slots and the other feeds, each kind of fault once a service."""
    found: dict[tuple[str, str, str], Warn] = {}
    how = t.switches(merchant)
    for number, slot in enumerate(rows):
        path = f"availability[{number}]"
        service = quoting.row(merchant, partner, "services", slot["merchant_id"], slot["service_id"])
        if service is None:
            message = f"The services feed has no {slot['merchant_id']}/{slot['service_id']}: the slot cannot be booked."
            found.setdefault((slot["merchant_id"], slot["service_id"], ""), Warn("W_UNKNOWN_SERVICE", path, message))
            continue
        terms = t.terms_of(service, slot, how)
        for warning in quoting.warnings(merchant, partner, service, slot, terms):
            key = (slot["merchant_id"], slot["service_id"], warning.code)
            found.setdefault(key, warning._replace(path=f"{path}.{warning.path}"))
    return list(found.values())


def loaded(merchant: Merchant, asked: Asked, kind: str) -> list[FeedRow]:
    """The feed's rows."""
    partner = the_partner(merchant, asked.query.partner_id)
    return list(merchant.store.shelf(GOOGLE_BOOKINGS, FeedRow).of("feed", quoting.feed_name(partner, known_kind(kind))))


# Users


def offer(merchant: Merchant, pick: Pick) -> quoting.Offer:
    partner = the_partner(merchant, pick.partner_id)
    wanted = quoting.Wanted(pick.merchant_id, pick.service_id, pick.start_sec, pick.duration_sec, pick.party_size, pick.room_id)
    return quoting.offer(merchant, partner, wanted)


def quote(merchant: Merchant, asked: Asked) -> dict[str, Any]:
    return quoting.shown(merchant, offer(merchant, asked.body))


def find(merchant: Merchant, key: str) -> Booking:
    """The booking of that id, Google's or the partner's. Raises Refusal NOT_FOUND."""
    found = paying.found(merchant, key)
    if found is None:
        raise Refusal(Reason.NOT_FOUND, message=f"There is no booking '{key:.100}'. GET {ROOT} lists them.", kind="booking", id=key)
    return found


def shown(merchant: Merchant, made: Booking) -> dict[str, Any]:
    return views.booking(merchant, s.get(merchant, made.id))


def waits(merchant: Merchant, made: Booking) -> Waits:
    """The booking, once the partner has answered what it was asked about it."""
    return Waits(lambda: not s.get(merchant, made.id).call_id, lambda: shown(merchant, made))


def book(merchant: Merchant, asked: Asked) -> Waits:
    body: Book = asked.body
    user = body.user.model_dump(exclude_none=True) if body.user is not None else {}
    return waits(merchant, booking.book(merchant, offer(merchant, body), user, asked.lot))


def cancel(merchant: Merchant, asked: Asked, key: str) -> Waits:
    return waits(merchant, booking.cancel(merchant, find(merchant, key)))


def modify(merchant: Merchant, asked: Asked, key: str) -> Waits:
    change = asked.body.model_dump(exclude_none=True)
    if not change:
        raise Refusal(Reason.PARAM_MISSING, message="Say what changes: start_sec, duration_sec or party_size.", param="start_sec")
    return waits(merchant, booking.modify(merchant, find(merchant, key), change))


def attendance(merchant: Merchant, asked: Asked, key: str) -> dict[str, Any]:
    return shown(merchant, booking.attend(merchant, find(merchant, key), asked.body.outcome))


def post(merchant: Merchant, asked: Asked, key: str) -> dict[str, Any]:
    return shown(merchant, booking.post(merchant, find(merchant, key), asked.body.kind, asked.body.amount))


def bookings(merchant: Merchant, asked: Asked) -> list[Booking]:
    return list(merchant.store.shelf(GOOGLE_BOOKINGS, Booking).rows.values())


def one_booking(merchant: Merchant, asked: Asked, key: str) -> dict[str, Any]:
    return views.booking(merchant, find(merchant, key))


WHOSE = {"partner_id": (PartnerId | None, Field(None, description="Whose feed; not needed while there is one partner"))}
STEERING: tuple[Steer, ...] = (
    Steer("POST", f"{ROOT}/partners", register, "Google knows a partner who takes bookings", Register, answer=Registered),
    Steer("GET", f"{ROOT}/partners", partners, "Partners who take bookings", view=views.partner),
    Steer("PUT", ROOT + "/feeds/{feed}", load, "Loads a feed: merchants, services or availability", FeedFile, WHOSE, Loaded),
    Steer("GET", ROOT + "/feeds/{feed}", loaded, "A feed as it was accepted, in canonical shape", query=WHOSE,
          view=views.feed_row),
    Steer("POST", f"{ROOT}/quote", quote, "What a slot costs and until when it can be cancelled; amounts in micros", Pick),
    Steer("POST", ROOT, book, "A user books: BatchAvailabilityLookup and CreateBooking, or a redirect", Book),
    Steer("GET", ROOT, bookings, "Bookings with terms, postings and mismatches", view=views.booking),
    Steer("GET", ROOT + "/{id}", one_booking, "One booking, by its id or the partner's"),
    Steer("POST", ROOT + "/{id}/cancel", cancel, "The user cancels at Google: UpdateBooking"),
    Steer("POST", ROOT + "/{id}/modify", modify, "The user changes time or party at Google: UpdateBooking", Modify),
    Steer("POST", ROOT + "/{id}/attendance", attendance, "Whether the guest really came", Attendance),
    Steer("POST", ROOT + "/{id}/postings", post, "The partner's own processor has moved money (manual posting)", Post),
)  # fmt: skip
# What a call may be answered with, for whoever scripts the built-in partner.
assert set(BookingServerAnswers.model_fields) == set(calls.METHODS), "every call has its line in `answers`"
