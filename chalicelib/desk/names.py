"""Whether the departments, categories, classes, places and tickets that people name exist."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.complaints.lifecycle import Incomplete, Lack, State
from chalicelib.complaints.ticket import normalise
from chalicelib.problems import Problem
from chalicelib.store.cities import DeskRules

# What an action may lack, for the people of the desk; `{}` takes the choices.
LACKS: dict[Lack, str] = {
    "needed": "wajib diisi",
    "no_choice": "pilih salah satu dari {}",
    "no_change": "sebutkan satu atau beberapa dari {}, tanpa yang lain",
    "no_truth_value": "harus true atau false",
    "no_text": "harus teks, dan tidak boleh kosong",
    "no_object": "harus tabel dengan {}",
    "no_department": "aduan belum didisposisikan ke OPD mana pun",
    "same_department": "aduan sudah berada di OPD itu",
    "extended_before": "tenggat ini sudah pernah diperpanjang",
    "no_duplicate": "hanya untuk alasan duplicate",
}


def incomplete(error: Incomplete) -> str:
    """What an action lacks, as one Indonesian sentence."""
    return f"{error.field}: {LACKS[error.why].format(', '.join(error.choices))}."


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


def extendable(class_: str | None, rules: DeskRules) -> frozenset[str]:
    """The clocks of a class whose standard knows an extension."""
    return frozenset(clock for of, clock in rules.extendable if of in (class_, "*"))


def _extendable(clock: str, class_: str | None, rules: DeskRules) -> None:
    if clock not in extendable(class_, rules):
        clocks = {known: ", ".join(sorted(extendable(known, rules))) for known in rules.classes}
        may = [f"{known} ({names})" for known, names in clocks.items() if names]
        raise Problem(
            422,
            f"clock: tenggat {clock} untuk kelas {class_} tidak dapat diperpanjang. "
            f"Yang dapat: {'; '.join(may) or 'tidak ada'}.",
            field="clock",
        )
