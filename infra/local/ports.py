"""Which ports are free, and who sits on one that is not."""

import contextlib
import fcntl
import os
import random
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
FIRST = 10000
CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")  # Linux
USUAL_CONNECTIONS = 32768

# What this process was promised, held open until it ends.
_claims: list[contextlib.ExitStack] = []


def taken(port: int) -> bool:
    """Whether somebody listens on the port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def owner(port: int) -> str:
    """The name and process id of who listens there, as far as this user may know."""
    lsof = shutil.which("lsof")
    if lsof:
        command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
        fields = {line[0]: line[1:] for line in _output(command).splitlines() if line}
        if "p" in fields:
            return f"{fields.get('c', 'a program')} (process {fields['p']})"
    ss = shutil.which("ss")
    if ss:
        words = _output([ss, "-H", "-ltnp", f"sport = :{port}"]).partition('users:(("')[2]
        name, _, rest = words.partition('",pid=')
        if rest:
            return f"{name} (process {rest.partition(',')[0]})"
    return "another program"


def free_block(size: int) -> int:
    """The first of `size` free ports in a row, for a cloud of its own, promised to no other while this process lives.

    Whoever asks needs a second or more until its programs listen. Until then no connection may be given one of them as
    its own end, so they lie outside the range the system takes those from; and no other process of this user may be
    told the same, so each is claimed with a lock that ends with the process. Raises OSError.
    """
    for _ in range(50):
        first = random.randrange(FIRST, _connections_from() - size + 1)  # noqa: S311 - only spreads those who ask at once
        with contextlib.ExitStack() as bound, contextlib.ExitStack() as claimed:
            try:
                for port in range(first, first + size):
                    claimed.enter_context(_claim(port))
                    bound.enter_context(_bound(port))
            except OSError:
                continue
            _claims.append(claimed.pop_all())
            return first
    raise OSError(f"found no {size} free ports in a row")


def _connections_from() -> int:
    """Where the ports begin that the system gives to the near end of a connection."""
    try:
        first = int(CONNECTIONS.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return USUAL_CONNECTIONS
    return first if first > FIRST + 1000 else USUAL_CONNECTIONS


def _claim(port: int) -> IO[bytes]:
    """A locked file that says the port is promised. Raises OSError where another process has it."""
    file = (Path(tempfile.gettempdir()) / f"aduan-{os.getuid()}-port-{port}").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        file.close()
        raise
    return file


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.bind((HOST, port))
    except BaseException:
        listener.close()
        raise
    return listener


def _output(command: list[str]) -> str:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout
    return ""
