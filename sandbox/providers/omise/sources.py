"""Ways to pay without a card: what a source's type means for the payer. One type is one line.

redirect: the payer goes to `authorize_uri` in a browser; app_redirect: an app does; offline: the payer is shown a code or a
number, and `authorize_uri` stays null.
"""

from __future__ import annotations

from collections.abc import Mapping

REDIRECT, APP, OFFLINE = "redirect", "app_redirect", "offline"

FLOWS: Mapping[str, str] = {
    **dict.fromkeys((
        "internet_banking_bay", "internet_banking_bbl", "alipay", "fpx", "truemoney", "points_citi", "rabbit_linepay", "duitnow_obw",
        "paypay", "atome", "bkash", "easypaisa",
        "installment_bay", "installment_bbl", "installment_first_choice", "installment_kbank", "installment_ktc", "installment_mbb",
        "installment_scb", "installment_ttb", "installment_uob",
        "installment_wlb_bay", "installment_wlb_bbl", "installment_wlb_first_choice", "installment_wlb_kbank", "installment_wlb_ktc",
        "installment_wlb_scb", "installment_wlb_ttb", "installment_wlb_uob",
    ), REDIRECT),
    **dict.fromkeys((
        "mobile_banking_scb", "mobile_banking_kbank", "mobile_banking_bbl", "mobile_banking_bay", "mobile_banking_ktb",
        "mobile_banking_ocbc", "alipay_cn", "alipay_hk", "alipayplus_mpm", "alipayplus_upm", "wechat_pay", "wechat_pay_mpm",
        "wechat_pay_upm", "shopeepay", "shopeepay_jumpapp", "truemoney_jumpapp", "grabpay", "gcash", "dana", "kakaopay", "touch_n_go",
        "boost",
    ), APP),
    **dict.fromkeys((
        "promptpay", "paynow", "econtext", "truemoney_qr", "atome_qr", "duitnow_qr", "maybank_qr", "qr_code_upi",
        "bill_payment_tesco_lotus", "barcode_alipay", "barcode_wechat",
    ), OFFLINE),
}  # fmt: skip

# Offline types whose payer is given a reference to pay at a till instead of a code to scan.
BY_REFERENCE = ("bill_payment_", "barcode_", "econtext")
REFERENCE_EXPIRES_S = 86_400

# Where a type takes other currencies than the account's own.
CURRENCIES_OF: Mapping[str, tuple[str, ...]] = {
    "promptpay": ("thb",), "truemoney": ("thb",), "truemoney_qr": ("thb",), "truemoney_jumpapp": ("thb",), "rabbit_linepay": ("thb",),
    "paynow": ("sgd",), "econtext": ("jpy",), "paypay": ("jpy",), "fpx": ("myr",), "duitnow_qr": ("myr",), "duitnow_obw": ("myr",),
    "maybank_qr": ("myr",), "boost": ("myr",), "touch_n_go": ("myr", "sgd", "thb"), "mobile_banking_ocbc": ("sgd",),
    "internet_banking_bay": ("thb",), "internet_banking_bbl": ("thb",), "bill_payment_tesco_lotus": ("thb",), "points_citi": ("thb",),
    "barcode_alipay": ("thb",), "barcode_wechat": ("thb",), "installment_mbb": ("myr",),
    **{name: ("thb",) for name in FLOWS if name.startswith("mobile_banking_") and name != "mobile_banking_ocbc"},
    **{name: ("thb",) for name in FLOWS if name.startswith("installment_") and name != "installment_mbb"},
}  # fmt: skip

INSTALLMENT_TERMS: Mapping[str, tuple[int, ...]] = {
    name: (3, 4, 6, 9, 10) if name != "installment_mbb" else (6, 12, 18, 24) for name in FLOWS if name.startswith("installment_")
}

INSTALLMENT_MINIMUM = 200_000  # minor units of the account's currency

# Which charges end after a day and five minutes instead of a week.
SHORT_LIVED = ("internet_banking_", "installment_")

PER_TYPE = (
    "barcode", "bank", "email", "name", "mobile_number", "phone_number", "platform_type", "store_id", "store_name", "terminal_id", "ip",
    "promotion_code",
)  # fmt: skip

ASSUMED: tuple[tuple[str, str], ...] = (
    ("which currencies a type of source takes, and its installment terms", "beyond the types recorded"),
    ("the flow of types that no recording shows", "redirect, app_redirect or offline"),
    ("installments cost 0.48 % interest a month, which the net lacks whoever is said to absorb it", "recorded once: 4.8 % with VAT on it"),
    ("bill_payment, barcode and econtext sources have references when charged, other offline ones a scannable_code", "which has which"),
    ("references hold expires_at alone, a day after the charge was made; provider_references stay null", "other fields they hold"),
)
