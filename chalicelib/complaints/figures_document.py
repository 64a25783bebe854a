"""The figures of a period as one JSON document: what the API answers, what a snapshot keeps, what a dashboard reads.

Numbers are rounded as people read them and stand beside their numerator and denominator, from which anybody can work
them out again exactly. None is "no figure" (a dash), never zero.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from chalicelib.complaints import ikm, indicators
from chalicelib.complaints.definitions import INDICATORS
from chalicelib.complaints.explain import WEEKDAYS
from chalicelib.complaints.indicators import Share
from chalicelib.complaints.rollup import UNKNOWN, Rollup
from chalicelib.complaints.summary import CHANNELS

if TYPE_CHECKING:
    from decimal import Decimal

    from chalicelib.complaints.city import City

BREAKDOWNS = ("channel", "department", "category", "class", "kelurahan", "hour", "weekday")
NOT_KNOWN = "belum diketahui"
CLASSES = {
    "complaint": "pengaduan",
    "oversight": "berkadar pengawasan",
    "aspiration": "aspirasi",
    "information": "permintaan informasi",
}


def document(
    now: Rollup, before: Rollup, city: "City", days: list[dict[str, Any]], department: str | None = None
) -> dict[str, Any]:
    """Everything that is known of a period. `before`: the period before it, for rising topics; `days`: of `day_of`.

    For one `department` its figures and its IKM; what is not kept by department (`partition`, `breakdowns` …) is None.
    """
    if department is not None:
        return {
            "figures": figures(now, "department", department),
            "partition": None,
            "breakdowns": None,
            "per_1000": None,
            "topics": None,
            "rising": None,
            "places": None,
            "ikm": satisfaction(now, department),
            "days": days,
        }
    names = _names(city)
    return {
        "figures": figures(now),
        "partition": [_share(one, one.title) for one in indicators.partition(now)],
        "breakdowns": {
            name: [_share(one, names.get(name, {}).get(one.id, one.id)) for one in indicators.breakdown(now, name)]
            for name in BREAKDOWNS
        },
        "per_1000": [
            {"id": id_, "value": plain(one.value), "numerator": one.numerator, "denominator": one.denominator or None}
            for id_, one in indicators.per_1000(now, _population(city)).items()
        ],
        "topics": [_share(one, names["category"].get(one.id, one.id)) for one in indicators.top_topics(now)],
        "rising": [
            {
                "id": one.category,
                "title": names["category"].get(one.category, one.category),
                "now": one.now,
                "before": one.before,
                "percent": plain(one.percent),
            }
            for one in indicators.rising_topics(now, before)
        ],
        "places": [_place(one, names["category"]) for one in indicators.repeat_places(now)],
        "ikm": satisfaction(now),
        "days": days,
    }


def figures(rollup: Rollup, dimension: str = "all", part: str = "") -> dict[str, dict[str, Any]]:
    """Every indicator by its id."""
    found = indicators.compute(rollup, dimension, part)
    return {
        one.id: {
            "value": plain(found[one.id].value),
            "numerator": found[one.id].numerator,
            "denominator": found[one.id].denominator,
            "unit": one.unit,
            "text": found[one.id].text,
            "title": one.title,
            "basis": one.basis,
        }
        for one in INDICATORS
    }


def satisfaction(rollup: Rollup, department: str | None = None) -> dict[str, Any]:
    """The IKM on both scales. `sample`: how many answers to each element would stand for so many cases, and how many
    the element with fewest got."""
    found = indicators.satisfaction(rollup, department)
    quality, performance = found.quality or (None, None)
    where = ("all", "") if department is None else ("department", department)
    return {
        "ni": plain(found.ni()),
        "nik": plain(found.nik),
        "mutu": quality,
        "kinerja": performance,
        "elements": [
            {"id": id_, "title": title, "average": plain(found.averages[id_]), "answers": found.answers[id_]}
            for id_, (title, _) in ikm.ELEMENTS.items()
        ],
        "answers": sum(found.answers.values()),
        "sample": {
            "needed": ikm.sample_size(rollup.part(*where).get("counted", 0)),
            "got": min(found.answers.values()),
        },
        "basis": ikm.BASIS,
    }


def day_of(day: date, rollup: Rollup, department: str | None = None) -> dict[str, Any]:
    """A day for a dashboard: cases received, and how many of them are closed."""
    found = rollup.part() if department is None else rollup.part("department", department)
    return {"day": day.isoformat(), **{name: found.get(name, 0) for name in ("received", "closed")}}


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a correction changed, `{path, before, after}` by path; empty where the documents are equal."""
    return list(_differences("", _by_id(old), _by_id(new)))


def plain(value: "Decimal | None") -> float | int | None:
    """A rounded figure as JSON writes numbers: few digits, so a float shows exactly these."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _share(one: Share, title: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": title,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "percent": plain(one.percent),
    }


def _place(one: Share, categories: Mapping[str, str]) -> dict[str, Any]:
    category, kelurahan, cell = one.id.split("|")
    title = f"{categories.get(category, category)}, {kelurahan or NOT_KNOWN}"
    return {**_share(one, title), "category": category, "kelurahan": kelurahan or None, "cell": cell or None}


def _names(city: "City") -> dict[str, dict[str, str]]:
    """What people call the parts of each dimension."""
    unknown = {UNKNOWN: NOT_KNOWN}
    return {
        "channel": CHANNELS | unknown,
        "department": {one.id: one.short for one in city.departments} | unknown,
        "category": {one.id: one.name for one in city.categories} | unknown,
        "kelurahan": unknown,
        "class": CLASSES | unknown,
        "hour": {f"{hour:02}": f"{hour:02}.00" for hour in range(24)},
        "weekday": {str(number): name for number, name in enumerate(WEEKDAYS, 1)},
    }


def _population(city: "City") -> dict[str, int]:
    """Inhabitants by kelurahan; 0 where the city has not said."""
    names = [name for one in city.kecamatan for name in one.kelurahan]
    return {name: city.population.get(name, 0) for name in names}


def _by_id(value: Any) -> Any:
    """Lists of things with an id or a day as mappings: a new one does not shift all that follow."""
    if isinstance(value, Mapping):
        return {key: _by_id(one) for key, one in value.items()}
    if isinstance(value, list):
        return {str(one.get("id", one.get("day"))): _by_id(one) for one in value}
    return value


def _differences(path: str, old: Any, new: Any) -> Iterable[dict[str, Any]]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from _differences(f"{path}.{name}" if path else name, old.get(name), new.get(name))
    else:
        yield {"path": path, "before": old, "after": new}
