"""The years that the fake city replays: cases are numbers, figures are what a test says."""

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.contract.client_fake_casework import problem


@dataclass
class Years:
    """One year of `total` cases; `computed` is what comes out where it is not what was published."""

    name: str = "madiun-2021"
    total: int = 213
    stored: set[int] = field(default_factory=set)
    computed: dict[str, str | None] = field(default_factory=dict)
    loses: bool = False
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, name: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        if name != self.name:
            return problem(404, f"Tidak ada putar ulang {name!r}.")
        return (200, self.play(body)) if method == "POST" and body else (200, self.standing())

    def play(self, body: dict[str, Any]) -> dict[str, Any]:
        numbers = set(range(body["from"], body["to"] + 1))
        assert len(numbers) <= 200
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            new = numbers - self.stored
            if not self.loses:
                self.stored |= numbers
            self.at_once -= 1
        return {"name": self.name, "played": len(new), "there": len(numbers) - len(new), "total": self.total}

    def standing(self) -> dict[str, Any]:
        published = {"received": "213", "followed_up": "98.1"}
        computed = {**published, **self.computed}
        titles = {"received": "Aduan diterima", "followed_up": "Ditindaklanjuti (%)"}
        figures = [
            {
                "id": id_,
                "year": 2021,
                "title": titles[id_],
                "published": published[id_],
                "computed": computed[id_],
                "equal": computed[id_] == published[id_],
                "basis": "terbitan kota",
            }
            for id_ in published
        ]
        return {
            "name": self.name,
            "state": "complete" if len(self.stored) == self.total else "partial" if self.stored else "empty",
            "total": self.total,
            "counted": len(self.stored),
            "as_of": "2022-01-31T17:00:00.000Z",
            "published": published,
            "computed": computed,
            "equal": {one["id"]: one["equal"] for one in figures},
            "figures": figures,
            "chosen": ["Saluran dan tanggal dipilih."],
        }
