"""`python -m aduan_client` is the same as `aduan`."""

from aduan_client.main import app

app(prog_name="aduan")
