"""What `${…}` stands for: parameters, counts, seeded random values, and what earlier steps made."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

MARK = re.compile(r"\$\{([^{}]*)\}")
RANGE = re.compile(r"(\d{1,15})-(\d{1,15})")
FAKER_WORDS = ("name", "email", "street_address", "city", "postcode", "country_code", "phone_number", "catch_phrase", "bs")


class Unknown(Exception):
    """A reference that stands for nothing; the message says what there is."""


class Words:
    """Everything a `${…}` may name.

    Args:
        fresh: reads an object anew, so that a field of it is what it is now.
        event: the n-th event of the run.
    """

    def __init__(
        self, seed: int, parameters: Mapping[str, Any], fresh: Callable[[Any], Awaitable[Any]], event: Callable[[int], Awaitable[Any]]
    ) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.values: dict[str, Any] = dict(parameters)
        self.made: dict[str, Any] = {}
        self.as_told: set[str] = set()  # names of answers that stay as they were
        self.fresh = fresh
        self.event = event
        self._faker: Any = None

    async def fill(self, value: Any) -> Any:
        """The value with every `${…}` in it replaced. A text that is nothing else keeps the type of what it stands for."""
        if isinstance(value, str):
            if "${" not in value:
                return value
            whole = MARK.fullmatch(value)
            if whole:
                return await self.meant(whole[1])
            parts = MARK.split(value)
            for place in range(1, len(parts), 2):
                parts[place] = str(await self.meant(parts[place]))
            return "".join(parts)
        if isinstance(value, Mapping):
            return {key: await self.fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [await self.fill(item) for item in value]
        return value

    async def meant(self, said: str) -> Any:
        """What stands between the brackets. Raises Unknown."""
        name, _, path = said.partition(":")
        if name == "random":
            return self.between(path)
        if name == "fake":
            return self.fake(path)
        if name == "event":
            number, _, path = path.partition(":")
            told = await self.event(int(number) if number.isdigit() else 0)
            return field(told, path) if path else told["id"]
        if name in self.values and not path:
            return self.values[name]
        shown = await self.object(name)
        return field(shown, path) if path else shown["id"]

    async def object(self, name: str) -> Any:
        """What a step made, as it is now. Raises Unknown."""
        if name not in self.made:
            raise Unknown(f"nothing before this step is called '{name}'{there_is(self.made)}")
        shown = self.made[name]
        if shown is None:
            raise Unknown(f"'{name}' came to nothing: its reply was lost or refused")
        return shown if name in self.as_told else await self.fresh(shown)

    def between(self, path: str) -> int:
        found = RANGE.fullmatch(path)
        if not found or int(found[1]) > int(found[2]):
            raise Unknown(f"'random:{path}' is no range such as random:100-900")
        return self.random.randint(int(found[1]), int(found[2]))

    def fake(self, word: str) -> str:
        """Somebody's name, address or order: made up, the same for the same seed."""
        if word not in FAKER_WORDS:
            raise Unknown(f"'fake:{word}' is not made up here: use fake: with {', '.join(FAKER_WORDS)}")
        if self._faker is None:
            try:
                from faker import Faker  # here, because it takes a while and few stories need people
            except ImportError:
                raise Unknown("people are made up by faker, which is not installed: pip install faker") from None
            self._faker = Faker("en_US")
            self._faker.seed_instance(self.seed)
        return str(getattr(self._faker, word)())


def there_is(names: Mapping[str, Any]) -> str:
    return f"; there is {', '.join(names)}" if names else ""


def field(shown: Any, path: str) -> Any:
    """A field of an object by its dotted path; `length` counts a list. Raises Unknown."""
    value = shown
    for part in path.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part == "length":
            value = len(value)
        elif isinstance(value, list) and part.lstrip("-").isdigit() and -len(value) <= int(part) < len(value):
            value = value[int(part)]
        else:
            near = f"; it has {', '.join(list(value)[:40])}" if isinstance(value, Mapping) else ""
            raise Unknown(f"there is no field '{part}' of '{path}'{near}")
    return value
