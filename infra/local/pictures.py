"""Mails and pages for officials as somebody sees them: `python -m infra.local.pictures FOLDER` writes them as HTML.

From made cases, with the demo city's own rules. A browser makes docs/pictures of them:
`chromium --headless --screenshot=alert-phone.png --window-size=390,1500 file://FOLDER/alert.html`.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.complaints import city as cities
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, casework
from chalicelib.desk.alert_cases import Due
from chalicelib.pages import mail, tap
from chalicelib.store.cases import Dossier
from chalicelib.store.keys import iso
from chalicelib.store.tables import Case, Event
from infra.package import ROOT

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LINK = "https://aduan.example/tindak/contoh"
# Ticket, days ago, text, place, category, and what was done how many days ago.
CASES: tuple[tuple[str, int, str, dict[str, str], str, tuple[tuple[int, str], ...]], ...] = (
    (
        "KDR-7Q4M-2X9S",
        17,
        "Jalan berlubang besar di depan Pasar Setono Betek, sudah dua pengendara motor jatuh minggu ini. "
        "Kalau malam tidak kelihatan karena lampunya juga mati, mohon segera ditambal sebelum ada korban lagi.",
        {"address": "Jl. Pattimura, depan pasar", "kelurahan": "Setono Pande"},
        "jalan",
        ((16, "assign"), (12, "note")),
    ),
    (
        "KDR-3HKA-8W0E",
        11,
        "Saluran air di gang buntu, air masuk ke rumah warga setiap hujan.",
        {"address": "Gg. Melati", "kelurahan": "Bandar Lor"},
        "drainase",
        ((10, "assign"),),
    ),
    ("KDR-Z5TN-M41C", 6, "Trotoar ambles di depan sekolah.", {"kelurahan": "Mojoroto"}, "jalan", ((6, "assign"),)),
)


def main() -> int:
    """The command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    city = cities.parse((ROOT / "infra/cities/kediri.toml").read_text())
    hours, dues = SendingHours(city), []
    for made in CASES:
        found = _case(*made)
        clock = next(one for one in clocks(casework.timeline(found), city, NOW, hours) if one.name == "follow_up")
        dues.append(Due(found, clock, 100 if clock.state == "breached" else 80))
    acts = ("extend", "transfer")
    lines = [alert_cases.line(due, city, hours, NOW, link=LINK, acts=acts) for due in dues]
    office = "Kepala DPUPR"
    message = mail.AlertMail(
        city=city.name,
        recipient=office,
        verdict=alert_cases.verdict(dues, NOW),
        cases=lines,
        sent=f"Dikirim {alert_cases.moment(NOW, dues[0].clock, NOW)}.",
    )
    rendered = mail.alert(message)
    form = tap.Form(
        acknowledging="Peringatan untuk tenggat ini berhenti sampai Rabu 25 November pukul 16.00 WIB, lalu dilanjutkan "
        "bila belum ditindaklanjuti.",
        extend="Tenggat tindak lanjut bertambah 3 hari kerja, satu kali. Alasan tercatat di linimasa aduan.",
        departments=tuple((one.id, one.name) for one in city.departments),
    )
    department = city.department("dpupr")
    page = tap.TapPage(
        title=lines[0].verdict,
        office=f"{city.name} · {department.name if department else office}",
        tone=lines[0].tone,
        case=lines[0],
        form=form,
        footer="Halaman ini milik penerima surel peringatan. Jangan teruskan alamatnya.",
    )
    (folder / "alert.html").write_text(rendered.html)
    (folder / "alert.txt").write_text(rendered.text)
    (folder / "tap.html").write_text(tap.html(page))
    print(f"{rendered.subject}\n{folder}/alert.html, alert.txt, tap.html")
    return 0


def _case(
    ticket: str, days: int, text: str, place: dict[str, str], category: str, done: tuple[tuple[int, str], ...]
) -> Dossier:
    received = iso(NOW - timedelta(days=days))
    case = Case(
        pk=f"C#{ticket}",
        ticket=ticket,
        status="assigned",
        class_="complaint",
        category=category,
        channel="phone",
        text=text,
        department="dpupr",
        location=place,
        reporter={},
        received_at=received,
        updated_at=received,
        version=1,
    )

    def event(at: str, type_: str, data: dict[str, Any]) -> Event:
        return Event(pk=case.pk, sk=f"EVT#{at}", type=type_, at=at, actor="operator1", data=data)

    events = [event(received, "received", {"class": "complaint", "category": category})]
    for ago, type_ in done:
        data = {"department": "dpupr"} if type_ == "assign" else {}
        events.append(event(iso(NOW - timedelta(days=ago, hours=-1)), type_, data))
    return Dossier(case, events=events)


if __name__ == "__main__":
    sys.exit(main())
