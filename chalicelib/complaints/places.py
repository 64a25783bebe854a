"""Where a complaint is: the kelurahan and the streets its text names, or the kelurahan nearest to a point.

A name is not always a place: "kecamatan Mojoroto" is the district, "pondok pesantren" a school, "harga bawang" an
onion. Two kelurahan named alike strongly are no answer; the operator asks. Landmarks are not looked for.
"""

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from chalicelib.complaints.street_names import BEFORE_A_NAME, BEHIND_TITLES, GIVEN, NOT_A_STREET, sounded, whole
from chalicelib.complaints.words import SHORTEST_CORRECTED, TWO_ERRORS_FROM, distance, typed_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.complaints.city import City, Kecamatan

EARTH_METRES = 6_371_008.8
LONGEST_NAME = 3  # words: "Oro-oro Ombo"
MOST_TITLES = 7  # words looked at behind "jalan" for the name: "Raya Komisaris Besar Polisi Drs. H. M. Duryat"

KELURAHAN = frozenset({"kel", "kelurahan", "klurahan", "desa", "ds", "lurah"})
KECAMATAN = frozenset({"kec", "kecamatan", "camat"})
STREET = frozenset({"jl", "jln", "jlan", "jalan", "dalan"})
ALLEY = frozenset({"gg", "gang"})
# Nobody abbreviates "jalan" but for an address; behind the whole word anything may follow.
SURELY = frozenset({"jl", "jln", "gg"})
VERBS = ("meng", "meny", "memb", "nge", "nya", "ber", "dik", "pej")
# What may stand before a place; only there is a misspelt or ambiguous name believed.
SOMEWHERE = frozenset({"di", "daerah", "wilayah", "warga", "lingkungan", "kampung", "dusun", "perum", "area", "nang"})

NUMBERED = r"(rt[0-9]+)?r[tw][0-9]+"
# Kelurahan of both cities that are also ordinary words: pesantren (a school), pojok (corner), bawang (onion),
# bangsal (ward), kemasan (packaging), taman (park) … They need more than a "di" before them.
ORDINARY = frozenset({"pesantren", "pojok", "bawang", "bangsal", "kemasan", "taman"})
NOT_AFTER = frozenset({"pondok", "pp", "tpa", "santri"}) | KECAMATAN
# Words one letter away from a kelurahan that are spelt right.
LOOKALIKES = frozenset({"bantaran", "barengan", "banjiran", "bayaran", "tanaman"})

MARKED, NAMED, ON_STREET, MISSPELT = "marked", "named", "street", "misspelt"
STRENGTH = (MARKED, NAMED, ON_STREET, MISSPELT)


class Street(Struct, frozen=True, order=True):
    """A street, and the alley off it, if one was named."""

    name: str
    """What tells it from others: no title, one spelling, no spaces ("Jl. Let. Jend. Soeprapto" is suprapto)."""
    alley: str = ""
    written: str = ""
    """As it was typed, with its title: "letjend suprapto"."""

    def __str__(self) -> str:
        shown = self.written or self.name
        return f"{shown} gang {self.alley}" if self.alley else shown


class Places(Struct, frozen=True, kw_only=True):
    """What a text says about where."""

    kelurahan: str | None = None
    how: str | None = None
    """marked ("kelurahan Betet"), named ("di Betet"), street ("jalan Betet") or misspelt."""
    streets: tuple[Street, ...] = ()
    at: frozenset[int] = frozenset()
    """The positions, among `words.typed_words`, of the words that only say where."""


class _Mention(Struct, frozen=True):
    kelurahan: str
    how: str
    at: range


def find(text: str, city: "City") -> Places:
    """The kelurahan and streets named in a text. Two kelurahan named equally clearly are none."""
    typed = typed_words(text)
    names = _names(city.kecamatan)
    mentions = _mentions(typed, names) or _misspelt(typed, names)
    found = [(street, at) for start in range(len(typed)) for street, at in _street(typed, start)]
    kelurahan, how = _decided(mentions, city.kecamatan)
    where = {position for one in mentions for position in one.at} | {position for _, at in found for position in at}
    return Places(kelurahan=kelurahan, how=how, streets=once(street for street, _ in found), at=frozenset(where))


def streets(text: str) -> tuple[Street, ...]:
    """The streets a text names, each once: "Jl. Dhoho", "jalan veteran gang 3", "gg mawar"."""
    typed = typed_words(text)
    return once(street for start in range(len(typed)) for street, _ in _street(typed, start))


def once(found: "Iterable[Street]") -> tuple[Street, ...]:
    """Each street once, as it was written first."""
    first: dict[tuple[str, str], Street] = {}
    for one in found:
        first.setdefault((one.name, one.alley), one)
    return tuple(first.values())


def same_street(one: Street, other: Street) -> bool:
    """Whether both may be one place: the same street, and not two different alleys of it."""
    return one.name == other.name and (not one.alley or not other.alley or one.alley == other.alley)


