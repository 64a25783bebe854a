"""Which ports are free, and who sits on one that is not."""

import contextlib
import shutil
import socket
import subprocess

HOST = "127.0.0.1"


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
    """The first of `size` free ports in a row, for a cloud of its own."""
    for _ in range(50):
        with contextlib.ExitStack() as held:
            first = held.enter_context(_bound(0)).getsockname()[1]
            try:
                for port in range(first + 1, first + size):
                    held.enter_context(_bound(port))
            except (OSError, OverflowError):
                continue
            return int(first)
    raise OSError(f"found no {size} free ports in a row")


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
