"""What a change of the city's configuration must not do to the cases that are there, and what should be known of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.complaints import city_warnings
from chalicelib.complaints.city import City
from chalicelib.complaints.recipients import DEPARTMENT, HEAD, recipients
from chalicelib.problems import Problem
from chalicelib.store import listing


def check(old: City | None, new: City) -> None:
    """Refuse a change that would leave open cases with a department nobody has any more, or tickets nobody can say
    without their old code. Raises Problem."""
    if old is None:
        return
    if old.code != new.code and listing.any_case():
        raise Problem(
            422,
            f"code: tidak dapat diganti dari {old.code} menjadi {new.code} setelah ada aduan; nomor tiket memuatnya.",
            field="code",
        )
    kept = {one.id for one in new.departments}
    left = [one.short for one in old.departments if one.id not in kept and listing.any_open(one.id)]
    if left:
        raise Problem(
            422,
            f"departments: {', '.join(left)} masih memegang aduan terbuka; alihkan semuanya dulu, baru hapus.",
            field="departments",
        )


def warnings(old: City | None, new: City, *, whatsapp: bool, now: datetime) -> list[str]:
    """What may be applied, but not unseen. `whatsapp`: whether this stage sends it."""
    today = now.astimezone(ZoneInfo(new.zone)).date()
    return [*city_warnings.warnings(old, new, today), *([] if whatsapp else _silent(new))]


def _silent(new: City) -> list[str]:
    """Who would be told only by WhatsApp, where none is sent."""
    silent = [
        contact.name
        for one in new.departments
        for contact in recipients(new, HEAD, one.id)
        if contact.role in (HEAD, DEPARTMENT) and not contact.email
    ]
    silent += [contact.name for contact in new.contacts if not contact.email]
    if not silent:
        return []
    return [
        f"{', '.join(silent)}: hanya punya WhatsApp, yang tidak dikirim di sini; daftar pagi tidak sampai. Isi email."
    ]
