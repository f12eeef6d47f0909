"""Ids from a hash of (seed, merchant, serial): the same calls give the same ids, and nobody can guess the next."""

from __future__ import annotations

from hashlib import blake2b

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


PAIRS = {alphabet: tuple(a + b for a in alphabet for b in alphabet) for alphabet in (BASE62, BASE36)}
PAIRS_62 = PAIRS[BASE62]


def digits(number: int, length: int, alphabet: str = BASE62) -> str:
    """The last `length` digits of a number, most significant first."""
    pairs = PAIRS.get(alphabet)
    if pairs is not None:  # two digits a step: ids are made on every request
        count, steps = len(pairs), (length + 1) // 2
        number %= count**steps  # the rest is never looked at, and small numbers divide faster
        text = ""
        for _ in range(steps):
            number, pair = divmod(number, count)
            text = pairs[pair] + text
        return text[-length:]
    base = len(alphabet)
    out = []
    for _ in range(length):
        number, rest = divmod(number, base)
        out.append(alphabet[rest])
    return "".join(reversed(out))


def eight(number: int) -> str:
    """Eight base-62 characters of the last 47 bits or so: `digits(number, 8)` for an id that every request makes."""
    upper, lower = divmod(number % 218_340_105_584_896, 14_776_336)
    return f"{PAIRS_62[upper // 3844]}{PAIRS_62[upper % 3844]}{PAIRS_62[lower // 3844]}{PAIRS_62[lower % 3844]}"


def digest(*parts: object) -> int:
    """A 128-bit number that depends on every part and on their order."""
    return int.from_bytes(_hashed("\0".join(map(str, parts))), "big")


def drawn(seed: object, name: str, serial: int) -> int:
    """The upper 64 bits of `digest(seed, name, serial)`: small numbers divide faster, and every id divides."""
    return int.from_bytes(_hashed(f"{seed}\0{name}\0{serial}")[:8], "big")


def _hashed(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def token(length: int, *parts: object, alphabet: str = BASE62) -> str:
    """`length` characters that look random and are not."""
    out = ""
    step = 0
    while len(out) < length:
        out += digits(digest(step, *parts), min(20, length - len(out)), alphabet)
        step += 1
    return out
