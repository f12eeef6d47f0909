"""Ids from a hash of (seed, merchant, serial): the same calls give the same ids, and nobody can guess the next."""

from __future__ import annotations

from hashlib import blake2b

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


PAIRS = {alphabet: tuple(a + b for a in alphabet for b in alphabet) for alphabet in (BASE62, BASE36)}


def digits(number: int, length: int, alphabet: str = BASE62) -> str:
    """The last `length` digits of a number, most significant first."""
    pairs = PAIRS.get(alphabet)
    if pairs is not None:  # two digits a step: ids are made on every request
        count = len(pairs)
        text = ""
        for _ in range((length + 1) // 2):
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
    pairs = PAIRS[BASE62]
    upper, lower = divmod(number % 218_340_105_584_896, 14_776_336)
    a, b = divmod(upper, 3844)
    c, d = divmod(lower, 3844)
    return pairs[a] + pairs[b] + pairs[c] + pairs[d]


def digest(*parts: object) -> int:
    """A 128-bit number that depends on every part and on their order."""
    text = "\x00".join([str(part) for part in parts])
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def token(length: int, *parts: object, alphabet: str = BASE62) -> str:
    """`length` characters that look random and are not."""
    out = ""
    step = 0
    while len(out) < length:
        out += digits(digest(step, *parts), min(20, length - len(out)), alphabet)
        step += 1
    return out
