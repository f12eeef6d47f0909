"""How sure each rule is: the lines of Stripe's fidelity page, gathered from the modules that hold the rules."""

from __future__ import annotations

from sandbox.providers.base import Rule
from sandbox.providers.rules import gathered
from sandbox.providers.stripe import (
    admission,
    answering,
    capabilities,
    cards,
    connect_machines,
    debiting,
    debits,
    deposits,
    dispute_machine,
    disputing,
    enhanced,
    errors,
    events,
    funding,
    ignored,
    legacy_banks,
    limits,
    listening,
    machines,
    mandate_machine,
    mandates,
    money,
    payout_machines,
    payouts,
    reviewing,
    saving,
    scanning,
    scheduling,
    screening,
    search,
    sharing,
    three_d_secure,
    unsaid,
    unsent,
    upload,
    validate,
    versions,
)
from sandbox.providers.stripe.routes import (
    account_links,
    accounts,
    charge_parts,
    charges,
    clocks,
    customers,
    dispute_forms,
    disputes,
    endpoints,
    external_accounts,
    file_links,
    files,
    find,
    intent_settle,
    intent_terms,
    methods,
    refunds,
    setups,
    transfers,
)
from sandbox.providers.stripe.routes import payouts as payout_routes
from sandbox.providers.stripe.views import charge as charge_view
from sandbox.providers.stripe.views import money as money_view

TOPICS = (
    ("Lifecycles and their events", machines),
    ("Payments", charges), ("Payments", charge_parts), ("Payments", intent_terms), ("Payments", intent_settle),
    ("Payments", methods), ("Payments", charge_view),
    ("Payments", three_d_secure), ("Payments", setups),
    ("Refunds", refunds), ("Refunds", funding),
    ("Disputes", disputing), ("Disputes", disputes), ("Disputes", dispute_machine), ("Disputes", answering),
    ("Disputes", dispute_forms), ("Disputes", enhanced),
    ("Money and time", money), ("Money and time", clocks), ("Money and time", money_view),
    ("Payouts", payout_machines), ("Payouts", payouts), ("Payouts", scheduling), ("Payouts", payout_routes), ("Payouts", external_accounts),
    ("Cards", cards), ("Cards", reviewing), ("Cards", screening), ("Bank debits", debits), ("Bank debits", debiting),
    ("Bank debits", deposits), ("Bank debits", mandates), ("Bank debits", mandate_machine), ("PromptPay", scanning),
    ("Connect", connect_machines), ("Connect", sharing), ("Connect", transfers), ("Connect", accounts), ("Connect", capabilities),
    ("Connect", account_links),
    ("Customers", customers), ("Customers", saving), ("Bank debits", legacy_banks),
    ("Files", files), ("Files", file_links), ("Files", upload),
    ("Lists and search", search),
    ("Webhooks", events), ("Webhooks", endpoints), ("Webhooks", listening),
    ("Versions", versions),
    ("Requests and errors", errors), ("Requests and errors", admission), ("Requests and errors", unsaid),
    ("Requests and errors", validate), ("Requests and errors", limits), ("Requests and errors", find),
    ("Parameters that are taken and named in the header Sandbox-Ignored", ignored),
)  # fmt: skip


def rules() -> tuple[Rule, ...]:
    return (*gathered(TOPICS), *unsent.rules())
