"""The breaker of a destination: whether to knock at all, shared by every worker.

    closed ──BREAKER_FAILURES in a row──▶ open ──PAUSE──▶ one probe at a time ──it answers──▶ closed
                                            ▲                    │
                                            └──── still down ────┘

Only what says that the service is down is a failure here (lapor/errors.py: `down`). What became of one case, refused
or nobody knows, is an answer of a service that is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.store.conditional import update
from chalicelib.store.keys import iso
from chalicelib.store.tables import Breaker

# So many failures in a row: one or two are met by any service, a day's cases should not be.
FAILURES = 5
# How long nobody knocks after a failure. The sweep brings a probe each minute (scheduled/outbox_sweep.py), so a failed
# one must be over, its time-outs (two calls of 20 s) included, before the next: 40 s + 20 s. A longer pause would let a
# sweep pass by and keep every case waiting a minute more after the service is back; a shorter one would gain nothing.
PAUSE = timedelta(seconds=20)
# A probe that has said nothing by then died with its process.
PROBE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Gate:
    """The breaker as it was when it was looked at. Times as stored (keys.iso)."""

    failures: int = 0
    open_until: str | None = None
    probe_until: str | None = None

    @property
    def closed(self) -> bool:
        """Whether everybody may call."""
        return self.open_until is None

    def pausing(self, now: datetime) -> bool:
        """Whether nobody may call yet."""
        return self.open_until is not None and self.open_until > iso(now)

    def probed(self, now: datetime) -> bool:
        """Whether somebody is trying it out."""
        return self.probe_until is not None and self.probe_until > iso(now)


def look(destination: str) -> Gate:
    """The breaker of a destination as it is now."""
    try:
        found = Breaker.get(_key(destination), consistent_read=True)
    except Breaker.DoesNotExist:
        return Gate()
    return Gate(int(found.failures or 0), found.open_until, found.probe_until)


def probe(destination: str, gate: Gate, now: datetime) -> bool:
    """Take the one probe of an open breaker whose pause is over; False: another has it, or all is otherwise by now."""
    free = Breaker.probe_until.does_not_exist() | (Breaker.probe_until <= iso(now))
    return update(
        Breaker(pk=_key(destination)),
        [Breaker.probe_until.set(iso(now + PROBE))],
        (Breaker.open_until == gate.open_until) & free,
    )


def give_back(destination: str) -> None:
    """Let another try: the probe was taken and nothing was asked."""
    Breaker(pk=_key(destination)).update(actions=[Breaker.probe_until.remove()])


def failed(destination: str, gate: Gate, now: datetime) -> None:
    """Note that the destination is down. `gate`: as the caller had found it; an open one says that he was the probe."""
    breaker = Breaker(pk=_key(destination))
    opened = Breaker.open_until.set(iso(now + PAUSE))
    if not gate.closed:
        breaker.update(actions=[Breaker.failures.add(1), opened, Breaker.probe_until.remove()])
        return
    breaker.update(actions=[Breaker.failures.add(1)])
    if int(breaker.failures or 0) >= FAILURES:
        breaker.update(actions=[opened])


def answered(destination: str, gate: Gate) -> bool:
    """Note that the destination is there; True when that closed the breaker: then what waited can go.

    Where nothing had failed before, nothing is written: an ordinary filing pays for none of this.
    """
    if gate.closed and not gate.failures:
        return False
    breaker, closed = Breaker(pk=_key(destination)), [Breaker.failures.set(0)]
    ended = [*closed, Breaker.open_until.remove(), Breaker.probe_until.remove()]
    if update(breaker, ended, Breaker.open_until.exists()):
        return True
    update(breaker, closed, Breaker.failures > 0)
    return False


def end_pause(destination: str, gate: Gate, now: datetime) -> None:
    """Let the probe be made now. Somebody who failed meanwhile is not overruled."""
    update(Breaker(pk=_key(destination)), [Breaker.open_until.set(iso(now))], Breaker.open_until == gate.open_until)


def _key(destination: str) -> str:
    return f"BREAKER#{destination}"
