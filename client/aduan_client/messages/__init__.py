"""Every sentence people read, in Indonesian and in English. Data only.

A key holds the pair (Indonesian, English), so that one cannot be added without the other.
"""

from aduan_client.messages.alerts import MESSAGES as ALERTS
from aduan_client.messages.dead_letters import MESSAGES as DEAD_LETTERS
from aduan_client.messages.desk import MESSAGES as DESK
from aduan_client.messages.figures import MESSAGES as FIGURES
from aduan_client.messages.help import MESSAGES as HELP
from aduan_client.messages.imports import MESSAGES as IMPORTS
from aduan_client.messages.labels import MESSAGES as LABELS
from aduan_client.messages.refusals import MESSAGES as REFUSALS
from aduan_client.messages.talk import MESSAGES as TALK
from aduan_client.messages.timeline import MESSAGES as TIMELINE
from aduan_client.messages.words import MESSAGES as WORDS

PARTS = (HELP, TALK, WORDS, LABELS, DESK, IMPORTS, REFUSALS, FIGURES, ALERTS, DEAD_LETTERS, TIMELINE)

MESSAGES: dict[str, tuple[str, str]] = {key: pair for part in PARTS for key, pair in part.items()}
