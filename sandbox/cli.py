"""The command `payment-sandbox`: what can be said on its line, and who does it.

Nothing heavy is imported before it is known which command was given: `health` runs every few seconds in a container.
Every flag has a twin in the environment, so a compose file or a CI job can say the same without a command line.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from sandbox import __version__
from sandbox.settings import SETTINGS, Setting

OK, REFUSED, USAGE, BAD_FILE, UNREACHABLE = 0, 1, 2, 3, 4
PREFIX = "PAYMENT_SANDBOX_"
UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
BACKWARD = re.compile(r"-\d+[dhms]")
WORLD_FLAGS = {"--server": 2, "--merchant": 2, "--json": 1}  # of every client, and how many words each is
TRUE = ("1", "true", "yes", "on")
ABOUT = "A local server that imitates payment providers: charges, refunds, disputes and webhooks on a simulated clock."
CODES = "Exit codes: 0 ok, 1 refused by the server, 2 usage, 3 unreadable or foreign file, 4 server not reachable or port in use."
VERDICTS = "Exit codes: 0 ok, 1 an expectation failed, 2 usage, 3 an invalid or unreadable file, 4 server not reachable, 5 nothing ran."


class Parser(argparse.ArgumentParser):
    """A parser whose flags may also come from the environment, under the names their help shows."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **options})
        self.environ: Mapping[str, str] = os.environ

    def flag(self, name: str, **options: Any) -> argparse.Action:
        """A flag with its twin: the environment's word counts where the line has none."""
        twin = PREFIX + name.lstrip("-").replace("-", "_").upper()
        said = self.environ.get(twin)
        action = options.get("action")
        if said is not None and action == "append":
            kind: Callable[[str], Any] = options.get("type", str)
            options["default"] = [self._read(twin, kind, part) for part in said.split(",") if part]
        elif said is not None and action == "store_true":
            options["default"] = said.lower() in TRUE
        elif said is not None:
            options["default"] = self._read(twin, options.get("type", str), said)
        if action == "append":
            options.setdefault("default", [])
            options["action"] = Append
        options["help"] = f"{options['help']} [{twin}]"
        return self.add_argument(name, **options)

    def error(self, message: str) -> NoReturn:
        """One line, not the whole usage: the reason must not drown."""
        self.exit(USAGE, f"{self.prog}: {message} (--help says more)\n")

    def _read(self, twin: str, kind: Callable[[str], Any], said: str) -> Any:
        try:
            return kind(said)
        except (argparse.ArgumentTypeError, ValueError) as error:
            self.error(f"environment variable {twin}: {error}")


class Append(argparse.Action):
    """Values of the line replace those of the environment, then add up."""

    def __call__(self, parser: Any, space: argparse.Namespace, value: Any, option: str | None = None) -> None:
        first = getattr(space, self.dest) is self.default
        setattr(space, self.dest, [value] if first else [*getattr(space, self.dest), value])


def port(said: str) -> int:
    if not said.isascii() or not said.isdigit() or int(said) > 65_535:
        raise argparse.ArgumentTypeError(f"'{said}' is not a port: 0 to 65535")
    return int(said)


def whole(said: str) -> int:
    try:
        return int(said)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{said}' is not a whole number") from None


def seconds(said: str) -> float:
    try:
        given = float(said)
    except ValueError:
        given = 0.0
    if not 0 < given < 1e6:
        raise argparse.ArgumentTypeError(f"'{said}' is not a number of seconds")
    return given


def value_of(setting: Setting, said: str) -> Any:
    """A setting's value as JSON has it, or the bare word."""
    try:
        value = json.loads(said)
    except ValueError:
        value = said
    if not setting.allows(value):
        raise argparse.ArgumentTypeError(f"'{said}' is not {setting.values}")
    return value


def data(said: str) -> str:
    scheme = re.match(r"([a-z][a-z0-9+.-]*)://", said, re.IGNORECASE)
    if scheme:
        raise argparse.ArgumentTypeError(f"{scheme[1]}:// is not supported yet; name a SQLite file")
    if not said:
        raise argparse.ArgumentTypeError("an empty file name")
    return said


def until(said: str) -> str:
    if said not in ("next", "idle"):
        raise argparse.ArgumentTypeError(f"'{said}' is neither next nor idle")
    return said


def url(said: str) -> str:
    if not re.fullmatch(r"https?://[^/\s?#@]+/?", said):
        raise argparse.ArgumentTypeError(f"'{said}' is not an address like http://127.0.0.1:12111")
    return said.rstrip("/")


def host_name(said: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._\[\]:-]+", said):
        raise argparse.ArgumentTypeError(f"'{said}' is not a host name")
    return said


def duration(said: str) -> int:
    """Seconds in "7d", "12h", "90s" or "1d12h"."""
    if BACKWARD.match(said):
        raise argparse.ArgumentTypeError(f"'{said}': time only goes forward")
    if not re.fullmatch(r"(\d+[dhms])+", said):
        raise argparse.ArgumentTypeError(f"'{said}' is not a time span like 7d, 12h, 30m or 90s")
    return sum(int(count) * UNITS_S[unit] for count, unit in re.findall(r"(\d+)([dhms])", said))


