"""The commands about scenarios: `run`, `scenarios`, `validate`, `schema`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from sandbox.delivery.targets import Targets
from sandbox.playing import MERCHANT, in_process, listening, stage
from sandbox.scenario.dialects import DIALECTS
from sandbox.scenario.library import catalogue, find_all
from sandbox.scenario.outside import Denied, Outside, Unreachable
from sandbox.scenario.reader import BadFile, Read, Unreadable, read_file
from sandbox.scenario.report.data import as_json
from sandbox.scenario.report.plain import summary
from sandbox.scenario.report.progress import Progress
from sandbox.scenario.runner import Application, play
from sandbox.scenario.schema import Scenario
from sandbox.scenario.verdict import Verdict
from sandbox.server.run import Failure

OK, FAILED, USAGE, BAD_FILE, UNREACHABLE, NOTHING_RAN = 0, 1, 2, 3, 4, 5


class Ended(Exception):
    """The command ends with this code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def run(said: argparse.Namespace) -> int:
    """Plays scenarios; answers the exit code."""
    try:
        reads = [read for word in said.scenarios for read in find_all(word)]
        verdicts = asyncio.run(play_all(said, reads))
        write(said, verdicts)
    except (Unreadable, BadFile) as error:
        return complain(str(error), BAD_FILE)
    except Unreachable as lost:
        return complain(f"no payment-sandbox answers at {said.server} ({lost}). Start one with `payment-sandbox serve`", UNREACHABLE)
    except Denied as denied:
        return complain(denied.message, USAGE)
    except Ended as ended:
        return complain(str(ended), ended.code)
    except Failure as failure:  # a port that is taken
        return complain(str(failure), failure.code)
    if any(verdict.failed for verdict in verdicts):
        return FAILED
    if not any(verdict.ran for verdict in verdicts):
        return complain("nothing ran: no expectation of these scenarios was looked at", NOTHING_RAN)
    return OK


async def play_all(said: argparse.Namespace, reads: Sequence[Read]) -> list[Verdict]:
    """The verdicts of all stories on all providers, in order. Raises Unreachable, Denied, Ended."""
    for name in said.provider:
        if name not in DIALECTS:
            raise Ended(USAGE, f"there is no provider '{name}': use {' or '.join(DIALECTS)}")
    plays = [(read, name) for read in reads for name in read.scenario.providers if name in (said.provider or [name])]
    if said.record and len(plays) != 1:
        raise Ended(USAGE, f"--record keeps one play, and these are {len(plays)}: name one scenario and --provider")
    verdicts: list[Verdict] = []
    app = Application(said.webhook, said.webhook_secret or "", said.settle_ms) if said.webhook else None
    with Progress(sys.stderr if said.json else sys.stdout) as progress:
        for number, (read, provider) in enumerate(plays, 1):
            progress.story(read.scenario.name, provider, number, len(plays))
            async with client_of(said) as client:
                outside = Outside(client, said.merchant or MERCHANT)
                verdict = await play(read, provider, outside, app, said.seed, progress.step, record=bool(said.record))
                if said.record:
                    wanted = {"provider": provider, "name": f"{read.scenario.name}-recorded"}
                    keep(said.record, await outside.control("POST", "/record/stop", wanted))
            progress.over(verdict, said.verbose)
            verdicts.append(verdict)
        if plays:
            progress.say(summary(verdicts))
    return verdicts


@contextlib.asynccontextmanager
async def client_of(said: argparse.Namespace) -> AsyncIterator[httpx.AsyncClient]:
    """Where one story is played: at a running server, in this process with a port for the application, or without one."""
    if said.server:
        async with httpx.AsyncClient(base_url=said.server, trust_env=False) as client:
            yield client
    elif said.webhook:
        host = httpx.URL(said.webhook).host
        targets = Targets([host] if host else (), [said.port])
        app = stage(targets, time.time)  # the application compares signatures with its own clock
        async with listening(app, said.port), in_process(app) as client:
            yield client
    else:
        async with in_process(stage()) as client:
            yield client


def write(said: argparse.Namespace, verdicts: Sequence[Verdict]) -> None:
    """The reports that were asked for. Raises Ended."""
    if said.json:
        sys.stdout.write(as_json(verdicts).decode())
    try:
        if said.junit:
            from sandbox.scenario.report.junit import as_junit

            Path(said.junit).write_bytes(as_junit(verdicts))
        if said.html:
            from sandbox.scenario.report.html import as_html

            Path(said.html).write_bytes(as_html(verdicts))
    except OSError as error:
        raise Ended(BAD_FILE, f"{error.filename}: {error.strerror}") from None


def keep(file: str, made: Mapping[str, Any]) -> None:
    """The recording stands in the file; what no step can repeat is said. Raises Ended."""
    try:
        Path(file).write_text(made["yaml"], encoding="utf-8")
    except OSError as error:
        raise Ended(BAD_FILE, f"{file}: {error.strerror}") from None
    for call in made["left_out"]:
        print(f"payment-sandbox: not in {file}, because no step can repeat it: {call}", file=sys.stderr)


class Listed(NamedTuple):
    name: str
    about: str
    providers: Sequence[str]


def scenarios(said: argparse.Namespace) -> int:
    """Lists what is shipped."""
    rows = [Listed(s.name, s.about, s.providers) for s in catalogue()]
    if said.json:
        print(json.dumps([row._asdict() for row in rows], indent=2))
        return OK
    for row in rows:
        print(f"{row.name}  ({', '.join(row.providers)})\n    {row.about}")
    return OK


def validate(said: argparse.Namespace) -> int:
    """Checks files without running them; every mistake of every file is said."""
    wrong = []
    for file in said.files:
        try:
            read_file(Path(file))
        except BadFile as bad:
            wrong += [{"file": file, "line": m.line, "column": m.column, "path": m.path, "message": m.message} for m in bad.mistakes]
            if not said.json:
                print(bad, file=sys.stderr)
        except Unreadable as lost:
            wrong.append({"file": file, "line": 0, "column": 0, "path": "", "message": str(lost)})
            if not said.json:
                print(lost, file=sys.stderr)
    if said.json:
        print(json.dumps(wrong, indent=2))
    elif not wrong:
        print(f"{len(said.files)} valid")
    return BAD_FILE if wrong else OK


def schema(said: argparse.Namespace) -> int:
    """The JSON Schema that editors check scenario files with."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
    print(json.dumps(made, indent=2))
    return OK


COMMANDS = {"run": run, "scenarios": scenarios, "validate": validate, "schema": schema}


def complain(why: str, code: int) -> int:
    print(f"payment-sandbox: {why}", file=sys.stderr)
    return code


