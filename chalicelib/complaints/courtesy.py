"""Messages that only thank or greet: a "Terima kasih" after the answer is no new complaint.

Every word must be known here, so that what says anything else is never taken for politeness; a question mark is
enough to be something else.
"""

import re

# Whoever writes only this has nothing to report.
_POLITE = """
    terima kasih terimakasih trimakasih trima makasih makasi mksh mksih maksih mkasih trims tks thx thanks thank you ty
    tq suwun nuwun matursuwun maturnuwun matur tengkyu syukron jazakallah jazakumullah alhamdulillah hatur nuhun
    ok oke okay okey sip siap baik mantap selamat pagi siang sore malam halo hallo hai hi permisi
    assalamualaikum assalamu'alaikum waalaikumsalam waalaikumussalam wassalam
"""
# Said along with it, and nothing by itself.
_BESIDE = """
    banyak sekali banget sangat sanget ya yaa nggih inggih njih gih nggeh kembali sama sama2 atas bantuannya responnya
    respon responsnya infonya informasinya pak bapak bu ibu kak mas mbak min admin semua semuanya dan
"""
POLITE, BESIDE = frozenset(_POLITE.split()), frozenset(_BESIDE.split())
MOST_WORDS = 4
LONGEST = 80

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*2?")
# Faces, hands and hearts; no vehicle, no fire, no tool.
_KIND = "👍👌👏🙏🤝💪🤲❤♥☺💙💚🧡💛💜😊🙂😀😁😄😃😇🤗🥰😍😘💐🌹🌷✨✅"
# These, and what varies them.
_SIGNS = re.compile("[\\s.,!:;()~\\-\u2026\ufe0f\u200d\U0001f3fb-\U0001f3ff" + _KIND + "]")


def only_courtesy(text: str | None) -> bool:
    """Whether a text of a few words thanks or greets, and says nothing else. Never fails."""
    if not text or len(text) > LONGEST:
        return False
    said = text.casefold().replace("\u2019", "'")
    words = _WORD.findall(said)
    if _SIGNS.sub("", _WORD.sub("", said)):
        return False  # a digit, a question mark, another script
    if len(words) > MOST_WORDS or not all(word in POLITE or word in BESIDE for word in words):
        return False
    return any(word in POLITE for word in words) if words else any(sign in said for sign in _KIND)
