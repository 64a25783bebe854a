"""Packaging, deployment and the local cloud."""