def parser() -> Parser:
    made = Parser(prog="payment-sandbox", description=ABOUT, epilog=CODES)
    made.add_argument("--version", action="version", version=f"payment-sandbox {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _serve(commands.add_parser("serve", help="run the server", description="Run the server.", epilog=CODES))
    _clients(commands)
    _stories(commands)
    return made


def _serve(made: Parser) -> None:
    made.flag("--host", type=host_name, default="127.0.0.1", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    made.flag("--port", type=port, default=12111, metavar="N", help="port to listen on, 0 for a free one (12111)")
    made.flag("--also-port", type=port, action="append", metavar="N", help="a further port; may be repeated")
    made.flag("--public-url", type=url, metavar="URL", help="how clients reach this server; links in answers start with it")
    made.flag("--data", type=data, metavar="FILE", help="SQLite file that keeps the state; without it, memory")
    for setting in SETTINGS:
        if setting.name != "providers":
            name = "--" + setting.name.replace("_", "-")
            usual = "" if setting.default is None else f" ({setting.default})"
            about = f"{setting.values}{usual}; for new merchants: {setting.about}"
            made.flag(name, type=partial(value_of, setting), metavar="VALUE", help=about)
    made.flag(
        "--allow-host", type=host_name, action="append", metavar="NAME", help="a Host name to answer to besides loopback; may be repeated"
    )
    made.flag(
        "--allow-webhook-host", action="append", metavar="NAME_OR_CIDR",
        help="where webhooks may go besides loopback; may be repeated",
    )  # fmt: skip
    made.flag("--request-seconds", type=seconds, default=30.0, metavar="S", help="time a client has to send a request (30)")
    made.set_defaults(run=serve)


def _clients(commands: Any) -> None:
    """The thin clients of the control API; each says to a running server what its line says."""
    clock = _client(commands, "clock", "show or move a merchant's clock", "show_clock")
    verbs = clock.add_subparsers(dest="verb", metavar="[advance|set|freeze|rate]", parser_class=Parser)
    advance = _client(verbs, "advance", "let time go on, firing what falls due and waiting for its webhooks", "advance", inner=True)
    advance.add_argument("span", nargs="?", type=duration, metavar="SPAN", help="7d, 12h, 30m, 90s or 1d12h")
    advance.flag("--to", metavar="DATE", help="instead of SPAN: a time, ISO 8601 or epoch seconds")
    advance.flag("--until", type=until, metavar="next|idle", help="instead of SPAN: the next timer, or no timer left")
    advance.set_defaults(check=one_target)
    _client(verbs, "set", "show this time (forward only, once the merchant has records)", "set_clock", inner=True).add_argument(
        "now", metavar="DATE", help="ISO 8601 or epoch seconds"
    )
    _client(verbs, "freeze", "stop the clock; `rate 1` lets it run again", "freeze", inner=True)
    _client(verbs, "rate", "run so many times as fast as the wall clock", "rate", inner=True).add_argument(
        "rate", type=float, metavar="N", help="0 freezes"
    )
    dispute = _client(commands, "dispute", "the cardholder's bank disputes a charge", "dispute")
    dispute.add_argument("charge", metavar="CHARGE", help="id of a charge or payment")
    dispute.flag("--reason", metavar="WORD", help="the provider's word, such as fraudulent or product_not_received")
    dispute.flag("--amount", type=whole, metavar="N", help="in minor units; default: what is left of the charge")
    dispute.flag("--inquiry", action="store_true", help="an inquiry: no money moves yet")
    events = _client(commands, "events", "list a merchant's events, oldest first", "events")
    events.flag("--type", metavar="PATTERN", help="only these, such as charge.dispute.*")
    events.flag("--follow", action="store_true", help="go on with new ones until interrupted")
    _client(commands, "reset", "make a merchant as if never used", "reset")
    fixtures = _client(commands, "fixtures", "play a fixture file of the official Stripe CLI", "fixtures")
    fixtures.add_argument("file", metavar="FILE", help="what `stripe fixtures` plays")
    _client(commands, "health", "exit 0 if the server answers and can write, 4 if not", "health")


def _client(commands: Any, name: str, about: str, does: str, inner: bool = False) -> Parser:
    """A command that talks to a running server; an `inner` one leaves to its outer one what the line says before it."""
    made: Parser = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".", epilog=CODES)
    local = f"http://127.0.0.1:{made.environ.get(PREFIX + 'PORT') or '12111'}"
    shared = (
        made.flag("--server", type=url, default=local, metavar="URL", help="the running server (http://127.0.0.1:12111)"),
        made.flag("--merchant", default="", metavar="NAME", help="whose world (default)"),
        made.flag("--json", action="store_true", help="answer as JSON"),
    )
    if inner:
        for flag in shared:
            flag.default = argparse.SUPPRESS
    made.set_defaults(run=ask, does=does)
    return made


def _stories(commands: Any) -> None:
    """The commands about scenarios; `sandbox.stories` carries them out."""
    run = _story(commands, "run", "play scenarios and say what the application got wrong")
    run.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="name of a shipped one, a file, or a directory of files")
    run.flag("--provider", action="append", metavar="NAME", help="on this provider only; may be repeated")
    run.flag("--webhook", metavar="URL", help="where the application under test takes webhooks: it takes part")
    run.flag("--webhook-secret", metavar="SECRET", help="what they are signed with; default: a fresh one")
    run.flag("--settle-ms", type=whole, default=0, metavar="N", help="wall time that the application is given after its webhooks (0)")
    run.flag("--server", type=url, metavar="URL", help="play at a running server; without it, in this process")
    run.flag("--port", type=port, default=12111, metavar="N", help="with --webhook: where the API answers the application (12111)")
    run.flag("--merchant", metavar="NAME", help="whose world; it is reset (scenario)")
    run.flag("--seed", type=whole, metavar="N", help="instead of the files' own")
    run.flag("--record", metavar="FILE", help="write what the story and the application did as a scenario of its own")
    run.flag("--junit", metavar="FILE", help="write the verdicts as JUnit XML")
    run.flag("--html", metavar="FILE", help="write them as one page")
    run.flag("--json", action="store_true", help="answer as JSON")
    run.flag("--verbose", action="store_true", help="show the expectations that hold too")
    _story(commands, "scenarios", "list the shipped scenarios").flag("--json", action="store_true", help="answer as JSON")
    validate = _story(commands, "validate", "check scenario files without playing them")
    validate.add_argument("files", nargs="+", metavar="FILE")
    validate.flag("--json", action="store_true", help="answer as JSON")
    _story(commands, "schema", "print the JSON Schema of scenario files, for editors")


