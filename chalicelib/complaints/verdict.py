"""The verdict on a period, by rules that can be read: what moved by more than its margin, what keeps its standard, and
what stands out most. Two sentences at most."""

from collections.abc import Sequence

from chalicelib.complaints.rounding import shown
from chalicelib.complaints.summary_figures import FORWARDED, RECEIVED, value_text
from chalicelib.complaints.summary_shapes import Decision, Growing, KeyFigure, Tone, Verdict

# What is said of a figure that rose, and of one that fell.
MOVED = {
    "followed_up": ("tindak lanjut naik", "tindak lanjut turun"),
    "closed": ("yang selesai naik", "yang selesai turun"),
    "close": ("penyelesaian lebih lama", "penyelesaian lebih cepat"),
    "within_resolution": ("penyelesaian dalam standar naik", "penyelesaian dalam standar turun"),
    "ikm": ("kepuasan naik", "kepuasan turun"),
}
WORDS: dict[Tone, str] = {"good": "Membaik", "bad": "Menurun", "same": "Setara", "none": "Belum dapat dinilai"}
NO_CASES = "Tidak ada aduan"


def verdict(
    title: str,
    before_title: str,
    figures: Sequence[KeyFigure],
    decisions: Sequence[Decision],
    rising: Sequence[Growing],
) -> Verdict:
    """Better or worse than before by the majority of the judged figures that moved; a tie is neither."""
    received = next(one for one in figures if one.id == RECEIVED).now
    if not received.value:
        return Verdict(word=NO_CASES, tone="none", sentences=(f"{title}: tidak ada aduan, jadi tidak ada angka.",))
    judged = [one for one in figures if one.id not in (RECEIVED, FORWARDED)]
    return _judged(before_title, judged, f"{shown(received.value)} aduan", _second(judged, decisions, rising))


def _judged(before_title: str, judged: Sequence[KeyFigure], cases: str, second: str) -> Verdict:
    good = [one for one in judged if one.versus_before.tone == "good"]
    bad = [one for one in judged if one.versus_before.tone == "bad"]
    sentences = ["", second] if second else [""]
    if all(one.versus_before.tone == "none" for one in judged):
        known = any(one.before.value is not None for one in judged)
        why = (
            f"terlalu sedikit untuk dibandingkan dengan {before_title}"
            if known
            else f"{before_title} tidak punya angka"
        )
        sentences[0] = f"{cases}; {why}."
        return Verdict(word=WORDS["none"], tone="none", sentences=tuple(sentences))
    tone: Tone = "good" if len(good) > len(bad) else "bad" if len(bad) > len(good) else "same"
    word = "Bervariasi" if tone == "same" and good else WORDS[tone]
    moved = "; tetapi ".join(
        ", ".join(_moved(one) for one in group) for group in ((bad, good) if tone == "bad" else (good, bad)) if group
    )
    told = f": {moved}" if moved else ""
    sentences[0] = f"{cases}, pelayanan {word.lower()} dibanding {before_title}{told}."
    return Verdict(word=word, tone=tone, sentences=tuple(sentences))


def _moved(one: KeyFigure) -> str:
    delta = one.versus_before.delta or 0
    size = one.versus_before.text.lstrip("+−")
    return f"{MOVED[one.id][delta < 0]} {size}"


def _second(judged: Sequence[KeyFigure], decisions: Sequence[Decision], rising: Sequence[Growing]) -> str:
    kept = [one for one in judged if one.target and one.target.meets]
    missed = [one for one in judged if one.target and one.target.meets is False]
    said = [
        f"{what} {', '.join(_against(one) for one in group)}"
        for what, group in (("di luar standar:", missed), ("memenuhi standar:", kept))
        if group
    ]
    standing_out = _standing_out(decisions, rising)
    if standing_out:
        said.append(f"yang menonjol: {standing_out}")
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def _against(one: KeyFigure) -> str:
    """`rata-rata penyelesaian 4,60 hari (paling lama 5 hari kalender)`."""
    return f"{_small(one.title)} {value_text(one.now)} ({one.target.text if one.target else ''})"


def _small(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"


def _standing_out(decisions: Sequence[Decision], rising: Sequence[Growing]) -> str:
    """The heaviest decision, or else the topic that grew most."""
    if decisions:
        return f"{_small(decisions[0].found)}, {decisions[0].evidence}"
    if rising:
        top = rising[0]
        return f"topik {top.name} naik dari {shown(top.rising.before)} ke {shown(top.rising.now)} aduan"
    return ""
