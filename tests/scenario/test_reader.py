from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.scenario.reader import BYTES_MAX, MISTAKES_MAX, BadFile, Unreadable, compose, read, read_file
from sandbox.scenario.schema import Advance
from tests.scenario.stories import HEAD, story

GOOD = HEAD + "  - charge: {as: sale, amount: 2500}\n  - expect: {objects: {sale: {amount: 2500}}}\n"


def wrong(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        read(text, "told.yaml")
    return str(caught.value).splitlines()


# What YAML means


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("NO", "NO"), ("true", True), ("False", False), ("~", None), ("null", None),
        ("1:30", "1:30"), ("12:30:45", "12:30:45"), ("010", 10), ("0o10", 8), ("0x1F", 31), ("1_000", "1_000"), ("0b11", "0b11"),
        ("1e3", 1000.0), (".5", 0.5), ("2026-01-05", "2026-01-05"), ("'12'", "12"), ('"true"', "true"), ("!!str 12", "12"),
        ("-7", -7), ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_a_scalar_means_what_yaml_1_2_says(said: str, meant: object) -> None:
    found = compose(f"key: {said}\n", "told.yaml").root["key"]
    assert (found, type(found)) == (meant, type(meant))


def test_a_key_is_always_its_own_text() -> None:
    assert compose("1: a\nno: b\nnull: c\n", "told.yaml").root == {"1": "a", "no": "b", "null": "c"}


def test_an_alias_stands_for_what_its_anchor_names() -> None:
    assert compose("a: &x [1, 2]\nb: *x\n", "told.yaml").root == {"a": [1, 2], "b": [1, 2]}


# Mistakes and their places


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "told.yaml:2:1: the key 'a' stands here a second time; the first is in line 1"),
        (GOOD.replace("charge:", "chrage:"), "told.yaml:5:5: steps[0].chrage: there is no 'chrage' here. Did you mean 'charge'?"),
        (GOOD.replace("amount: 2500}\n", "amont: 2500}\n"),
         "told.yaml:5:24: steps[0].charge.amont: there is no 'amont' here. Did you mean 'amount'?"),
        (GOOD.replace("[stripe, omise]", "[stripe, omice]"),
         "told.yaml:3:21: providers[1]: Input should be 'stripe', 'omise', 'google_ordering' or 'google_bookings', but was 'omice'. "
         "Did you mean 'omise'?"),
        (GOOD.replace("amount: 2500}\n", "amount: no}\n"), "told.yaml:5:24: steps[0].charge.amount: "),
        (HEAD + "  - advance: 8x\n", "told.yaml:5:5: steps[0].advance: a span is written like 7d, 12h, 30m, 90s or 1d12h, but was '8x'"),
        (HEAD + "  - {}\n", "told.yaml:5:5: steps[0]: a step has exactly one verb; this one has none"),
        (HEAD + "  - {accept: {dispute: a}, warn: {charge: b}}\n",
         "told.yaml:5:5: steps[0]: a step has exactly one verb; this one has accept and warn"),
        (HEAD + "  - decide: {dispute: a, outcome: failed}\n", "told.yaml:5:5: steps[0].decide: a dispute is won or lost"),
        (HEAD + "  - expect: {}\n", "told.yaml:5:5: steps[0].expect: expect something: events, objects"),
        (HEAD + "  - charge: {as: sale}\n", "told.yaml:5:5: steps[0].charge: 'amount' is missing"),
        ("about: x\nproviders: [stripe]\nsteps: [{advance: 1d}]\n", "told.yaml:1:1: 'name' is missing"),
        ("[1, 2", "told.yaml:"),
        ("a: 1\n--- \nb: 2\n", "told.yaml:2:1: a file holds one scenario"),
        ("a: !!python/object:os.system 1\n", "told.yaml:1:4: the tag tag:yaml.org,2002:python/object:os.system is not taken"),
        ("a: *b\n", "told.yaml:1:4: "),
        ("? [1, 2]\n: 3\n", "told.yaml:1:3: a key is a text here"),
        ("a: \x01\n", "told.yaml:1:4: a character that YAML does not take"),
        ("just words\n", "told.yaml:1:1: a scenario is a mapping"),
        ("", "told.yaml:1:1: a scenario is a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_place(text: str, message: str) -> None:
    found = wrong(text)
    assert any(line.startswith(message) for line in found), found


def test_all_mistakes_are_said_in_the_files_order() -> None:
    found = wrong(HEAD + "  - advance: soon\n  - chrage: {}\n  - refund: {charge: a, amount: -1}\n")
    assert [line.split(": ")[0] for line in found] == ["told.yaml:5:5", "told.yaml:6:5", "told.yaml:7:25"]


# Files that mean harm


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "{a: " * 30_000,
        "- " * 30_000,
        "k0: &a0 [x, x]\n" + "".join(f"k{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(20)),
        HEAD + "  - charge: {amount: " + "9" * 100_000 + "}\n",
        HEAD + "".join(f"  - verb{number}: 1\n" for number in range(20_000)),
    ],
    ids=["brackets", "braces", "dashes", "alias-bomb", "long-number", "unknown-steps"],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_a_clear_error(text: str) -> None:
    found = wrong(text)
    assert found
    assert all(line.startswith("told.yaml:") for line in found)
    assert max(map(len, found)) < 1_000


def test_of_thousands_of_mistakes_the_first_are_said() -> None:
    found = wrong(HEAD + "".join(f"  - verb{number}: 1\n" for number in range(4_999)))
    assert len(found) == MISTAKES_MAX
    assert found[0].startswith("told.yaml:5:5: steps[0].verb0: there is no 'verb0' here")


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"a: 1\n" * 2_000_000)
    with pytest.raises(BadFile, match=f"larger than {BYTES_MAX} bytes"):
        read_file(large)


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        read_file(tmp_path / "none.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"a: 1\nb: \xff\xfe\n")
    with pytest.raises(BadFile, match=r":2:4: this is not UTF-8"):
        read_file(binary)


def test_a_good_file_is_read_and_its_values_have_places() -> None:
    found = story("  - advance: 8d\n  - advance: {by: 1h30m}\n")
    first, second = (step.advance for step in found.scenario.steps)
    assert first == "8d"
    assert isinstance(second, Advance)
    assert second.by == 5_400
    assert found.line(("steps", 1, "advance")) == 6
    assert found.scenario.start == 1_767_603_600
