"""Whether the departments, categories, classes, places and tickets that people name exist."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.complaints.lifecycle import Incomplete, State
from chalicelib.complaints.ticket import normalise
from chalicelib.problems import Problem
from chalicelib.store.cities import DeskRules

# The lifecycle's sentences, for the people of the desk.
SENTENCES = {
    "the case is in no department yet: assign it": "aduan belum didisposisikan ke OPD mana pun",
    "the case is already there": "aduan sudah berada di OPD itu",
    "has been extended before": "tenggat ini sudah pernah diperpanjang",
    "is needed": "wajib diisi",
}


def incomplete(error: Incomplete) -> str:
    """What an action lacks, as one Indonesian sentence."""
    said = str(error).removeprefix(f"{error.field}: ")
    return f"{error.field}: {SENTENCES.get(said, said)}."


def check(action: str, data: Mapping[str, Any], state: State, rules: DeskRules) -> None:
    """Whether the city knows every name that an action brings along. Raises Problem."""
    if action == "extend":
        _extendable(data["clock"], state.class_, rules)
    known(data if action != "set" else data["changes"], rules)


def known(data: Mapping[str, Any], rules: DeskRules) -> None:
    """Department, category, class and kelurahan, where they are named. Raises Problem."""
    _among("department", data.get("department"), rules.departments, "OPD")
    _among("category", data.get("category"), rules.categories, "kategori")
    _among("class", data.get("class"), rules.classes, "klasifikasi")
    place = data.get("location") or {}
    _among("location.kelurahan", place.get("kelurahan"), rules.kelurahan, "kelurahan")
    if (place.get("lat") is None) != (place.get("lon") is None):
        raise Problem(422, "location: lat dan lon harus diisi bersama.", field="location")


def other_ticket(text: str, own: str) -> str:
    """The stored form of another case's ticket. Raises Problem."""
    found = normalise(text)
    if found is None:
        raise Problem(422, "duplicate_of: bukan nomor tiket.", field="duplicate_of")
    if found == own:
        raise Problem(422, "duplicate_of: aduan tidak dapat digabung dengan dirinya sendiri.", field="duplicate_of")
    return found


def _among(field: str, value: str | None, names: Iterable[str], word: str) -> None:
    if value is not None and value not in names:
        raise Problem(422, f"{field}: {word} {value!r} tidak ada dalam konfigurasi kota.", field=field)


def _extendable(clock: str, class_: str | None, rules: DeskRules) -> None:
    if (class_, clock) not in rules.extendable and ("*", clock) not in rules.extendable:
        raise Problem(422, f"clock: tenggat {clock} untuk kelas {class_} tidak dapat diperpanjang.", field="clock")
