"""Changes as JSON text and back. Nothing read from a file is ever executed: names pick classes from a fixed list.

A change is `["+", kind, fields]` for a record put, `["-", kind, id, provider]` for one dropped, `[kind, fields]` for the
rest; fields stand in the order of a *layout*, which is kept beside the text. So a class may get new fields anywhere, as
long as they have a default, and old text is still read. Kinds are class names: those of all providers differ.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import orjson

from sandbox.core.changes import Change, Configure, Count, Disarm, Drop, Put, Tick, Timer, Transfer
from sandbox.core.machine import Trigger
from sandbox.core.records import CORE_RECORDS
from sandbox.journal.base import JournalError

PLAIN_CHANGES: tuple[type, ...] = (Transfer, Timer, Disarm, Tick, Count, Configure)
# Fields that hold few different words: after a load each word is one string in memory, as it was before.
WORDS = frozenset(("provider", "status", "currency", "kind", "type", "category", "debit", "credit", "name", "version", "url"))

Layout = Mapping[str, Sequence[str]]  # kind -> its fields, in the order in which they are written
Make = Callable[[list[Any]], Any]


class Codec:
    """Writes with the fields that classes have now; reads what any earlier layout wrote."""

    def __init__(self, records: Iterable[type] = ()) -> None:
        self.kinds: dict[str, type] = {}
        for kind in (*PLAIN_CHANGES, *CORE_RECORDS, *records):
            for known in (kind, *_nested(kind)):
                other = self.kinds.setdefault(known.__name__, known)
                assert other is known, f"two kinds of record are called {known.__name__}"
        self.layout: Layout = {name: list(kind._fields) for name, kind in sorted(self.kinds.items())}  # type: ignore[attr-defined]

    def encode(self, changes: Iterable[Change]) -> str:
        rows: list[Any] = []
        for change in changes:
            kind = change.__class__
            if kind is Put:
                record: Any = change.record  # type: ignore[union-attr]
                rows.append(("+", record.__class__.__name__, tuple(record)))
            elif kind is Drop:
                record = change.record  # type: ignore[union-attr]
                rows.append(("-", record.__class__.__name__, record.id, record.provider))
            else:
                rows.append((kind.__name__, tuple(change)))
        try:
            return orjson.dumps(rows, default=_plain).decode()
        except TypeError:
            # Half a surrogate pair or a huge integer, which a stranger may have sent. Only this library writes and reads
            # them exactly; the space says so.
            return " " + json.dumps(rows, default=_plain)

    def reader(self, layout: Layout) -> Callable[[str], list[Change]]:
        """What reads text that was written with the layout. Raises JournalError when called with any other text."""
        makers = _Makers(self.kinds, layout)

        def read(text: str) -> list[Change]:
            try:
                return [_change(row, makers) for row in _parse(text)]
            except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
                raise JournalError(f"an entry is damaged ({error.__class__.__name__}: {error})") from error

        return read


def _plain(value: Any) -> Any:
    """What JSON has no word for. Bytes that are text stay readable; others are base64 in a list of one."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return [b64encode(value).decode()]
    if isinstance(value, tuple):
        return tuple(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a journal cannot keep {type(value).__name__}")


def _parse(text: str) -> list[Any]:
    rows = json.loads(text) if text.startswith(" ") else orjson.loads(text)
    if not isinstance(rows, list):
        raise ValueError("it is no list of changes")
    return rows


def _change(row: list[Any], makers: _Makers) -> Change:
    word = row[0]
    if word == "+":
        return Put(makers[row[1]](row[2]))
    if word == "-":
        return Drop(makers.husk(row[1], row[2], row[3]))
    change: Change = makers[word](row[1])
    if not isinstance(change, PLAIN_CHANGES):
        raise ValueError(f"{word} is no change")
    return change


class _Makers(dict[str, Make]):
    """Kind -> what makes one from its written fields; worked out when first met, for a layout may name kinds that are gone."""

    def __init__(self, kinds: Mapping[str, type], layout: Layout) -> None:
        super().__init__()
        self._kinds, self._layout = kinds, layout
        self._share: dict[Any, Any] = {}

    def __missing__(self, name: str) -> Make:
        kind: Any = self.kind(name)
        written = list(self._layout[name])
        strange = [field for field in written if field not in kind._fields]
        if strange:
            raise JournalError(f"it keeps '{strange[0]}' of {name}, which this version does not know")
        lacking = [field for field in kind._fields if field not in written and field not in kind._field_defaults]
        if lacking:
            raise JournalError(f"it keeps no '{lacking[0]}' of {name}, which this version cannot do without")
        hints = get_type_hints(kind)
        fixes = [(place, fix) for place, field in enumerate(written) if (fix := self._fix(field, hints[field])) is not None]
        straight = written == list(kind._fields[: len(written)])
        width = len(written)

        def make(fields: list[Any]) -> Any:
            if len(fields) != width:
                raise ValueError(f"{name} has {width} fields, not {len(fields)}")
            for place, fix in fixes:
                fields[place] = fix(fields[place])
            return kind(*fields) if straight else kind(**dict(zip(written, fields, strict=True)))

        self[name] = make
        return make

    def kind(self, name: str) -> type:
        if name not in self._kinds or name not in self._layout:
            raise JournalError(f"it keeps a {name}, which this version does not know")
        return self._kinds[name]

    def husk(self, name: str, id: str, provider: str) -> Any:
        """A record of which only the id and the provider are known: enough to drop it."""
        kind: Any = self.kind(name)
        return kind._make({"id": id, "provider": provider}.get(field) for field in kind._fields)

    def _fix(self, field: str, hint: Any) -> Callable[[Any], Any] | None:
        """What turns a field's JSON into the field; None where they are the same."""
        if hint is bytes:
            return lambda text: text.encode() if isinstance(text, str) else b64decode(text[0], validate=True)
        if hint is Trigger:
            return Trigger
        if get_origin(hint) is tuple:
            of = get_args(hint)[0]
            return (lambda items: tuple(map(self[of.__name__], items))) if hasattr(of, "_fields") else tuple
        if hint is str and field in WORDS:
            share = self._share.setdefault
            return lambda word: share(word, word)
        return None


def _nested(kind: type) -> list[type]:
    """Named tuples that a kind has tuples of."""
    hints = get_type_hints(kind).values()
    return [of for hint in hints if get_origin(hint) is tuple for of in get_args(hint) if hasattr(of, "_fields")]