def _story(commands: Any, name: str, about: str) -> Parser:
    made: Parser = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".", epilog=VERDICTS)
    made.set_defaults(run=tell, does=name)
    return made


def one_target(said: argparse.Namespace) -> str:
    """What is wrong with the target of an advance, or nothing."""
    given = [each for each in (said.span, said.to, said.until) if each not in (None, "")]
    ways = "a SPAN such as 7d, --to DATE or --until next|idle"
    if len(given) > 1:
        return f"say only one of {ways}"
    return "" if given else f"say how far time goes on: {ways}"


def serve(said: argparse.Namespace) -> int:
    gc.disable()  # what is imported stays: looking for garbage in it would only make the start slower
    from sandbox.server.run import Failure, Options, serve

    settings = {setting.name: getattr(said, setting.name) for setting in SETTINGS if getattr(said, setting.name, None) is not None}
    try:
        return serve(
            Options(
                said.host, said.port, said.also_port, said.public_url or "", said.data or "", settings,
                said.allow_host, said.allow_webhook_host, said.request_seconds,
            )
        )  # fmt: skip
    except Failure as failure:
        return complain(str(failure), failure.code)


def ask(said: argparse.Namespace) -> int:
    from sandbox.remote import COMMANDS, BadFile, Refused, Unreachable

    try:
        COMMANDS[said.does](said)
    except Refused as refused:
        return complain(str(refused), USAGE if refused.code == "event_type_unknown" else REFUSED)
    except Unreachable as lost:
        return complain(str(lost), UNREACHABLE)
    except BadFile as bad:
        return complain(str(bad), BAD_FILE)
    except KeyboardInterrupt:
        pass  # how one ends `events --follow`
    except BrokenPipeError:
        seen_enough()
    return OK


def seen_enough() -> None:
    """Whoever read our lines is gone; the interpreter must not complain about it when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(said: argparse.Namespace) -> int:
    gc.disable()
    from sandbox.stories import COMMANDS

    gc.freeze()  # what was imported stays
    gc.enable()
    try:
        code: int = COMMANDS[said.does](said)
    except BrokenPipeError:
        seen_enough()
        return OK
    except KeyboardInterrupt:
        return complain("interrupted", REFUSED)
    return code


def complain(why: str, code: int) -> int:
    print(f"payment-sandbox: {why}", file=sys.stderr)
    return code


def command_first(line: Sequence[str]) -> list[str]:
    """The line with what says whose world it is about behind the command, where it may stand before it too."""
    at = 0
    while at < len(line) and (flag := line[at].partition("=")[0]) in WORLD_FLAGS:
        at += 1 if "=" in line[at] else WORLD_FLAGS[flag]
    return [*line[at : at + 1], *line[:at], *line[at + 1 :]]


def main(line: Sequence[str] | None = None) -> int:
    made = parser()
    words = command_first(sys.argv[1:] if line is None else line)
    if words[:1] and words[0].startswith("--") and words[0] not in ("--help", "--version"):
        made.error(f"{words[0]} comes after the command: payment-sandbox COMMAND {words[0]}")
    back = next((word for word in words if BACKWARD.match(word)), None)
    if words[:1] == ["clock"] and back is not None:
        made.error(f"{back}: time only goes forward; `payment-sandbox reset` begins anew")
    said = made.parse_args(words)
    wrong = said.check(said) if "check" in said else ""
    if wrong:
        made.error(wrong)
    code: int = said.run(said)
    return code
