"""What steps do and what `expect` sees, on small stories."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.playing import in_process, play_in_process, stage
from sandbox.scenario.outside import Outside
from sandbox.scenario.report.plain import lines
from sandbox.scenario.runner import FOR_ITSELF, Application, play
from sandbox.scenario.verdict import Verdict
from tests.scenario.stories import failures, played, story

SALE = "  - charge: {as: sale, amount: 2500}\n"
CREATED = "[payment_intent.created, charge.succeeded, payment_intent.succeeded]"


def one_failure(verdict: Verdict) -> tuple[str, object, object]:
    (failure,) = failures(verdict)
    return failure


# Expectations can fail


@pytest.mark.parametrize(
    ("expected", "what", "seen"),
    [
        ("events: [payment_intent.created, charge.succeeded]", "events, in order",
         ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]),
        ("events: [charge.succeeded, payment_intent.created, payment_intent.succeeded]", "events, in order",
         ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]),
        ("{events: [charge.succeeded], order: any}", "events, in any order",
         ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]),
        ("objects: {sale: {amount: 2501}}", "sale: amount", 2500),
        ("objects: {sale: {amount: '2500'}}", "sale: amount", 2500),
        ("objects: {sale: {captured: 1}}", "sale: captured", True),
        ("balances: {'merchant:pending': 1}", "merchant:pending in usd", 2397),
        ("received: [charge.succeeded]", "webhooks received, in order",
         ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]),
        ("deliveries: {delivered: 2}", "deliveries: delivered", 3),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_said_with_what_was_seen(expected: str, what: str, seen: object) -> None:
    failure = one_failure(played(f"{SALE}  - expect: {expected}\n" if expected[0] == "{" else f"{SALE}  - expect: {{{expected}}}\n"))
    assert (failure[0], failure[2]) == (what, seen)


def test_an_expectation_that_fails_does_not_end_the_story() -> None:
    verdict = played(f"{SALE}  - expect: {{objects: {{sale: {{amount: 1, refunded: true, captured: true}}}}}}\n  - advance: 1d\n")
    assert [what for what, _, _ in failures(verdict)] == ["sale: amount", "sale: refunded"]
    assert verdict.ran == 3
    assert verdict.end - verdict.start == 86_400


def test_a_field_that_is_not_there_is_no_match() -> None:
    what, _, seen = one_failure(played(f"{SALE}  - expect: {{objects: {{sale: {{outcome.seal: null}}}}}}\n"))
    assert what == "sale: outcome.seal"
    assert str(seen).startswith("there is no field 'seal' of 'outcome.seal'; it has ")


def test_others_may_stand_between_where_the_story_says_so() -> None:
    assert failures(played(f"{SALE}  - expect: {{order: within, events: [payment_intent.created, payment_intent.succeeded]}}\n")) == []
    wrong = played(f"{SALE}  - expect: {{order: within, events: [payment_intent.succeeded, payment_intent.created]}}\n")
    assert one_failure(wrong)[0] == "events, in order"


def test_events_are_those_since_the_last_expectation_of_events() -> None:
    first = f"{SALE}  - expect: {{events: {CREATED}}}\n"
    verdict = played(f"{first}  - refund: {{charge: sale}}\n  - expect: {{events: [refund.created, charge.refunded]}}\n")
    assert failures(verdict) == []
    assert verdict.ran == 2


# Steps that cannot be taken


@pytest.mark.parametrize(
    ("step", "seen"),
    [
        ("refund: {charge: sail}", "nothing before this step is called 'sail'; there is sale"),
        ("refund: {charge: sale, amount: 9999}", "refused with status 400, code None: Refund amount ($99.99) is greater than"),
        ("dispute: {charge: sale, reason: \"${nobody}\"}", "nothing before this step is called 'nobody'; there is sale"),
        ("advance: {deadline: sale}", "There is no dispute "),
        ("advance: {to: 2025-01-01}", "The clock cannot go back to "),
        ("fault: {remove: storm}", "no fault before this step is called 'storm'"),
        ("request: {method: GET, path: /v1/nothing}", "refused with status 404, code None: Unrecognized request URL"),
        ("charge: {amount: \"${random:9-1}\"}", "'random:9-1' is no range such as random:100-900"),
        ("charge: {amount: 100, description: \"${fake:secret}\"}", "'fake:secret' is not made up here"),
        ("repeat: {times: \"${sale}\", steps: [{advance: 1d}]}", "steps are repeated up to 10000 times, not 'ch_"),
        ("expect: {objects: {sail: {amount: 1}}}", "nothing before this step is called 'sail'; there is sale"),
        ("fault: {where: webhook, what: vanish}", "No fault 'vanish' can strike a webhook"),
    ],
)
def test_a_step_that_cannot_be_taken_ends_the_story_and_says_why(step: str, seen: str) -> None:
    verdict = played(f"{SALE}  - {step}\n  - expect: {{events: []}}\n")
    what, _, why = one_failure(verdict)
    assert what.endswith(" is carried out")
    assert seen in str(why)
    assert verdict.checks[-1].line == 6
    assert verdict.ran == 1


# Refusals and lost replies that a story expects


def test_an_expected_refusal_must_come_and_be_the_one() -> None:
    right = played(f"{SALE}  - refund: {{charge: sale, amount: 9999, refused: {{status: 400, message: is greater than}}}}\n")
    assert (failures(right), right.ran) == ([], 1)
    wrong = played(f"{SALE}  - refund: {{charge: sale, amount: 9999, refused: {{status: 402, code: gone}}}}\n")
    assert one_failure(wrong) == ("the call is refused", {"status": 402, "code": "gone"}, {"status": 400, "code": None})
    done = played(f"{SALE}  - refund: {{charge: sale, refused: {{status: 400}}}}\n")
    assert one_failure(done) == ("the call is refused", {"status": 400}, "done")


def test_a_refund_is_canceled_on_the_merchants_dashboard_and_not_twice() -> None:
    back = "  - refund: {as: back, charge: sale}\n  - decide: {refund: back, outcome: canceled}\n"
    expected = "  - expect: {objects: {back: {status: canceled, failure_reason: merchant_request}, sale: {amount_refunded: 0}}}\n"
    assert failures(played(f"{SALE}{back}{expected}  - decide: {{refund: back, outcome: canceled, refused: {{status: 409}}}}\n")) == []


def test_a_reply_that_is_lost_must_be_expected_to_be() -> None:
    fault = "  - fault: {where: response, what: reply_lost, paths: [/v1/refunds], count: 1}\n"
    assert one_failure(played(f"{SALE}{fault}  - refund: {{charge: sale}}\n"))[2] == "no whole answer came"
    assert one_failure(played(f"{SALE}  - refund: {{charge: sale, lost: true}}\n")) == ("the reply is lost", "no answer", "an answer")


# Names, parameters, repetition, chance


def test_a_reference_keeps_its_type_and_is_fresh() -> None:
    refund = '  - refund: {charge: sale, amount: "${sale:amount}"}\n'
    verdict = played(SALE + refund + '  - expect: {objects: {sale: {amount_refunded: "${sale:amount}"}}}\n')
    assert failures(verdict) == []


def test_steps_are_repeated_with_their_number_and_a_parameter() -> None:
    head = "name: told\nabout: A test.\nproviders: [stripe]\nparameters: {each: {stripe: 700}}\nsteps:\n"
    steps = (
        "  - repeat: {times: 3, count: n, steps: [{charge: {as: \"sale-${n}\", amount: \"${each}\", description: \"Order ${n}\"}}]}\n"
        "  - expect: {objects: {sale-1: {description: Order 1}, sale-3: {description: Order 3, amount: 700}}}\n"
    )
    verdict = asyncio.run(play_in_process(story(steps, head), "stripe"))
    assert (failures(verdict), verdict.ran) == ([], 3)


def test_repetitions_of_repetitions_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.scenario.schema.TAKEN_MAX", 20)
    inner = "{repeat: {times: 10000, steps: [{advance: 1s}]}}"
    failure = one_failure(played(f"  - repeat: {{times: 10000, count: outer, steps: [{inner}]}}\n"))
    assert failure[2] == "a story takes 20 steps at most, repetitions counted"


def test_the_seed_decides_what_is_chosen_and_who_buys() -> None:
    steps = (
        "  - repeat: {times: 12, steps: [{choose: [{steps: [{charge: {amount: 500, description: \"${fake:name}\"}}]},"
        " {steps: [{charge: {amount: \"${random:600-900}\"}}]}, {steps: []}]}]}\n"
    )
    first, same, other = played(steps, seed=1), played(steps, seed=1), played(steps, seed=2)
    assert first == same
    assert [h.amount for h in first.timeline] != [h.amount for h in other.timeline]


def test_steps_for_one_provider_or_for_an_application_are_left_out_elsewhere() -> None:
    steps = "  - {only: [omise], charge: {amount: 100}}\n  - {when: app, charge: {amount: 100}}\n"
    verdict = played(steps + "  - expect: {events: {stripe: [], omise: [x]}}\n")
    assert (failures(verdict), verdict.ran) == ([], 1)


def test_what_needs_an_application_is_skipped_without_one() -> None:
    expected = "{handler: [answers], did: [{request: GET /x}], evidence_in_time: sale}"
    verdict = played(f"{SALE}  - wait_for: {{request: POST /v1/refunds}}\n  - expect: {expected}\n")
    assert [check.ok for check in verdict.checks] == [None] * 4
    assert verdict.ran == 0


# Each verb


def test_an_authorization_is_captured_in_part() -> None:
    steps = "  - charge: {as: sale, amount: 2500, capture: false}\n  - capture: {as: sale, charge: sale, amount: 2000}\n"
    assert failures(played(steps + "  - expect: {objects: {sale: {captured: true, amount_captured: 2000}}}\n")) == []


def test_a_declined_charge_is_an_outcome() -> None:
    for provider in ("stripe", "omise"):
        steps = "  - charge: {as: sale, amount: 2500, card: declined}\n  - expect: {objects: {sale: {status: failed}}}\n"
        assert failures(played(steps, provider)) == [], provider


def test_time_goes_to_dates_deadlines_and_timers() -> None:
    steps = f"{SALE}  - dispute: {{as: claim, charge: sale, due_in_days: 3}}\n"
    assert played(steps + "  - advance: {to: 2026-01-07}\n").end == 1_767_744_000
    assert played(steps + "  - advance: {to: \"${claim:evidence_details.due_by}\", minus: 1s}\n").end == 1_767_916_798
    assert played(steps + "  - advance: {deadline: claim, plus: 1h}\n").end == 1_767_920_399
    assert played(steps + "  - advance: {until: next}\n").end == 1_767_744_000
    assert played("  - advance: 1d2h\n").end == 1_767_603_600 + 93_600


def test_webhooks_that_came_come_again() -> None:
    steps = f"{SALE}  - expect: {{received: {CREATED}}}\n  - resend: {{events: charge.*, times: 2}}\n"
    assert failures(played(steps + "  - expect: {received: [charge.succeeded, charge.succeeded]}\n")) == []


def test_a_cardholder_authenticates_at_omise() -> None:
    steps = (
        "  - request: {as: token, method: POST, path: /tokens, public: true, params: {card: {name: A, number: '4242424242424242',"
        " expiration_month: 12, expiration_year: 2034, security_code: '123'}}}\n"
        "  - request: {as: sale, method: POST, path: /charges, params: {amount: 50000, currency: thb, card: \"${token}\","
        " return_uri: 'https://shop.example/'}}\n"
        "  - expect: {objects: {sale: {status: pending}}}\n"
        "  - authenticate: {payment: sale, outcome: passed}\n"
        "  - request: {as: after, method: GET, path: \"/charges/${sale}\"}\n"
        "  - expect: {objects: {after: {status: successful}}}\n"
    )
    assert failures(played(steps, "omise")) == []


# Nothing to judge


def with_application(steps: str) -> Verdict:
    async def told() -> Verdict:
        async with in_process(stage()) as client:
            return await play(story(steps), "stripe", Outside(client, "scenario"), Application("http://127.0.0.1:9/hooks"))

    return asyncio.run(told())


def test_a_story_that_asks_nothing_of_an_application_says_so() -> None:
    """What holds of the story alone is skipped with the reason, which stands under the headline."""
    verdict = with_application("  - {when: alone, expect: {events: []}}\n  - {when: alone, expect: {deliveries: {delivered: 0}}}\n")
    assert (verdict.ran, [(check.step, check.ok, check.seen) for check in verdict.skipped]) == (
        0, [("steps[0].expect", None, FOR_ITSELF), ("steps[1].expect", None, FOR_ITSELF)],
    )  # fmt: skip
    assert list(lines(verdict)) == ["none told on stripe: 0 of 0 expectations hold, 2 skipped", f"  {FOR_ITSELF}"]


def test_what_holds_of_the_story_alone_is_not_told_where_something_was_judged() -> None:
    verdict = with_application("  - {when: alone, expect: {events: []}}\n  - expect: {events: []}\n")
    assert (verdict.ran, verdict.skipped) == (1, [])
    assert list(lines(verdict)) == ["ok   told on stripe: 1 of 1 expectations hold"]
