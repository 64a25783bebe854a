"""Aduan: the complaint service of an Indonesian city."""
