"""All merchants of one server, what is kept of them, and who watches them change."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.core import retention, snapshot
from sandbox.core.branches import Dialects
from sandbox.core.changes import Change, Configure, Tick
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant, admit_every_url
from sandbox.journal.base import Journal, JournalError, NullJournal
from sandbox.providers.base import Allowance, Provider
from sandbox.server.tape import Tape

Watcher = Callable[[Merchant, Sequence[Change]], None]
Reader = Callable[["Logged"], None]
Hearer = Callable[[str, str, Mapping[str, Any]], None]
# A merchant's log is rewritten as its bare state when it holds so many changes more than that would take: the file stays
# within a few times the state, and the time that rewriting takes stays a fraction of the time that the log took.
LOG_RATIO_MAX = 4
BUCKETS_MAX = 4_096  # of allowances; beyond, those that nobody has used for an hour are forgotten
SPENT_KEPT_S = 3600.0
LOG_CHANGES_MIN = 20_000  # below this it is not worth while
STATE_CHANGES_MAX = 100_000  # a larger state is rewritten only at a start: it would stop the running server for seconds


class Logged(NamedTuple):
    """One request as the log shows it; never a key or a card number, and of its body what `masking` lets pass."""

    id: str
    provider: str
    at: int  # simulated
    method: str
    path: str
    query: str
    status: int  # 0: a fault left it without an answer
    seconds: float  # wall
    idempotency_key: str
    error: Mapping[str, Any] | None
    faults: Sequence[str] = ()  # that struck it: the word, a space, the id
    media: bytes = b""  # the body's content type
    body: bytes = b""  # without secrets; empty if it was long, or no form and no JSON
    ignored: str = ""  # parameters that were said in vain


class Desk:
    """What the server knows of a merchant besides the merchant: requests under way, the log, answers being made."""

    __slots__ = (
        "birth", "history", "in_flight", "kept", "log", "logged", "look_in", "noted", "readers", "rewrite_at", "running", "serial",
        "settings", "spent", "tape",
    )  # fmt: skip

    def __init__(self, merchant: Merchant, kept: bool, readers: list[Reader]) -> None:
        clock = merchant.clock
        self.birth: list[Change] = [Tick(clock.base, clock.wall, clock.rate), Configure(merchant.settings)]
        self.kept = kept  # whether the journal knows the merchant already
        self.running = 0
        self.serial = 0  # requests seen
        self.in_flight: set[str] = set()  # idempotency keys
        self.log: deque[Logged] = deque()
        self.noted = 0  # lines that the log ever had
        self.readers = readers  # of the log as it grows
        self.spent: dict[str, deque[float]] = {}  # bucket of an allowance -> wall times of its last requests
        # What was asked of it since its birth; of one that began with something, that is not known.
        self.history: Tape | None = None if kept else Tape(merchant)
        self.tape: Tape | None = None  # what is asked of it, while somebody records that
        self.settings = merchant.settings  # as they were when it was last looked
        self.look_in = 0  # changes until it is looked what the merchant may forget
        self.logged = 0  # changes that the journal keeps
        self.rewrite_at = LOG_CHANGES_MIN  # when it is looked whether they are too many

    def spend(self, allowances: Sequence[Allowance], now: float) -> None:
        """The request counts in every bucket, or in none if one is used up. Raises Refusal RATE_LIMITED."""
        if len(self.spent) > BUCKETS_MAX:
            self.spent = {name: times for name, times in self.spent.items() if times and times[-1] > now - SPENT_KEPT_S}
        buckets = [self.spent.setdefault(each.bucket, deque(maxlen=each.most)) for each in allowances]
        for each, times in zip(allowances, buckets, strict=True):
            if len(times) == each.most and times[0] > now - each.seconds:
                raise Refusal(Reason.RATE_LIMITED, why=each.why)
        for times in buckets:
            times.append(now)

    def note(self, line: Logged, settings: Mapping[str, Any]) -> None:
        """The request stands in the log, and no more than `requests_kept` with it."""
        self.log.append(line)
        self.noted += 1
        kept = settings.get("requests_kept", retention.REQUESTS_KEPT)
        while len(self.log) > kept:
            self.log.popleft()
        for read in self.readers:
            read(line)


class World:
    def __init__(
        self,
        providers: Sequence[Provider],
        wall: Callable[[], float],
        journal: Journal | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.providers = Dialects({provider.name: provider for provider in providers})
        self.wall = wall
        self.journal: Journal = journal if journal is not None else NullJournal()
        self.defaults: Mapping[str, Any] = defaults or {}
        self.merchants: dict[str, Merchant] = {}
        self.desks: dict[str, Desk] = {}
        self.watchers: list[Watcher] = []
        self.hearers: list[Hearer] = []  # of what is no change of a merchant: how far a story is, a recording that began
        self.readers: dict[str, list[Reader]] = {}  # merchant name -> who reads its request log, whoever has that name
        self.admit: Callable[[str], None] = admit_every_url  # refuses webhook URLs that this server does not send to
        self.set_aside: dict[str, list[Change]] = {}  # what the journal had under keys that are no merchants
        self.base_url = ""  # where links in answers point to
        self.broken = ""  # why nothing may be written any more

    def merchant(self, name: str) -> Merchant:
        """The merchant of that name; the first use creates it."""
        found = self.merchants.get(name)
        if found is None:
            found = self.add(Merchant(name, self.providers, self.wall, self.defaults), kept=False)
        return found

    def add(self, merchant: Merchant, kept: bool) -> Merchant:
        """The merchant stands under its name; a new one has under way what its settings arrange."""
        merchant.admit = self._admit
        merchant.base_url = self.base_url
        self.merchants[merchant.name] = merchant
        desk = self.desks[merchant.name] = Desk(merchant, kept, self.readers.setdefault(merchant.name, []))
        if not kept:
            merchant.begin()
            self.arrange(merchant)
            desk.birth += merchant.commit()
        return merchant

    def arrange(self, merchant: Merchant) -> None:
        """What the settings in force ask for by themselves is under way, and nothing else."""
        for provider in self.providers.values():
            for setting in provider.settings:
                if setting.arrange is not None:
                    setting.arrange(merchant)

    def _admit(self, url: str) -> None:
        self.admit(url)

    async def load(self) -> None:
        """Every merchant is as the journal has it; what is kept under a path, as snapshots are, is set aside."""
        async for key, change in self.journal.load():
            if "/" in key:
                self.set_aside.setdefault(key, []).append(change)
                continue
            merchant = self.merchants.get(key)
            if merchant is None:
                merchant = self.add(Merchant(key, self.providers, self.wall, self.defaults), kept=True)
            merchant.apply(change)
            self.desks[key].logged += 1
        for merchant in self.merchants.values():
            await self._tidy(merchant, self.desks[merchant.name], starting=True)

    async def keep(self, merchant: Merchant) -> Sequence[Change]:
        """The merchant's unit of work is durable and everybody who watches has seen it.

        A failed append is fatal: memory is ahead of the journal, so nothing more may be promised.

        Raises:
            JournalError: it could not be written, now or before.
        """
        desk = self.desks[merchant.name]
        if desk.look_in <= 0 or desk.settings is not merchant.settings:
            retention.forget(merchant)
            desk.settings = merchant.settings
            desk.look_in = retention.changes_until_look(merchant)
        changes: Sequence[Change] = merchant.commit()
        if not changes:
            return changes
        if self.merchants[merchant.name] is not merchant:
            return ()  # it was reset or restored while this was under way: nothing of it is left to keep
        if self.broken:
            raise JournalError(self.broken)
        kept = changes
        if not desk.kept:
            desk.kept = True
            kept = [*desk.birth, *changes]
        desk.look_in -= len(kept)
        desk.logged += len(kept)
        try:
            await self.journal.append(merchant.name, kept)
            if desk.logged > desk.rewrite_at:
                await self._tidy(merchant, desk)
        except Exception as error:
            raise self.fail(error) from error
        for watcher in self.watchers:
            watcher(merchant, changes)
        return changes

    def tell(self, name: str, kind: str, what: Mapping[str, Any]) -> None:
        """Whoever watches the merchant of that name has heard of something that is no change."""
        for hear in self.hearers:
            hear(name, kind, what)

    def fail(self, error: Exception) -> JournalError:
        """Nothing is promised any more, for the journal could not be written; answers what to raise."""
        why = str(error) if isinstance(error, JournalError) else error.__class__.__name__
        self.broken = f"the journal could not be written ({why}). Restart the server: what it answered before is kept."
        return JournalError(self.broken)

    async def _tidy(self, merchant: Merchant, desk: Desk, starting: bool = False) -> None:
        """The merchant's log is no longer than a few times its state, or will be looked at again when it has doubled."""
        size = snapshot.size(merchant)
        most = max(LOG_CHANGES_MIN, LOG_RATIO_MAX * size)
        if desk.logged > most and (starting or size <= STATE_CHANGES_MAX):
            await self.journal.rewrite(merchant.name, snapshot.dump(merchant))
            desk.logged = size
        desk.rewrite_at = max(most, 2 * desk.logged)
