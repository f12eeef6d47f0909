"""Which operation a path means: a look-up that every provider shares, whatever it says where nothing is found."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.providers.base import Op


class Routes:
    """Operations by method and shape of the path: a dict look-up, whatever their number.

    Args:
        words: last words of paths that would pass for an id and are none.
    """

    def __init__(self, operations: Sequence[Op], words: frozenset[str] = frozenset()) -> None:
        self.operations = operations
        self._literal: dict[tuple[str, str], Op] = {}
        self._shapes: dict[tuple[str, int], list[tuple[tuple[str, ...], tuple[int, ...], Op]]] = {}
        self._words = words
        for op in operations:
            segments = tuple(op.path.strip("/").split("/"))
            holes = tuple(place for place, segment in enumerate(segments) if segment.startswith("{"))
            if not holes:
                self._literal[op.method, op.path] = op
            else:
                self._shapes.setdefault((op.method, len(segments)), []).append((segments, holes, op))

    def find(self, method: str, path: str) -> tuple[Op, tuple[str, ...]] | None:
        """The operation and the values in its path, none of them empty; of several that fit, the first that was given."""
        op = self._literal.get((method, path))
        if op is not None:
            return op, ()
        given = path[1:].split("/")
        if given[-1] in self._words:
            return None
        for segments, holes, op in self._shapes.get((method, len(given)), ()):
            for place, segment in enumerate(segments):
                if segment != given[place] and (place not in holes or not given[place]):
                    break
            else:
                return op, tuple([given[place] for place in holes])
        return None
