"""Parameters of Stripe's that the sandbox takes and does not act on: one row each, the only place where anything is ignored.

Theory of operation. The models of `routes/` have only what is acted on or refused by name, so a row here costs nothing until
a request names its parameter and the model does not know it: then `validate` takes it away and reads the rest again. The answer
names it in the header `Sandbox-Ignored`. Its value must be one that Stripe takes all the same: which ones those are,
`scripts/documented` writes for each row into `shapes.json`.

A row is for what changes neither money, nor a status, nor an event: what does is acted on, or refused with a 501.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from sandbox.providers.base import IGNORED_HEADER
from sandbox.providers.stripe.documented import other_types

HEADER_BYTES_MAX: Final = 1_000

CHARGE, CREATE, SETUP = "POST /v1/charges", "POST /v1/payment_intents", "POST /v1/setup_intents"
UPDATE, CONFIRM, CAPTURE = f"{CREATE}/{{intent}}", f"{CREATE}/{{intent}}/confirm", f"{CREATE}/{{intent}}/capture"
SETUP_UPDATE, SETUP_CONFIRM = f"{SETUP}/{{intent}}", f"{SETUP}/{{intent}}/confirm"
AGREEING = (CREATE, CONFIRM, SETUP, SETUP_CONFIRM)
METHOD, CUSTOMER, SESSION = "POST /v1/payment_methods", "POST /v1/customers", "POST /v1/stripecli/sessions"
ACCOUNT_LINK = "POST /v1/account_links"
ACCOUNT, ACCOUNT_UPDATE = "POST /v1/accounts", "POST /v1/accounts/{account}"
CUSTOMER_UPDATE, SOURCES = f"{CUSTOMER}/{{customer}}", f"{CUSTOMER}/{{customer}}/sources"
CARD, OPTIONS = "payment_method_options[card]", "payment_method_options"
PAYING = (CREATE, UPDATE, CONFIRM)
CHOOSING = (*PAYING, SETUP, SETUP_UPDATE, SETUP_CONFIRM)

# Capabilities that no account here can be given: of methods that are not emulated, and of other products.
METHODS_ELSEWHERE = (
    "acss_debit", "affirm", "afterpay_clearpay", "alma", "amazon_pay", "au_becs_debit", "bacs_debit", "bancontact", "bank_transfer",
    "billie", "bizum", "blik", "boleto", "cartes_bancaires", "cashapp", "crypto", "eps", "fpx", "gb_bank_transfer", "giropay", "grabpay",
    "ideal", "india_international", "jcb", "jp_bank_transfer", "kakao_pay", "klarna", "konbini", "kr_card", "mb_way", "mobilepay",
    "multibanco", "mx_bank_transfer", "naver_pay", "nz_bank_account_becs_debit", "oxxo", "p24", "pay_by_bank", "payco", "paynow", "payto",
    "pix", "promptpay", "revolut_pay", "samsung_pay", "satispay", "scalapay", "sepa_bank_transfer", "sofort", "sunbit", "swish", "twint",
    "upi", "us_bank_transfer", "zip",
)  # fmt: skip
PRODUCTS_ELSEWHERE = (
    "app_distribution", "card_issuing", "tax_reporting_us_1099_k", "tax_reporting_us_1099_misc", "treasury",
)  # fmt: skip

class Ignored(NamedTuple):
    """`param` in bracket form, `{type}` for each payment method type but cards; `about` is what it does at Stripe."""

    param: str
    operations: Sequence[str]
    about: str


PARAMETERS: tuple[Ignored, ...] = (
    Ignored("amount_details", (*PAYING, CAPTURE), "tips and line items, for lower interchange"),
    Ignored("hooks", (*PAYING, CAPTURE), "Stripe Tax"),
    Ignored("mandate_data[customer_acceptance][offline]", AGREEING, "an empty hash: nothing is said of what was accepted offline"),
    Ignored("payment_details", (*PAYING, CAPTURE), "the merchant's and the customer's own references"),
    Ignored("payment_method_configuration", (CREATE, UPDATE, SETUP, SETUP_UPDATE), "what the payment page offers"),
    Ignored("radar_options", (CHARGE, CREATE, CONFIRM, METHOD), "the Radar session of the customer's browser"),
    Ignored("payment_method_data[radar_options]", CHOOSING, "the Radar session of the customer's browser"),
    Ignored("transfer_data[description]", (CHARGE, CREATE, UPDATE), "what the transfer is called"),
    Ignored("transfer_data[metadata]", (CREATE, UPDATE), "metadata of the transfer"),
    Ignored("transfer_data[payment_data]", (CREATE, UPDATE), "what the connected account's payment is called"),
    Ignored(f"{CARD}[cvc_token]", PAYING, "a security code that was typed again"),
    Ignored(f"{CARD}[installments]", PAYING, "plans of cards from Mexico and others"),
    Ignored(f"{CARD}[mandate_options]", (*PAYING, SETUP, SETUP_UPDATE, SETUP_CONFIRM), "mandates of cards from India"),
    Ignored(f"{CARD}[moto]", CHOOSING, "an order by mail or telephone"),
    Ignored(f"{CARD}[network]", CHOOSING, "which network carries a co-branded card"),
    *(
        Ignored(f"{CARD}[request_{what}]", PAYING, "asks for what is not available to this account: the charge says so")
        for what in ("extended_authorization", "incremental_authorization", "multicapture", "overcapture")
    ),
    Ignored(f"{CARD}[require_cvc_recollection]", PAYING, "has the payment page ask for the security code"),
    Ignored(f"{CARD}[statement_descriptor_suffix_kana]", PAYING, "the statement in Japan"),
    Ignored(f"{CARD}[statement_descriptor_suffix_kanji]", PAYING, "the statement in Japan"),
    Ignored(f"{OPTIONS}[card_present]", CHOOSING, "cards that a terminal reads"),
    Ignored(f"{OPTIONS}[{{type}}]", CHOOSING, "options of payment method types that the payment does not use"),
    *(
        Ignored(name, (ACCOUNT, ACCOUNT_UPDATE), "who does business: every connected account is verified from the start")
        for name in ("account_token", "company", "documents", "groups", "individual", "tos_acceptance")
    ),
    Ignored("controller", (ACCOUNT,), "who pays fees and losses, and which dashboard there is"),
    *(
        Ignored(f"settings[{name}]", (ACCOUNT, ACCOUNT_UPDATE), "how the account looks, and what its statements say")
        for name in ("bacs_debit_payments", "branding", "card_issuing", "card_payments", "invoices", "payments", "treasury")
    ),
    *(
        Ignored(f"business_profile[{name}]", (ACCOUNT, ACCOUNT_UPDATE), "who does business: every connected account is verified")
        for name in (
            "annual_revenue", "estimated_worker_count", "minority_owned_business_designation", "monthly_estimated_revenue",
            "support_address",
        )
    ),
    *(
        Ignored(f"capabilities[{name}]", (ACCOUNT, ACCOUNT_UPDATE), "what no account here can be given")
        for name in (*(f"{method}_payments" for method in METHODS_ELSEWHERE), *PRODUCTS_ELSEWHERE)
    ),
    *(
        Ignored(f"settings[payouts][{name}]", (ACCOUNT, ACCOUNT_UPDATE), "payouts come when asked, or all of it by schedule")
        for name in ("debit_negative_balances", "statement_descriptor")
    ),
    *(Ignored(name, (ACCOUNT_LINK,), "what is asked of the account's owner: nothing is") for name in ("collect", "collection_options")),
    Ignored("balance", (CUSTOMER, CUSTOMER_UPDATE), "credit for invoices, which are not emulated"),
    Ignored("cash_balance", (CUSTOMER, CUSTOMER_UPDATE), "how bank transfers are matched"),
    Ignored("invoice_prefix", (CUSTOMER, CUSTOMER_UPDATE), "numbers of invoices"),
    Ignored("invoice_settings[custom_fields]", (CUSTOMER, CUSTOMER_UPDATE), "what invoices show"),
    Ignored("invoice_settings[footer]", (CUSTOMER, CUSTOMER_UPDATE), "what invoices show"),
    Ignored("invoice_settings[rendering_options]", (CUSTOMER, CUSTOMER_UPDATE), "what invoices show"),
    Ignored("next_invoice_sequence", (CUSTOMER, CUSTOMER_UPDATE), "numbers of invoices"),
    Ignored("tax", (CUSTOMER, CUSTOMER_UPDATE), "Stripe Tax"),
    Ignored("tax_id_data", (CUSTOMER,), "what invoices show"),
    Ignored("validate", (CUSTOMER, CUSTOMER_UPDATE, SOURCES), "whether the card is tried: a test card always says what it is"),
    Ignored("forward_connect_to_url", (SESSION,), "where events of connected accounts go"),
    Ignored("forward_thin_to_url", (SESSION,), "where thin events go, of which there are none"),
    Ignored("forward_thin_connect_to_url", (SESSION,), "where thin events of connected accounts go"),
)



def names_of(row: Ignored) -> Iterator[str]:
    """The parameter, or one for each type; not every operation has every type."""
    if "{type}" not in row.param:
        yield row.param
        return
    for kind in other_types():
        yield row.param.replace("{type}", kind)


def header_of(names: Iterable[str]) -> tuple[bytes, bytes]:
    """The header that names what was ignored, and how many more there were if that is too long."""
    said: list[str] = []
    size, rest = 0, sorted(names)
    while rest and size + len(rest[0]) + 2 <= HEADER_BYTES_MAX:
        said.append(rest.pop(0))
        size += len(said[-1]) + 2
    if rest:
        said.append(f"and {len(rest)} more")
    return IGNORED_HEADER, ", ".join(said).encode()


# For the fidelity page.
IGNORED: tuple[tuple[str, str], ...] = tuple(
    (f"`{row.param}` of {', '.join(operation.replace('/v1/', '') for operation in row.operations)}", row.about) for row in PARAMETERS
)
