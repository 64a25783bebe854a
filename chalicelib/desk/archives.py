"""A ZIP that proves what is in it: files are streamed into it one after the other, and its manifest names each with its
size and SHA-256. Equal contents make an equal archive."""

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import IO, Any

import msgspec

from chalicelib.desk.sheets import Column, Row, csv_text

MANIFEST = "manifest.json"
# The oldest date a ZIP can hold.
DATE = (1980, 1, 1, 0, 0, 0)


class Archive:
    """An archive that is being written to an open file. `close` adds the manifest."""

    def __init__(self, file: IO[bytes], zone: tzinfo) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._zone = zone
        self.files: list[dict[str, Any]] = []

    def add(self, path: str, pieces: Iterable[bytes]) -> None:
        """A file, in as many pieces as it comes."""
        entry = zipfile.ZipInfo(path, DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # Unix, wherever it is made
        entry.external_attr = 0o100644 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self.files.append({"path": path, "bytes": size, "sha256": digest.hexdigest()})

    def text(self, path: str, text: str) -> None:
        """A short text."""
        self.add(path, [text.encode()])

    def json(self, path: str, value: Any) -> None:
        """Plain data, as people read JSON."""
        self.add(path, [msgspec.json.format(msgspec.json.encode(value), indent=2), b"\n"])

    def table(self, path: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
        """A CSV, row by row; answers how many rows it has."""
        count = 0

        def counted() -> Iterable[Row]:
            nonlocal count
            for row in rows:
                count += 1
                yield row

        titles = [Column(title, 0) for title in columns]
        self.add(path, (line.encode() for line in csv_text(titles, counted(), self._zone)))
        return count

    def close(self, about: dict[str, Any]) -> None:
        """Write the manifest, which says what the archive is `about`, and end."""
        whole = {**about, "files": sorted(self.files, key=lambda one: str(one["path"]))}
        self.add(MANIFEST, [msgspec.json.format(msgspec.json.encode(whole), indent=2), b"\n"])
        self._zip.close()
