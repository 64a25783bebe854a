"""`aduan replay kediri-2021`: a published year played again, and its figures beside the published ones."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from aduan_client.commands.options import AsJson
from aduan_client.errors import ClientError
from aduan_client.output import note, print_json, show
from aduan_client.patience import patiently
from aduan_client.progress import Progress, rows
from aduan_client.run import Run, run_of

if TYPE_CHECKING:
    from aduan_client.api import Api

BATCH = 100  # cases a call stores: some seconds, far below the 29 that the gateway waits
WORKERS = 2
TRIES = 5
Again = Annotated[bool, typer.Option("--again", "--ulang", help="option.again")]


def replay(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAMA", help="argument.replay")],
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Store the year's cases (those that are there stay), then compare; fails when a figure is not as published.
    Where all of them are there it only compares."""
    run = run_of(ctx)
    profile = run.profile()
    from aduan_client.api import Api
    from aduan_client.auth import Session
    from aduan_client.imports.sending import SharedTokens

    tokens = SharedTokens(Session(profile, run.folder()))
    path = f"/v1/replays/{quote(name.strip().lower(), safe='')}"
    api = Api(profile, tokens)
    standing = api.get(path)
    total = int(standing["total"])
    if again or standing["state"] != "complete":
        try:
            with rows(run.say("progress.replay", name=name), total, "") as progress:
                _play(lambda: Api(profile, tokens), path, total, progress, run)
        except KeyboardInterrupt:
            note(run.say("label.replay_stopped"))
            raise
        standing = api.get(path)
    if as_json:
        print_json(standing)
    else:
        from aduan_client.views.replay import compared

        show(compared(standing, run.say))
    if standing["state"] != "complete":
        raise ClientError("error.replay_partial", counted=standing["counted"], total=total)
    wrong = [one["title"] for one in standing["figures"] if not one["equal"]]
    if wrong:
        raise ClientError("error.replay_differs", names=", ".join(wrong))


def _play(sender: Any, path: str, total: int, progress: Progress, run: Run) -> None:
    """All batches, two at a time. A batch repeated does nothing twice, so each is tried again while the API is busy."""
    new = 0

    def one(first: int) -> tuple[int, int]:
        last = min(first + BATCH - 1, total)
        api: Api = sender()
        done = patiently(lambda: api.send("POST", path, body={"from": first, "to": last}), tries=TRIES)
        return last - first + 1, int(done["played"])

    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [pool.submit(one, first) for first in range(1, total + 1, BATCH)]
        try:
            for future in as_completed(waiting):
                count, played = future.result()
                new += played
                progress.advance(count, note=run.say("label.replayed", count=new))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
