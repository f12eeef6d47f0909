"""What a scenario file may say. The models read strangers' files, and the JSON Schema for editors is printed from them.

A text `${name}` in the place of a value stands for the id of what the step of that name made, `${name:path.to.field}` for a
field of it as it is now, `${parameter}` for a parameter of the file or the number of a repetition.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sandbox.scenario.guests import Attend, Book, Cancel, Modify, Notify, Posting, Venue
from sandbox.scenario.meals import Order, OrderUpdate
from sandbox.scenario.parts import START as START
from sandbox.scenario.parts import Amount, Called, Date, Made, Named, Part, ProviderName, Reference, Span, SpanText, Word
from sandbox.scenario.parts import date as date
from sandbox.scenario.parts import span as span

REPEAT_MAX = 10_000
TAKEN_MAX = 100_000  # steps of one play, repetitions counted
STEPS_MAX = 5_000


class Charge(Called):
    """A cardholder pays."""

    amount: Amount
    currency: Annotated[str, Field(pattern="^[a-z]{3}$")] | None = Field(None, description="Stripe: usd, Omise: thb")
    card: Word = Field("ok", description="ok, declined, refund_pending, refund_fails, or the provider's own word for a test card")
    capture: bool = True
    description: Word | None = None
    email: Word | None = None
    metadata: dict[str, Word] = {}


class Capture(Called):
    """The merchant takes the money of a charge that was only authorized."""

    charge: Word
    amount: Amount | None = None


class Refund(Called):
    """The merchant gives money back."""

    charge: Word
    amount: Amount | None = Field(None, description="Default: what is left")
    reason: Word | None = None


class Dispute(Made):
    """The cardholder's bank takes the money back."""

    charge: Word
    amount: Amount | None = Field(None, description="Default: what is left")
    reason: Word | None = Field(None, description="The provider's word")
    due_in_days: int | None = Field(None, ge=0, le=3_660)


class Inquiry(Dispute):
    """The cardholder's bank asks; no money moves yet."""


class Escalate(Made):
    """An inquiry becomes a chargeback."""

    dispute: Word


class Evidence(Called):
    """The merchant answers a dispute, by the provider's API."""

    dispute: Word
    fields: dict[str, Word] = Field({}, description="The provider's own names; Omise: message")
    documents: dict[str, Word] = Field({}, description="Evidence field -> name of a file that is made up and uploaded")
    submit: bool = True


class Accept(Called):
    """The merchant gives in."""

    dispute: Word


class Decide(Made):
    """The bank decides now: a dispute, or what becomes of a refund."""

    dispute: Word | None = None
    refund: Word | None = None
    outcome: Literal["won", "lost", "succeeded", "failed", "canceled"]
    reason: Word | None = Field(None, description="Why a refund failed, the provider's word")

    @model_validator(mode="after")
    def _one_object(self) -> Decide:
        words = ("won", "lost") if self.dispute is not None else ("succeeded", "failed", "canceled")
        if (self.dispute is None) == (self.refund is None) or self.outcome not in words:
            raise ValueError("a dispute is won or lost, a refund succeeded, failed or canceled: name one of them")
        return self


class Warn(Made):
    """The issuer suspects fraud: an early warning."""

    charge: Word
    fraud_type: Word | None = None


class Authenticate(Made):
    """The cardholder passes or fails 3-D Secure, or pays what is pending."""

    payment: Word
    outcome: Literal["passed", "failed"]


class Advance(Part):
    """Simulated time goes on; webhooks are answered at each instant."""

    by: Span | Reference | None = Field(None, description="A span, or a reference to a number of seconds")
    to: Date | Reference | None = None
    deadline: Word | None = Field(None, description="To the moment the evidence of this dispute is due")
    until: Literal["next", "idle"] | None = Field(None, description="The next timer, or none left")
    plus: Span = Field(0, description="So much after the goal", validate_default=False)
    minus: Span = Field(0, description="So much before it", validate_default=False)

    @model_validator(mode="after")
    def _one_goal(self) -> Advance:
        if sum(goal is not None for goal in (self.by, self.to, self.deadline, self.until)) != 1:
            raise ValueError("time goes on by a span, to a date, to a deadline or until a word: name one of them")
        if (self.plus or self.minus) and self.to is None and self.deadline is None:
            raise ValueError("plus and minus go with to or deadline")
        return self


class Fault(Part):
    """The network or the provider fails from now on, as the control API's faults say; or a fault ends."""

    name: Named | None = Field(None, alias="as")
    remove: Word | None = Field(None, description="The name of the fault that ends")
    where: Literal["request", "response", "webhook"] | None = None
    what: Word | int | None = Field(None, description="429, 500, 503, timeout, connection_reset, reply_lost, drop, delay, ...")
    paths: list[Word] | None = None
    events: list[Word] | None = None
    nth: int | None = Field(None, ge=1)
    probability: float | None = Field(None, ge=0, le=1)
    count: int | None = Field(None, ge=1)
    seconds: float | None = Field(None, ge=0)
    times: int | None = Field(None, ge=1, description="Copies, for duplicate")
    retry: bool | None = Field(None, description="429, 500, 503: what Stripe-Should-Retry says")

    @model_validator(mode="after")
    def _whole(self) -> Fault:
        if self.remove is None and (self.where is None or self.what is None):
            raise ValueError("a fault needs where and what, or remove")
        return self