def nearest(lat: float | None, lon: float | None, city: "City") -> str | None:
    """The kelurahan whose point is nearest, within the city's limit; None where the city has given no points."""
    if lat is None or lon is None:
        return None
    limit = city.routing.point_metres
    near = [
        (away, point.kelurahan)
        for point in city.kelurahan_points
        if (away := metres(lat, lon, point.lat, point.lon)) <= limit
    ]
    return min(near)[1] if near else None


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance between two points (degrees, WGS 84) along a sphere: off by 0.5 % at most. NaN for NaN."""
    if not all(map(math.isfinite, (lat, lon, other_lat, other_lon))):
        return math.nan
    one, other = math.radians(lat), math.radians(other_lat)
    across = math.radians(other_lon - lon)
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * EARTH_METRES * math.asin(math.sqrt(min(1.0, max(0.0, half))))


@lru_cache(maxsize=8)
def _names(kecamatan: tuple["Kecamatan", ...]) -> dict[str, str]:
    """The kelurahan by their names without spaces, so that "Bandarlor" and "Oro-oro Ombo" are found."""
    return {_joined(typed_words(name)): name for one in kecamatan for name in one.kelurahan}


def _joined(typed: list[str]) -> str:
    return "".join(typed)


def _mentions(typed: list[str], names: dict[str, str]) -> list[_Mention]:
    found: list[_Mention] = []
    start = 0
    while start < len(typed):
        length, how = 1, None
        for length in range(LONGEST_NAME, 0, -1):
            name = _joined(typed[start : start + length])
            if name in names and (how := _how(typed, start, name)):
                found.append(_Mention(names[name], how, range(start, min(start + length, len(typed)))))
                break
        start += length if how else 1
    return found


def _how(typed: list[str], start: int, name: str) -> str | None:
    """How clearly the name at `start` is a kelurahan; None where it is something else."""
    before = typed[start - 1] if start else ""
    if before in KELURAHAN:
        return MARKED
    if before in NOT_AFTER:
        return None
    # "RT 3 RW 2 Pojok", "rt3 rw2 pojok": an address, whatever the name also means.
    addressed = bool(re.fullmatch(NUMBERED, before)) or (
        before.isdigit() and start > 1 and typed[start - 2] in ("rt", "rw")
    )
    if name in ORDINARY:
        return NAMED if addressed or before in SOMEWHERE - {"di", "nang"} else None
    return ON_STREET if before in STREET else NAMED


def _misspelt(typed: list[str], names: dict[str, str]) -> list[_Mention]:
    for start in range(1, len(typed)):
        if typed[start - 1] not in KELURAHAN | SOMEWHERE:
            continue
        for length in (2, 1):
            written = _joined(typed[start : start + length])
            if len(written) <= SHORTEST_CORRECTED or written in LOOKALIKES or written in NOT_A_STREET:
                continue
            limit = 2 if len(written) >= TWO_ERRORS_FROM else 1
            near = sorted(
                (away, name)
                for joined, name in names.items()
                if joined[0] == written[0] and (away := distance(written, joined, limit)) is not None
            )
            if near:
                return [_Mention(near[0][1], MISSPELT, range(start, min(start + length, len(typed))))]
    return []


def _decided(mentions: list[_Mention], kecamatan: tuple["Kecamatan", ...]) -> tuple[str | None, str | None]:
    # "Bujel, Mojoroto": the second is the district of the first.
    named = {one.kelurahan for one in mentions}
    districts = {one.name for one in kecamatan if named & (set(one.kelurahan) - {one.name})}
    for how in STRENGTH:
        left = {one.kelurahan for one in mentions if one.how == how} - (districts if how != MARKED else set())
        if left:
            return (left.pop(), how) if len(left) == 1 else (None, None)
    return None, None


def _street(typed: list[str], start: int) -> list[tuple[Street, range]]:
    """The street that begins with the "jalan" or "gang" at `start`, with the words it takes; one or none."""
    if typed[start] not in STREET | ALLEY or (start and typed[start - 1] in STREET):
        return []
    begin = end = start + 1
    while end < min(len(typed), start + MOST_TITLES) and _is_title(typed, begin, end):
        end += 1
    if known := whole(typed[end:]):
        name, end = known[0], end + known[1]
    elif end < len(typed) and _is_name(typed[end], surely=typed[start] in SURELY):
        name, end = sounded(typed[end]), end + 1
    elif end > begin and sounded(typed[end - 1]) in GIVEN and typed[end - 1] not in NOT_A_STREET:
        name = sounded(typed[end - 1])
    else:
        return []
    written, alley = _written(typed[begin:end]), ""
    if typed[start] in STREET:
        # The alley may follow one more word of the name: "Sultan Hasanuddin Timur gang 3".
        for behind in range(end, min(end + 2, len(typed) - 1)):
            if typed[behind] in ALLEY:
                alley, end = typed[behind + 1].lstrip("0"), behind + 2
                break
    return [(Street(name, alley, written), range(start, end))]


def _is_title(typed: list[str], begin: int, at: int) -> bool:
    """Whether the word only stands before a name: a title, an initial, a first name that may be left out."""
    word = typed[at]
    if word in BEFORE_A_NAME or sounded(word) in BEFORE_A_NAME or (len(word) == 1 and word.isalpha()):
        return True
    return at > begin and word in BEHIND_TITLES and typed[at - 1] != "raya"


def _is_name(word: str, *, surely: bool) -> bool:
    if word.isdigit() or word in NOT_A_STREET:
        return False
    return surely or not (word.startswith(VERBS) or word.endswith("nya"))


def _written(typed: list[str]) -> str:
    """A street as it was typed; initials stand together, and "raya" is a kind of street."""
    shown = ""
    for at, word in enumerate(typed):
        if at or word != "raya":
            initials = at > 0 and len(word) == 1 == len(typed[at - 1])
            shown += word if initials or not shown else f" {word}"
    return shown
