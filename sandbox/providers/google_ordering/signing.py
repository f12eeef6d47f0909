"""Calls to a partner are signed: an RS256 JWT for its project, by a key pair that the merchant has from its first use on.

The pair is made once and kept like any record, so a restart, a snapshot and a fork keep it. It is the one thing here that the
seed does not decide: no library makes keys of a seed, and a home-made one is not to be trusted even in a sandbox.

Source: the overview's page on authentication, read 2026-11-26; issuer, algorithm and prefix are in `assumed`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from sandbox.core.ids import digest
from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint
from sandbox.providers.google_ordering.assumed import JWT_LIFE_S, ORDERING
from sandbox.providers.google_ordering.records import SigningKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_ID = "signing_key"
BITS, EXPONENT = 2048, 65_537


def key_of(merchant: Merchant) -> SigningKey:
    """The merchant's key pair; the first use makes it. Part of a unit of work."""
    found: SigningKey | None = merchant.get(ORDERING, SigningKey, KEY_ID)
    return found if found is not None else merchant.put(SigningKey(KEY_ID, ORDERING, "active", merchant.now, new_pem()))


def new_pem() -> str:
    from cryptography.hazmat.primitives import serialization  # here, at the first key: a server's start need not pay for it
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(EXPONENT, BITS)
    plain = serialization.NoEncryption()
    return made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


@lru_cache(maxsize=8)
def private(pem: str) -> RSAPrivateKey:
    from cryptography.hazmat.primitives import serialization

    key: Any = serialization.load_pem_private_key(pem.encode(), None)
    return key  # type: ignore[no-any-return]


def jwks(pem: str, algorithm: str) -> dict[str, Any]:
    """The public half, as partners' libraries fetch it."""
    numbers = private(pem).public_key().public_numbers()
    row = {
        "kty": "RSA", "use": "sig", "alg": algorithm, "kid": kid(pem), "n": text(unsigned(numbers.n)), "e": text(unsigned(numbers.e)),
    }  # fmt: skip
    return {"keys": [row]}


@lru_cache(maxsize=8)
def kid(pem: str) -> str:
    return f"{digest('kid', private(pem).public_key().public_numbers().n):032x}"


def headers(endpoint: Endpoint, at: int, forged: bool = False) -> dict[str, str]:
    """Headers of a call; one to a partner that wants no JWT has nothing that could be forged."""
    out = {"Content-Type": "application/json; charset=UTF-8", "User-Agent": "payment-sandbox (Order with Google)"}
    if endpoint.secret:
        out["Authorization"] = endpoint.details["prefix"] + token(endpoint.secret, endpoint.details, at, forged)
    return out


def token(pem: str, details: Mapping[str, Any], at: int, forged: bool = False) -> str:
    """A JWT for the project that the details name.

    Args:
        at: the signature's time.
        forged: the signature is another text's, by the same key.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    algorithm = details["algorithm"]
    head = {"alg": algorithm, "kid": kid(pem), "typ": "JWT"}
    claims = {"iss": details["issuer"], "aud": details["project_id"], "iat": at, "nbf": at, "exp": at + JWT_LIFE_S}
    signed = f"{text(orjson.dumps(head))}.{text(orjson.dumps(claims))}"
    hashed: Any = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}[algorithm]
    covered = signed + " " if forged else signed
    return f"{signed}.{text(private(pem).sign(covered.encode(), padding.PKCS1v15(), hashed))}"


def unsigned(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def text(content: bytes) -> str:
    """Base64 as JWTs have it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("calls carry a signed JWT whose audience is the partner's project id", "ordering docs, overview, auth"),
)
