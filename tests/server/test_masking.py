"""What the log keeps of a body: everything but what opens something."""

from __future__ import annotations

import pytest

from sandbox.server.masking import BODY_KEPT_MAX, kept_body

FORM = b"application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"amount=2000&currency=usd&source=tok_visa", b"amount=2000&currency=usd&source=tok_visa"),
        (b"card[number]=4242424242424242&card[cvc]=123", b"card[number]=xxxx4242&card[cvc]=xxxx"),
        (b"card%5Bnumber%5D=4242+4242%204242-4242&card%5Bcvc%5D=1234&n=1", b"card%5Bnumber%5D=xxxx-4242&card%5Bcvc%5D=xxxx&n=1"),
        (b'{"number": "378282246310005", "security_code": 1234}', b'{"number": "xxxx0005", "security_code": xxxx}'),
        (b"description=card%3A6011000990139424.", b"description=card%3Axxxx9424."),
        (b"description=card%206205500000000000004.5", b"description=card%xxxx0004.5"),
        (b"client_secret=pi_1a_secret_Zz9&key=sk_test_alpha", b"client_secret=pi_1a_secret_xxxx&key=sk_test_xxxx"),
        (b"k=skey_test_alpha", b"k=skey_test_xxxx"),
        (b"secret=whsec_abc123", b"secret=whsec_xxxx"),
        (b"charge=chrg_test_5xuy4w91xqz7d593wdu&created=1767603600", b"charge=chrg_test_5xuy4w91xqz7d593wdu&created=1767603600"),
    ],
    ids=["nothing", "a number and its code", "in groups", "in JSON", "in a text", "behind a space", "keys", "another's key",
         "a webhook's", "no secrets"],
)  # fmt: skip
def test_secrets_are_masked_and_nothing_else(sent: bytes, kept: bytes) -> None:
    assert kept_body(sent, FORM) == kept


@pytest.mark.parametrize(
    ("body", "media"), [(b"x" * (BODY_KEPT_MAX + 1), FORM), (b"--b\r\n", b"multipart/form-data; boundary=b"), (b"", FORM)]
)
def test_uploads_and_long_bodies_are_not_kept(body: bytes, media: bytes) -> None:
    assert kept_body(body, media) == b""