class Request(Called):
    """Any call of the provider's API."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, Field(pattern="^/")]
    params: dict[str, Any] = Field({}, description="As the provider takes them: Stripe's form, Omise's JSON, the query of a GET")
    headers: dict[str, Word] = {}
    body: str | None = Field(None, description="A text as it is, with its content-type among the headers")
    body_base64: str | None = Field(None, description="Bytes as they are")
    public: bool = Field(False, description="With the publishable key")


class Resend(Part):
    """Every webhook that was delivered goes out again."""

    events: Word = Field("*", description="A type, or a pattern such as charge.dispute.*")
    times: int = Field(1, ge=1, le=100)


Handler = Literal["answers", "survives_duplicates", "survives_reordering", "never_refunds_disputed", "retries_with_keys"]


class Did(Part):
    """What the application did at the provider's API since the story began."""

    request: Annotated[str, Field(pattern="^(GET|POST|PUT|PATCH|DELETE) /", description="POST /v1/refunds; * stands for anything")]
    times: int | None = Field(None, ge=0, description="Default: once or more")
    within: Span | None = Field(None, description="Of simulated time since the story's last step of its own")


class Expect(Part):
    """What must hold now."""

    events: list[Word] | dict[ProviderName, list[Word]] | None = Field(None, description="All since the last `expect` of events")
    order: Literal["exact", "any", "within"] = Field("exact", description="within: in this order, and others may stand between")
    objects: dict[str, dict[str, Any]] | None = Field(None, description="Name -> field -> value; `data.length` counts")
    balances: dict[str, int | Reference] | None = Field(None, description="Ledger account -> minor units")
    currency: Annotated[str, Field(pattern="^[a-z]{3}$")] | None = None
    received: list[Word] | dict[ProviderName, list[Word]] | None = Field(
        None, description="Types of the webhooks that came in since the last such `expect`"
    )
    deliveries: dict[Literal["pending", "delivered", "failed", "attempts"], int] | None = None
    did: list[Did] | None = Field(None, description="Skipped when no application takes part")
    handler: list[Handler] | None = Field(None, description="Verdicts about the application; skipped when none takes part")
    evidence_in_time: Word | None = Field(None, description="The application answered this dispute before its deadline")

    @model_validator(mode="after")
    def _something(self) -> Expect:
        if all(getattr(self, name) is None for name in type(self).model_fields if name not in ("order", "currency")):
            raise ValueError("expect something: events, objects, balances, received, deliveries, did, handler or evidence_in_time")
        return self


class WaitFor(Part):
    """Time goes on until the application has done something; skipped when no application takes part."""

    request: Annotated[str, Field(pattern="^(GET|POST|PUT|PATCH|DELETE) /")]
    times: int = Field(1, ge=1)
    within: Span = Field(86_400, validate_default=False)


class Choice(Part):
    """One of several ways the story may go on; the seed decides."""

    weight: int = Field(1, ge=1, le=1_000_000)
    steps: list[Step] = Field([], max_length=STEPS_MAX)


class Repeat(Part):
    """Steps that are taken several times; `${count}`, or the given name, is the number of the time, from 1."""

    times: int | Reference
    count: Named = "count"
    steps: list[Step] = Field(min_length=1, max_length=STEPS_MAX)


class Step(Part):
    """One thing that happens: exactly one verb."""

    only: list[ProviderName] | None = Field(None, description="Taken on these providers only")
    when: Literal["app", "alone"] | None = Field(None, description="Taken only if an application takes part, or if none does")
    note: str | None = Field(None, description="For whoever reads the report")
    charge: Charge | None = None
    capture: Capture | None = None
    refund: Refund | None = None
    dispute: Dispute | None = None
    inquiry: Inquiry | None = None
    escalate: Escalate | None = None
    evidence: Evidence | None = None
    accept: Accept | None = None
    decide: Decide | None = None
    warn: Warn | None = None
    authenticate: Authenticate | None = None
    advance: SpanText | Advance | None = None
    fault: Fault | None = None
    order: Order | None = None
    order_update: OrderUpdate | None = None
    venue: Venue | None = None
    book: Book | None = None
    cancel: Cancel | None = None
    modify: Modify | None = None
    attend: Attend | None = None
    notify: Notify | None = None
    posting: Posting | None = None
    request: Request | None = None
    resend: Resend | None = None
    expect: Expect | None = None
    wait_for: WaitFor | None = None
    choose: list[Choice] | None = Field(None, min_length=1, max_length=100)
    repeat: Repeat | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> Step:
        given = self.verbs()
        if len(given) != 1:
            said = " and ".join(given) if given else "none"
            raise ValueError(f"a step has exactly one verb; this one has {said}")
        return self

    def verbs(self) -> list[str]:
        return [verb for verb in VERBS if getattr(self, verb) is not None]


VERBS: tuple[str, ...] = tuple(name for name in Step.model_fields if name not in ("only", "when", "note"))


class Scenario(Part):
    """A story: who it runs for, from when, and what happens."""

    name: Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    about: Annotated[str, Field(min_length=1, max_length=2_000, description="One paragraph")]
    providers: list[ProviderName] = Field(min_length=1)
    start: Date = Field(default=START, validate_default=True)
    seed: int | None = Field(None, ge=0, le=2**53, description="Default: a number made of the name, so no two stories share an id")
    settings: dict[str, Any] = Field({}, description="As POST /_sandbox/settings takes them")
    parameters: dict[Named, int | str | dict[ProviderName, int | str]] = {}
    steps: list[Step] = Field(min_length=1, max_length=STEPS_MAX)


for _model in (Choice, Repeat, Step, Scenario):
    _model.model_rebuild()
