"""What a change of the city's configuration must not do to the cases that are there."""

from chalicelib.complaints.city import City
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
