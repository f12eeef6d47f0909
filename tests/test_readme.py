"""What the README and the pages of docs/ say is so: its commands are run as they stand, its tables compared with the code."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from sandbox.cli import parser
from sandbox.providers import PROVIDERS
from sandbox.providers.stripe.versions import NEWEST
from tests.browser.show import PAGES
from tests.harness import Shop
from tests.server.test_serve import free_port
from tests.serving import Serving, environment
from tests.test_cli import every_parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
DOCS = {path.stem: path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))}
TEXT = "\n".join((README, *DOCS.values()))
LINKED = [*(ROOT / name for name in ("README.md", "CHANGELOG.md", "sandbox/README.md")), *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)  # the README's first
INSTALL_SECONDS_MAX = 300  # from an index, on a shared machine
WEBHOOK_SECONDS_MAX = 20
PICTURES_BYTES_MAX = 1_500_000


class Program:
    """A shell line under way, and the lines it prints."""

    def __init__(self, line: str, cwd: Path, **env: str) -> None:
        self.line = line
        self.process = subprocess.Popen(
            ["sh", "-c", line], cwd=cwd, env=clean(**env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self.printed: queue.Queue[str] = queue.Queue()
        self.complaints: list[str] = []
        for stream, take in ((self.process.stdout, self.printed.put), (self.process.stderr, self.complaints.append)):
            assert stream is not None
            threading.Thread(target=self._read, args=(stream, take), daemon=True).start()

    def _read(self, stream: IO[str], take: object) -> None:
        with stream:
            for line in stream:
                take(line)  # type: ignore[operator]

    def next_line(self, seconds: float) -> str:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                return self.printed.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None and self.printed.empty():
                    break
        raise AssertionError(f"`{self.line}` ended or said nothing: {''.join(self.complaints)}")

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


def clean(**more: str) -> dict[str, str]:
    """The environment of a newcomer: no virtual environment is active, nothing of ours is on the path."""
    env = environment(**more)
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONWARNINGS", "PYTHONHOME"):
        env.pop(name, None)
    return env


def checkout(into: Path) -> Path:
    """The files that a clone has."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True)
    names = [name for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else None
    if names is None:  # an unpacked archive: everything but what tools left behind
        shutil.copytree(ROOT, into, ignore=shutil.ignore_patterns(".venv", "node_modules", "*.egg-info", "__pycache__", ".*_cache"))
        return into
    for name in names:
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, into / name)
    return into


def needs_an_index(error: AssertionError) -> None:
    """Installing needs a package index; without one the test is skipped, but not where everything has to be there."""
    if "No matching distribution" in str(error) and os.environ.get("CI") != "true":
        pytest.skip("no package index can be reached")


