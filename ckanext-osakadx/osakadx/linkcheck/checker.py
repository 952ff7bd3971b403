"""Asks many links, each host in its turn: redirects, robots.txt and retries are requests like any other.

Every request of a link is one step that the agenda begins: a redirect to another host queues up there, and so does the
robots.txt of a site that is met for the first time.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TypeVar

from osakadx import failures, robots
from osakadx.addresses import AddressPolicy, Target
from osakadx.errors import FetchError, RefusedAddress
from osakadx.fetch import GOOD, LATER, PASSING, REDIRECTS, USER_AGENT, conditions, user_agent
from osakadx.linkcheck import signs
from osakadx.linkcheck.agenda import Agenda
from osakadx.linkcheck.request import LIMITS, Client, Reply, same
from osakadx.linkcheck.rules import Rules
from osakadx.linkcheck.rules import rules as said_rules
from osakadx.linkcheck.seen import Question, Seen, answered
from osakadx.manners import Courtesy, OwnTurns, Turns, Wait, retry_after
from osakadx.manners import courtesy as said_courtesy
from osakadx.meter import Limits
from osakadx.robots import Robots
from osakadx.transport import Resolve, look_up
from osakadx.unpack import ACCEPTED

REDIRECTS_FOLLOWED = 5
_LOOK = 1.0  # seconds until another process is asked again whether it is done with a host
_MOST_OF_ROBOTS = robots.LONGEST

T = TypeVar("T")


@dataclass(frozen=True)
class _Step:
    """One link on its way."""

    question: Question
    target: Target
    passed: tuple[str, ...] = ()


@dataclass
class _Lease:
    """The turn of a host, as long as this process has it."""

    used: int = 0
    delay: float = 0.0
    failed: bool = False


@dataclass
class Checker:
    """One check of many links; use it once.

    Args:
        policy: which addresses may be asked.
        courtesy, rules: what hosts are owed, how pages are known; those of ``schemas/`` unless told.
        turns: who has the turn of which host; of this process alone unless told.
        robots: what sites let programs fetch; share one between the checks of a process.
        contact: an address or page for the administrators of the servers asked, named in the User-Agent.
        unverified: ``host:port`` whose broken certificate an operator has excepted.
        limits: of one request. resolve: name server.
        stop: asked between two requests; once true nothing more begins, and what is left is put off.
        now: the present instant, in UTC.
    """

    policy: AddressPolicy
    courtesy: Courtesy = field(default_factory=said_courtesy)
    rules: Rules = field(default_factory=said_rules)
    turns: Turns = field(default_factory=OwnTurns)
    robots: Robots = field(default_factory=lambda: Robots(USER_AGENT.partition("/")[0]))
    contact: str = ""
    unverified: frozenset[str] = frozenset()
    limits: Limits = LIMITS
    resolve: Resolve = look_up
    stop: Callable[[], bool] = lambda: False
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)

    def __post_init__(self) -> None:
        self._agenda = Agenda[_Step](self.courtesy, self.rules.hosts_together)
        self._leases: dict[str, _Lease] = {}
        self._taking: dict[str, asyncio.Future[Wait | None]] = {}
        self._waited: dict[str, float] = {}  # seconds that a host was waited for in vain
        self._seen: asyncio.Queue[Seen | None] = asyncio.Queue()  # None: the run is over
        self._headers = {"User-Agent": user_agent(self.contact), "Accept-Encoding": ACCEPTED}
        self._tasks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()
        self._trouble: BaseException | None = None

    async def check(self, questions: Iterable[Question]) -> AsyncGenerator[Seen]:
        """Ask every link, and yield how each answered as soon as it has.

        Who stops before the end closes it (`contextlib.aclosing`), so that the turns of hosts are given back.

        Raises:
            Exception: what `turns` raises, when it cannot tell whose turn it is.
        """
        asked = 0
        for question in questions:
            asked += 1
            self._queue(question)
        run = asyncio.create_task(self._run())
        run.add_done_callback(lambda _: self._seen.put_nowait(None))
        try:
            for _ in range(asked):
                seen = await self._seen.get()
                if seen is None:
                    break
                yield seen
            await run  # the turns are given back
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)

    # -- the run ------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Begin what may begin, until nothing is left."""
        try:
            async with Client(
                self.policy, self.rules, limits=self.limits, unverified=self.unverified, resolve=self.resolve
            ) as client:
                while self._agenda.waiting or self._agenda.busy:
                    self._moved.clear()
                    self._begin(client)
                    await self._until_something_moves()
                    if self._trouble:
                        raise self._trouble
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            late = await asyncio.gather(*self._taking.values(), return_exceptions=True)
            self._leases |= {host: _Lease() for host, wait in zip(self._taking, late, strict=True) if wait is None}
            for host in list(self._leases):
                await self._give_back(host)

    def _begin(self, client: Client) -> None:
        while not self.stop() and (taken := self._agenda.take(time.monotonic())):
            task = asyncio.create_task(self._turn(client, *taken))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        if self.stop():
            for host in self._agenda.hosts():
                self._put_off(host, None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            self._trouble = task.exception()
        self._moved.set()

    async def _until_something_moves(self) -> None:
        wait = self._agenda.wait(time.monotonic())
        if wait is None and not self._agenda.busy:
            return
        alarm = None if wait is None else asyncio.get_running_loop().call_later(wait, self._moved.set)
        await self._moved.wait()
        if alarm:
            alarm.cancel()

    # -- one host's turn ----------------------------------------------------------------------------------------------

    async def _turn(self, client: Client, host: str, due: float, step: _Step) -> None:
        """Make one request, while the host's turn is ours."""
        if host not in self._leases and (wait := await self._take(host)):
            self._agenda.undo(host, due, step)
            self._wait_for(host, wait)
            return
        lease = self._leases[host]
        self._agenda.widen(host)
        try:
            await self._step(client, lease, due, step)
        finally:
            lease.used += 1
            await self._share(host, lease)
            self._agenda.done(host, time.monotonic(), lease.delay)

    async def _take(self, host: str) -> Wait | None:
        """Take the turn of a host. One that comes when nobody waits for it any more is given back by the run."""
        taking = self._taking[host] = self._begun(lambda: self.turns.take(host))
        wait = await asyncio.shield(taking)
        del self._taking[host]
        if wait is None:
            self._leases[host] = _Lease()
        return wait

    def _wait_for(self, host: str, wait: Wait) -> None:
        """Let a host rest until it may be asked for again; what would wait for too long is for a later run."""
        seconds = wait.seconds or _LOOK * (0.5 + random.random())  # noqa: S311
        waited = self._waited.get(host, 0.0) + seconds
        self._waited[host] = waited
        self._agenda.rest(host, time.monotonic() + seconds)
        if waited > self.courtesy.patience:
            self._put_off(host, failures.resting(host, seconds))

    async def _share(self, host: str, lease: _Lease) -> None:
        """Give a host's turn back after some requests, or when nothing waits for it."""
        through = lease.used >= self.rules.stretch
        if through:
            self._agenda.narrow(host)  # so that the turn can end
        if self._agenda.alone(host) and (through or not self._agenda.left(host)):
            await self._give_back(host)

    async def _give_back(self, host: str) -> None:
        lease = self._leases[host]
        self._waited.pop(host, None)
        self._agenda.narrow(host)
        gap = self.courtesy.gap_of(host, lease.delay)
        await self._call(lambda: self.turns.give_back(host, gap, not lease.failed))
        del self._leases[host]  # not before: who is cut off in between gives it back again

    async def _call(self, what: Callable[[], T]) -> T:
        """Tell the turns something, and wait until they know."""
        return await asyncio.shield(self._begun(what))

    def _begun(self, what: Callable[[], T]) -> asyncio.Future[T]:
        """Ask the turns, which may be in a database; what was begun there is done even when nobody waits for it."""
        loop = asyncio.get_running_loop()
        if type(self.turns) is not OwnTurns:
            return loop.run_in_executor(None, what)
        at_once: asyncio.Future[T] = loop.create_future()
        at_once.set_result(what())
        return at_once

    # -- one request --------------------------------------------------------------------------------------------------

    async def _step(self, client: Client, lease: _Lease, due: float, step: _Step) -> None:
        host = step.target.host
        try:
            obeyed = step.question.keep_to_robots and self.courtesy.gap_of(host) > 0
            if obeyed and not await self._may(client, lease, step):
                self._agenda.add(host, due, step)  # its robots.txt was read: now the link, after the gap
                return
            reply = await client.ask(step.target, self._asking(step), step.question.known)
            await self._answered(lease, due, step, reply)
        except FetchError as error:
            await self._failed(lease, step, error)

    def _asking(self, step: _Step) -> dict[str, str]:
        return {**self._headers, **conditions(step.question.etag, step.question.modified)}

    async def _may(self, client: Client, lease: _Lease, step: _Step) -> bool:
        """Whether a site lets us ask; False where the request went into reading its robots.txt.

        Raises:
            FetchError: it does not, or it cannot say.
        """
        site = f"{step.target.scheme}://{step.target.key}"
        rules = self.robots.known(site)
        if rules is not None:
            lease.delay = rules.delay
            if not rules.allow(step.target.url):
                raise failures.robots_disallowed(step.target.url)
            return True
        self._agenda.narrow(step.target.host)  # until it is known what the site asks for
        await self._read_robots(client, site)
        return False

    async def _read_robots(self, client: Client, site: str) -> None:
        target, text = self.policy.target(f"{site}/robots.txt"), b""
        try:
            # Where it redirects to (RFC 9309 has us follow five) is a host with manners of its own: only here is asked.
            reply = await client.ask(target, {**self._headers, "Accept": "text/plain, */*"}, most=_MOST_OF_ROBOTS)
        except FetchError as error:
            if error.transient:
                raise
        else:
            if reply.status in PASSING:
                raise failures.busy(reply.status, target.url)
            text = reply.head if reply.status in GOOD else b""
        self.robots.keep(site, text.decode("utf-8", "replace").removeprefix("\ufeff"))

    async def _answered(self, lease: _Lease, due: float, step: _Step, reply: Reply) -> None:
        target, question = step.target, step.question
        if lease.failed and reply.status not in PASSING:  # failures in a row are what makes a host a dead one
            lease.failed = False
            await self._call(lambda: self.turns.answered(target.host))
        if error := self._refusal(step, reply):
            if reply.status in LATER and "retry-after" in reply.headers:
                await self._rest(target.host, retry_after(reply.headers["retry-after"], time.time()))
            await self._failed(lease, step, error, reply)
            return
        if reply.status in REDIRECTS:
            self._redirected(due, step, reply.headers.get("location", ""))
            return
        seen = self._told(step, reply)
        if reply.status == 304 or same(question.known, reply.headers):
            self._tell(replace(seen, outcome="same", length=question.size))
        elif page := signs.stand_in(
            self.rules, target.url, target.host, reply.headers, reply.head, page_declared=question.page_declared
        ):
            self._tell(replace(seen, outcome="failed", error=page))
        else:
            self._tell(replace(seen, outcome=answered(question, reply.headers, reply.length)))

    def _refusal(self, step: _Step, reply: Reply) -> FetchError | None:
        """What an answer that is neither the file nor the way to it means."""
        url, status = step.target.url, reply.status
        conditional = bool(step.question.etag or step.question.modified)
        if status in GOOD or (status == 304 and conditional):
            return None
        if status in REDIRECTS and "location" in reply.headers:
            return None
        if firewall := signs.blocked(self.rules, url, reply.headers, reply.head):
            return firewall
        if status == 429:
            return FetchError(
                f"{step.target.host}が、問い合わせを減らすよう求めています。",
                where=url, fix="時間を置いて自動でやり直します。", slug="too-many-requests", transient=True,
            )  # fmt: skip
        return failures.busy(status, url) if status in PASSING else failures.unusable(status, url)

    def _redirected(self, due: float, step: _Step, location: str) -> None:
        passed = (*step.passed, step.target.url)
        if len(passed) > REDIRECTS_FOLLOWED:
            raise RefusedAddress(
                f"転送が{REDIRECTS_FOLLOWED}回を超えました。",
                where=step.question.url, fix="最終的なアドレスを書いてください。", slug="too-many-redirects",
            )  # fmt: skip
        target = self.policy.redirected(step.target, location)
        self._agenda.add(target.host, due, _Step(step.question, target, passed))

    async def _failed(self, lease: _Lease, step: _Step, error: FetchError, reply: Reply | None = None) -> None:
        """Store a failure with its link; a host that keeps failing is left alone."""
        host = step.target.host
        seen = self._told(step, reply)
        put_off = error.slug in ("too-many-requests", "robots-disallowed", "host-not-listed")
        self._tell(replace(seen, outcome="put-off" if put_off else "failed", error=error))
        if not error.transient or put_off:
            return
        lease.failed = True
        if await self._call(lambda: self.turns.failed(host)) >= self.courtesy.failures:
            await self._rest(host, self.courtesy.rest)

    async def _rest(self, host: str, seconds: float) -> None:
        """Ask a host nothing for a while; what waits for longer than a run does is for a later one."""
        seconds = min(max(seconds, 0.0), self.courtesy.longest_rest)
        await self._call(lambda: self.turns.rest(host, seconds))
        self._agenda.rest(host, time.monotonic() + seconds)
        if seconds > self.courtesy.patience:
            self._put_off(host, failures.resting(host, seconds))

    # -- what is told -------------------------------------------------------------------------------------------------

    def _queue(self, question: Question) -> None:
        try:
            target = self.policy.target(question.url)
        except FetchError as error:
            outcome = "put-off" if error.slug == "host-not-listed" else "failed"
            self._tell(Seen(question, outcome, self.now(), error=error))
        else:
            self._agenda.add(target.host, question.due, _Step(question, target))

    def _put_off(self, host: str, error: FetchError | None) -> None:
        for step in self._agenda.drop(host):
            self._tell(replace(self._told(step, None), outcome="put-off", error=error))

    def _told(self, step: _Step, reply: Reply | None) -> Seen:
        asked = len(step.passed) + 1
        seen = Seen(step.question, "answers", self.now(), final=step.target.url, redirects=step.passed, requests=asked)
        if reply is None:
            return seen
        return replace(
            seen,
            method="GET 304" if reply.status == 304 else "GET",
            status=reply.status,
            length=reply.length,
            etag=reply.headers.get("etag", ""),
            modified=reply.headers.get("last-modified", ""),
            content_type=reply.headers.get("content-type", ""),
            wire=reply.wire,
        )

    def _tell(self, seen: Seen) -> None:
        self._seen.put_nowait(seen)


def check(checker: Checker, questions: Iterable[Question]) -> list[Seen]:
    """Ask every link and wait for all answers, in the order they came."""

    async def run() -> list[Seen]:
        async with aclosing(checker.check(questions)) as answers:
            return [seen async for seen in answers]

    return asyncio.run(run())
