"""The light client of Aduan: knows the HTTP API and nothing of what is behind it."""
