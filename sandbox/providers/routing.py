"""Which operation a path means: a look-up that every provider shares, whatever it says where nothing is found."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.providers.base import Op

Shape = tuple[tuple[tuple[int, str], ...], tuple[int, ...], Op]  # a path's words and where they stand, where its holes are, whose it is


class Routes:
    """Operations by method and shape of the path: a dict look-up, whatever their number.

    Args:
        words: last words of paths that would pass for an id and are none.
    """

    def __init__(self, operations: Sequence[Op], words: frozenset[str] = frozenset()) -> None:
        self.operations = operations
        self._literal: dict[tuple[str, str], Op] = {}
        self._words = words
        alike: dict[tuple[str, int], list[Shape]] = {}
        for op in operations:
            segments = op.path.strip("/").split("/")
            words_at = tuple((place, segment) for place, segment in enumerate(segments) if not segment.startswith("{"))
            holes = tuple(place for place, segment in enumerate(segments) if segment.startswith("{"))
            if not holes:
                self._literal[op.method, op.path] = op
            else:
                assert holes[0], f"{op.path} begins with a hole: any path would fit"
                alike.setdefault((op.method, len(segments)), []).append((words_at, holes, op))
        # Where all of them have a word, before the first hole of any, and who has which: the noun, of which few have the same.
        self._nouns: dict[tuple[str, int], tuple[int, dict[str, list[Shape]]]] = {}
        for kind, shapes in alike.items():
            place = min(holes[0] for _, holes, _ in shapes) - 1
            by_word: dict[str, list[Shape]] = {}
            for shape in shapes:
                by_word.setdefault(shape[0][place][1], []).append(shape)  # what stands before it are words too
            self._nouns[kind] = place, by_word

    def find(self, method: str, path: str) -> tuple[Op, tuple[str, ...]] | None:
        """The operation and the values in its path, none of them empty; of several that fit, the first that was given."""
        op = self._literal.get((method, path))
        if op is not None:
            return op, ()
        given = path[1:].split("/")
        nouns = self._nouns.get((method, len(given)))
        if nouns is None or given[-1] in self._words:
            return None
        for words_at, holes, op in nouns[1].get(given[nouns[0]], ()):
            for place, word in words_at:
                if given[place] != word:
                    break
            else:
                values = tuple([given[place] for place in holes])
                if "" not in values:
                    return op, values
        return None
