"""The reference's tables of fields as data: every object, every key, with its type and whether it is always there.

A field is "NAME TYPE": always there and never null; "NAME TYPE?": always there, perhaps null; "NAME TYPE~": left out where it
does not apply. `id>x` is an id that `expand` replaces by the object x. A dot names a hash inside an object.
"""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One row: `into` are the objects that the id may be expanded to."""

    name: str
    type: str
    presence: str  # set, null, absent
    into: tuple[str, ...]


PRESENCE = {"": "set", "?": "null", "~": "absent"}
TABLES = {
    "charge": """
        amount integer, amount_captured integer, amount_refunded integer, application id?, application_fee id>application_fee?,
        application_fee_amount integer?, balance_transaction id>balance_transaction?, billing_details hash,
        calculated_statement_descriptor string?, captured boolean, created timestamp, currency currency, customer id>customer?,
        description string?, disputed boolean, failure_balance_transaction id>balance_transaction?, failure_code string?,
        failure_message string?, fraud_details hash?, id string, livemode boolean, metadata map, object string, on_behalf_of id?,
        outcome hash?, paid boolean, payment_intent id>payment_intent?, payment_method string?, payment_method_details hash?,
        presentment_details hash~, radar_options hash~, receipt_email string?, receipt_number string?, receipt_url string?,
        refunded boolean, refunds list~, review id>review?, shipping hash?, source_transfer id>transfer?, statement_descriptor string?,
        statement_descriptor_suffix string?, status string, transfer id>transfer~, transfer_data hash?, transfer_group string?,
        destination id>account?, dispute id>dispute?, order id?, source hash?
    """,
    "refund": """
        amount integer, balance_transaction id>balance_transaction?, charge id>charge?, created timestamp, currency currency,
        customer id>customer?, customer_account string?, description string~, destination_details hash~,
        failure_balance_transaction id>balance_transaction~, failure_reason string~, id string, instructions_email string~, metadata map?,
        next_action hash~, object string, payment_intent id>payment_intent?, payment_method id>payment_method?, pending_reason string~,
        presentment_details hash~, reason string?, receipt_number string?, source_transfer_reversal id>transfer_reversal?, status string?,
        transfer_reversal id>transfer_reversal?
    """,
    "dispute": """
        amount integer, balance_transactions hashes, charge id>charge, created timestamp, currency currency,
        enhanced_eligibility_types strings, evidence hash, evidence_details hash, id string, intended_submission_method string?,
        is_charge_refundable boolean, livemode boolean, metadata map, object string, payment_intent id>payment_intent?,
        payment_method_details hash~, reason string, status string,
        balance_transaction id>balance_transaction?
    """,
    "file": """
        created timestamp, expires_at timestamp?, filename string?, id string, links list?, object string, purpose string, size integer,
        title string?, type string?, url string?
    """,
    "file_link": """
        created timestamp, expired boolean, expires_at timestamp?, file id>file, id string, livemode boolean, metadata map, object string,
        url string?
    """,
    "payment_intent": """
        allowed_payment_method_types strings?, amount integer, amount_capturable integer, amount_details hash, amount_received integer,
        application id?, application_fee_amount integer?, automatic_payment_methods hash?, canceled_at timestamp?,
        cancellation_reason string?, capture_method string, client_secret string?, confirmation_method string, created timestamp,
        currency currency, customer id>customer?, customer_account string?, description string?, excluded_payment_method_types strings?,
        hooks hash~, id string, last_payment_error hash?, latest_charge id>charge?, livemode boolean, managed_payments hash?,
        metadata map, next_action hash?, object string, on_behalf_of id?, payment_details hash~, payment_method id>payment_method?,
        payment_method_configuration_details hash?, payment_method_options hash?, payment_method_types strings, payment_record string?,
        presentment_details hash~, processing hash?, receipt_email string?, review id>review?, setup_future_usage string?, shipping hash?,
        statement_descriptor string?, statement_descriptor_suffix string?, status string, transfer_data hash?, transfer_group string?,
        source string?, shared_payment_granted_token string?
    """,
    "customer": """
        address hash?, balance integer~, business_name string~, cash_balance hash?, created timestamp, currency string?,
        customer_account string?, default_source id>card/source?, delinquent boolean?, description string?, discount hash?, email string?,
        id string, individual_name string~, invoice_credit_balance map~, invoice_prefix string?, invoice_settings hash~, livemode boolean,
        metadata map~, name string?, next_invoice_sequence integer~, object string, phone string?, preferred_locales strings?,
        shipping hash?, sources list~, subscriptions list~, tax hash~, tax_exempt string?, tax_ids list~,
        test_clock id>test_helpers.test_clock?
    """,
    "event": """
        account string~, api_version string?, context string~, created timestamp, data hash, id string, livemode boolean, object string,
        pending_webhooks integer, request hash?, type string
    """,
    "webhook_endpoint": """
        api_version string?, application string?, created timestamp, description string?, enabled_events strings, id string,
        livemode boolean, metadata map, object string, secret string~, status string, url string
    """,
    "balance": """
        available hashes, connect_reserved hashes~, instant_available hashes~, issuing hash~, livemode boolean, object string,
        pending hashes, refund_and_dispute_prefunding hash~
    """,
    "balance_transaction": """
        amount integer, available_on timestamp, balance_type string, created timestamp, currency currency, description string?,
        exchange_rate number?, fee integer, fee_details hashes, id string, net integer, object string, reporting_category string,
        source id>application_fee/charge/dispute/fee_refund/payout/refund/transfer/transfer_reversal?, status string, type string
    """,
    "payout": """
        amount integer, application_fee id>application_fee?, application_fee_amount integer?, arrival_date timestamp, automatic boolean,
        balance_transaction id>balance_transaction?, created timestamp, currency currency, description string?,
        destination id>bank_account?, failure_balance_transaction id>balance_transaction?, failure_code string?, failure_message string?,
        id string, livemode boolean, metadata map?, method string, object string, original_payout id>payout?, payout_method string?,
        reconciliation_status string, reversed_by id>payout?, source_type string, statement_descriptor string?, status string,
        trace_id hash?, type string
    """,
    "review": """
        billing_zip string?, charge id>charge?, closed_reason string?, created timestamp, id string, ip_address string?,
        ip_address_location hash?, livemode boolean, object string, open boolean, opened_reason string, payment_intent id>payment_intent~,
        reason string, session hash?
    """,
    "radar.early_fraud_warning": """
        actionable boolean, charge id>charge, created timestamp, fraud_type string, id string, livemode boolean, object string,
        payment_intent id>payment_intent~
    """,
    "test_helpers.test_clock": """
        created timestamp, deletes_after timestamp, frozen_time timestamp, id string, livemode boolean, name string?, object string,
        status string, status_details hash
    """,
    "charge.outcome": """
        advice_code string?, network_advice_code string?, network_decline_code string?, network_status string, reason string?,
        risk_level string, risk_score integer~, rule string~, seller_message string, type string
    """,
    "charge.payment_method_details.card": """
        amount_authorized integer?, authorization_code string?, brand string, capture_before timestamp~, checks hash, country string,
        electronic_commerce_indicator string, exp_month integer, exp_year integer, extended_authorization hash, fingerprint string,
        funding string, incremental_authorization hash, installments hash?, last4 string, mandate string?, multicapture hash,
        network string, network_token hash, network_transaction_id string, overcapture hash, regulated_status string,
        three_d_secure hash?, transaction_link_id string?, wallet hash?
    """,
    "dispute.evidence_details": """
        due_by timestamp, enhanced_eligibility hash, has_evidence boolean, past_due boolean, submission_count integer,
        submission_method string
    """,
    "payment_method": """
        allow_redisplay string, billing_details hash, card hash~, created timestamp, customer id>customer?, customer_account string?,
        id string, livemode boolean, metadata map, object string, shared_payment_granted_token string?, type string,
        promptpay hash~, sepa_debit hash~, us_bank_account hash~
    """,
    "payment_method.card": """
        brand string, checks hash, country string, display_brand string, exp_month integer, exp_year integer, fingerprint string,
        funding string, generated_from hash?, last4 string, networks hash, regulated_status string, three_d_secure_usage hash, wallet hash?
    """,
    "setup_intent": """
        allowed_payment_method_types strings?, application id?, automatic_payment_methods hash?, cancellation_reason string?,
        client_secret string, created timestamp, customer id>customer?, customer_account string?, description string?,
        excluded_payment_method_types strings?, flow_directions strings?, id string, last_setup_error hash?, latest_attempt string?,
        livemode boolean, managed_payments hash?, mandate string?, metadata map, next_action hash?, object string, on_behalf_of id?,
        payment_method id>payment_method?, payment_method_configuration_details hash?, payment_method_options hash?,
        payment_method_types strings, single_use_mandate string?, status string, usage string, attach_to_self boolean~
    """,
    "token": """
        bank_account hash~, card hash~, client_ip string?, created timestamp, id string, livemode boolean, object string, type string,
        used boolean
    """,
    "card": """
        address_city string?, address_country string?, address_line1 string?, address_line1_check string?, address_line2 string?,
        address_state string?, address_zip string?, address_zip_check string?, brand string, country string, customer id>customer?,
        cvc_check string?, dynamic_last4 string?, exp_month integer, exp_year integer, fingerprint string, funding string, id string,
        last4 string, metadata map, name string?, networks hash, object string, regulated_status string, tokenization_method string?,
        wallet hash?
    """,
    "source": """
        allow_redisplay string, amount integer?, card hash, client_secret string, created timestamp, currency string?, customer string~,
        flow string, id string, livemode boolean, metadata map, object string, owner hash, statement_descriptor string?, status string,
        type string, usage string
    """,
    "transfer": """
        amount integer, amount_reversed integer, balance_transaction id>balance_transaction?, created timestamp, currency currency,
        description string?, destination id>account?, destination_payment id>charge, id string, livemode boolean, metadata map,
        object string, reversals list, reversed boolean, source_transaction id>charge?, source_type string, transfer_group string?
    """,
    "transfer_reversal": """
        amount integer, balance_transaction id>balance_transaction?, created timestamp, currency currency,
        destination_payment_refund id>refund?, id string, metadata map, object string, source_refund id>refund?, transfer id>transfer
    """,
    "application_fee": """
        account id>account, amount integer, amount_refunded integer, application id, balance_transaction id>balance_transaction?,
        charge id>charge, created timestamp, currency currency, fee_source hash, id string, livemode boolean, object string,
        originating_transaction id>charge?, refunded boolean, refunds list
    """,
    "fee_refund": """
        amount integer, balance_transaction id>balance_transaction?, created timestamp, currency currency, fee id>application_fee,
        id string, metadata map, object string
    """,
}


def fields(kind: str) -> list[Field]:
    """The rows of one object."""
    rows = []
    for row in TABLES[kind].replace("\n", " ").split(","):
        name, type_ = row.split()
        mark = type_[-1] if type_[-1] in "?~" else ""
        type_, _, into = type_.removesuffix(mark).partition(">")
        rows.append(Field(name, type_, PRESENCE[mark], tuple(into.split("/")) if into else ()))
    return rows


ROWS = [(kind, field) for kind in TABLES for field in fields(kind)]