@pytest.mark.install
def test_the_first_minute_is_as_it_is_written(tmp_path: Path) -> None:
    """The first blocks of the README in order: install, run, point an SDK, charge, dispute, miss the deadline, see the webhooks."""
    (start, tests, shop, run_shop, dispute, shown) = (text for _, text in BLOCKS[:6])
    assert [language for language, _ in BLOCKS[:6]] == ["sh", "sh", "python", "sh", "sh", "text"]
    for only_line in (start, tests, run_shop):
        assert only_line.count("\n") == 1, "one copyable line"
    assert f"\n{tests}" in (ROOT / ".ci/run").read_text()
    here = checkout(tmp_path / "clone")
    port = free_port()
    with Program(start, here, PAYMENT_SANDBOX_PORT="0") as server:
        try:
            ready = server.next_line(INSTALL_SECONDS_MAX)
        except AssertionError as error:
            needs_an_index(error)
            raise
        url = dict(word.split("=", 1) for word in ready.split()[1:])["url"]
        assert ready.startswith("ready url=http://127.0.0.1:")
        (here / "shop.py").write_text(shop.replace("http://127.0.0.1:12111", url).replace("8000", str(port)))
        with Program(run_shop, here) as running:
            got = [running.next_line(INSTALL_SECONDS_MAX)]
            charge = got[0].split()[1]
            env = clean(PAYMENT_SANDBOX_SERVER=url)
            lines = dispute.replace("ch_...", charge)
            done = subprocess.run(["sh", "-ec", lines], cwd=here, env=env, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")
            got += [running.next_line(WEBHOOK_SECONDS_MAX) for _ in shown.splitlines()[1:]]
            assert re.sub(r"(ch|du)_\w+", r"\1_...", "".join(got)) == shown
            assert running.printed.empty()
            assert "Traceback" not in "".join(running.complaints)


# Tables and claims


def cells(heading: str, text: str = README) -> Iterator[list[str]]:
    """The rows of the table under a heading."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_of_commands_is_the_parsers() -> None:
    written = [re.match(r"`payment-sandbox (\w+)", row[0]) for row in cells("Commands")]
    actions = next(iter(every_parser(parser())))._subparsers
    assert actions is not None
    assert [found[1] for found in written if found] == list(actions._group_actions[0].choices)  # type: ignore[arg-type]


def test_the_flags_and_verbs_written_exist() -> None:
    known = {option for made in every_parser(parser()) for action in made._actions for option in action.option_strings}
    ours = re.sub(r"`stripe [^`]*`|^stripe .*$", "", TEXT, flags=re.MULTILINE)  # the official CLI has flags of its own
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ours)) - known == set()
    for line in re.findall(r"`(clock [^`]+)`", TEXT):
        said = parser().parse_args(line.replace("DATE", "2026-01-01").split())
        assert said.verb == line.split()[1]


def test_the_table_of_paths_is_what_is_emulated() -> None:
    """No path is promised that is not there, none that is there is left out."""
    written = {path for row in cells("What is covered", DOCS["stripe"]) for path in re.findall(r"`(/v1/[\w/]+)`", row[0])}
    deep = {path for path in written if path.count("/") > 2}
    there = {next((d for d in deep if op.path.startswith(d)), "/".join(op.path.split("/")[:3])) for op in PROVIDERS[0].operations
             if op.path.startswith("/v1/")}  # fmt: skip
    assert written == there


def test_the_call_of_the_control_api_that_is_shown_wins_a_dispute() -> None:
    """As it stands, but for the server's port and the dispute's id."""
    line = next(text for language, text in BLOCKS if language == "sh" and "curl" in text)
    if shutil.which("curl") is None and os.environ.get("CI") != "true":
        pytest.skip("there is no curl")
    with Serving() as server:
        key = "sk_test_default"
        charge = server.call("POST", "/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa"}, key=key)[1]["id"]
        dispute = server.call("POST", "/_sandbox/disputes", {"charge": charge}, key=key)[1]["id"]
        said = line.replace("http://127.0.0.1:12111", server.url).replace("du_...", dispute)
        done = subprocess.run(["sh", "-ec", said], env=clean(), capture_output=True, text=True)
        assert json.loads(done.stdout)["status"] == "won", done.stderr
        assert server.call("GET", f"/v1/disputes/{dispute}", key=key)[1]["status"] == "won"


def test_the_example_shop_is_caught_as_shown() -> None:
    """Its lines as they stand, but for the ports and what is installed already."""
    start = next(number for number, (_, text) in enumerate(BLOCKS) if "shop.py acts_twice" in text)
    serve, play, shown = (text for _, text in BLOCKS[start : start + 3])
    hook, port = free_port(), free_port()
    served = serve.partition(" && ")[2].replace(".venv/bin/python", f"exec {sys.executable}").strip()
    played = play.replace(".venv/bin/payment-sandbox", f"{sys.executable} -m sandbox").replace("8000", str(hook)).strip()
    with Program(f"{served} --port {hook} --api http://127.0.0.1:{port}", ROOT):
        until = time.monotonic() + WEBHOOK_SECONDS_MAX
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", hook), 1):
                break
            time.sleep(0.05)
        done = subprocess.run(["sh", "-c", f"{played} --port {port}"], cwd=ROOT, env=clean(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert shown in done.stdout


def test_what_is_said_to_decide_evidence_does(shop: Shop) -> None:
    shop.freeze()
    for text, status in (("winning_evidence", "won"), ("losing_evidence", "lost"), ("a letter", "under_review")):
        assert text == "a letter" or f"`{text}`" in DOCS["stripe"]
        made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]})["id"]
        shop.post(f"/v1/disputes/{made}", {"evidence": {"uncategorized_text": text}})
        shop.advance(days=1)
        assert shop.get(f"/v1/disputes/{made}")["status"] == status
    shop.control("POST", "/settings", {"outcome": "won"})
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]})["id"]
    shop.post(f"/v1/disputes/{made}", {"evidence": {"uncategorized_text": "a letter"}})
    shop.advance(days=60)
    assert shop.get(f"/v1/disputes/{made}")["status"] == "won"


def test_a_path_that_is_not_covered_answers_501_and_says_so_by_name(shop: Shop) -> None:
    answer = shop.get("/v1/invoices")
    assert answer.status == 501
    assert "/v1/invoices" in answer.error["message"]


def test_the_version_written_is_the_newest() -> None:
    assert f"version `{NEWEST}`" in README
    assert f"version `{NEWEST}`" in DOCS["stripe"]


def test_every_kind_of_test_is_written_about() -> None:
    """With the command that runs it."""
    marks = re.findall(r'^  "(\w+): .*; (pytest -m [^"]+)",$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert len(marks) >= 4
    assert [line for name, line in marks if f"`{line}`" not in README or name not in line] == []


def anchors(text: str) -> set[str]:
    """What headings are called in an address, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_its_heading(page: Path) -> None:
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            wrong.append(link)
    assert wrong == []


def test_the_readme_leads_to_every_page_of_the_documentation() -> None:
    assert set(re.findall(r"\]\(docs/([\w-]+)\.md", README)) == set(DOCS)


def test_every_page_of_the_dashboard_is_shown_in_small_pictures() -> None:
    """Taken by `scripts/screenshots`; a page that comes to the navigation needs one."""
    pictures = sorted((ROOT / "docs/screenshots").glob("*.png"))
    assert sorted(re.findall(r"\(screenshots/(\w+)\.png\)", DOCS["dashboard"])) == sorted(PAGES) == [path.stem for path in pictures]
    assert sum(path.stat().st_size for path in pictures) < PICTURES_BYTES_MAX
    named = re.findall(r'nav: "(\w+)"', (ROOT / "sandbox/dashboard/routes.js").read_text())
    assert {name.lower() for name in named} <= set(PAGES)


def test_every_provider_is_written_about(shop: Shop) -> None:
    """With a link to its fidelity page."""
    linked = re.findall(r"sandbox/providers/(\w+)/FIDELITY\.md", README)
    assert sorted(linked) == sorted(provider.name for provider in PROVIDERS)
    assert shop.get("/account", key="skey_test_alpha").status == 200


def test_the_order_with_google_is_refunded_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The section's lines as they stand, but for the server's port."""
    lines = next(text for language, text in BLOCKS if language == "python" and "google/ordering" in text)
    shown = re.search(r"# prints (.*)", lines)
    assert shown is not None
    with Serving() as server:
        names: dict[str, Any] = {}
        exec(compile(lines.replace("http://127.0.0.1:12111", server.url), "docs/google.md", "exec"), names)
        names["google"].close()
    assert capsys.readouterr().out.strip() == shown[1]


def test_the_exit_codes_are_those_of_the_help() -> None:
    epilog = parser().epilog or ""
    written = re.search(r"Exit codes: ([^.]*)\.", README)
    assert written is not None
    said = " ".join(written[1].split())
    assert f"Exit codes: {said}." == epilog.replace("foreign file", "foreign data file")


def test_the_booking_calls_that_are_told_of_are_there() -> None:
    """Written whole, or as the end of a booking's or a feed's path."""
    section = DOCS["google"].partition("\n## Bookings\n")[2]
    provider = next(provider for provider in PROVIDERS if provider.name == "google_bookings")
    there = {row.path.replace("{feed}", feed) for row in provider.steering for feed in ("merchants", "services", "availability")}
    root = "/_sandbox/google/bookings"
    whole = set(re.findall(rf"{root}[\w/{{}}]*", section))
    ends = {f"{root}{end}" for end in re.findall(r"`(/\{id\}/\w+)`", section)}
    ends |= {f"{root}/feeds{end}" for end in re.findall(r"`(/services|/availability)`", section)}
    assert len(whole) == 5
    assert len(ends) == 6
    assert whole | ends <= there
    assert (ROOT / "tests/example/booking_server.py").exists()
