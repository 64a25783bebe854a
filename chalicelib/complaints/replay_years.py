"""What is known of the two replayed years: published figures as data, real calendars, and texts to choose from.

Published means: a city printed it. Everything else a replay needs (which day, which kelurahan, which words) is chosen,
plausibly and always the same; `Published.basis` and `Year.chosen` say which is which.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from chalicelib.complaints.city import City, Holiday


class Published(Struct, frozen=True, kw_only=True):
    """A figure as a city published it: what it must be when computed from the replayed cases."""

    year: int
    title: str
    """Indonesian."""
    figure: str
    """An indicator's id; `share` of a channel; `not_closed` and `not_followed_up`; `ni`, `nik` or `mutu` of the IKM."""
    channel: str = ""
    places: int = 0
    value: Decimal | str
    basis: str
    """Where it was published, or from which published figures it follows."""


class Year(Struct, frozen=True, kw_only=True):
    """The plan of a replay: exact numbers by channel and outcome."""

    name: str
    city: str
    """The code of the city whose departments, kelurahan and hours it needs."""
    year: int
    channels: dict[str, int]
    outcomes: dict[str, int]
    mean_minutes: int | None
    """The exact mean from receipt to close; None where no mean was published."""
    surveys: int
    """Cases that answer two elements each."""
    element_totals: tuple[int, ...]
    """The sum of the scores of U1 … U9; each element has `surveys` × 2 ÷ 9 answers."""
    before: dict[str, int]
    """Cases of the year before by channel: only those that were published."""
    before_totals: tuple[int, ...]
    """The year before's sums of scores, a hundred answers each; empty where no IKM was published."""
    published: tuple[Published, ...]
    chosen: tuple[str, ...]
    """What was not published and is chosen here."""


_KEDIRI = "angka Kota Kediri 2021 sebagaimana diberikan kepada proyek ini; terbitannya belum dicatat"
_TIMES = "jatim.times.co.id, capaian Kota Madiun 2021"
_MADIUN = "angka Kota Madiun 2021 sebagaimana diberikan kepada proyek ini; terbitannya belum dicatat"

KEDIRI_2021 = Year(
    name="kediri-2021",
    city="KDR",
    year=2021,
    channels={"whatsapp": 5554, "web": 614, "phone": 180, "counter": 80, "lapor": 57, "sms": 11},
    outcomes={"closed": 6496},
    mean_minutes=6624,  # 4.6 days
    surveys=1800,
    element_totals=(1408, 1396, 1372, 1480, 1392, 1404, 1428, 1376, 1380),
    before={"lapor": 28},
    before_totals=(349, 346, 340, 366, 345, 348, 354, 341, 343),
    published=(
        Published(year=2021, title="Aduan diterima", figure="received", value=Decimal(6496), basis=_KEDIRI),
        Published(
            year=2021,
            title="Melalui WhatsApp (%)",
            figure="share",
            channel="whatsapp",
            places=1,
            value=Decimal("85.5"),
            basis=_KEDIRI,
        ),
        Published(
            year=2021,
            title="Rata-rata penyelesaian (hari, standar 5)",
            figure="close_mean",
            places=1,
            value=Decimal("4.6"),
            basis=_KEDIRI,
        ),
        Published(year=2020, title="Laporan LAPOR!", figure="from_lapor", value=Decimal(28), basis=_KEDIRI),
        Published(year=2021, title="Laporan LAPOR!", figure="from_lapor", value=Decimal(57), basis=_KEDIRI),
        Published(
            year=2021,
            title="Melalui SMS",
            figure="count",
            channel="sms",
            value=Decimal(11),
            basis="smartcity.kedirikota.go.id",
        ),
        Published(year=2020, title="IKM (NI)", figure="ni", places=2, value=Decimal("3.48"), basis=_KEDIRI),
        Published(year=2021, title="IKM (NI)", figure="ni", places=2, value=Decimal("3.51"), basis=_KEDIRI),
        Published(
            year=2021,
            title="IKM (NIK)",
            figure="nik",
            places=2,
            value=Decimal("87.75"),
            basis="3,51 × 25 (Permenpan-RB 14/2017)",
        ),
        Published(year=2021, title="Mutu pelayanan", figure="mutu", value="B", basis="Permenpan-RB 14/2017"),
    ),
    chosen=(
        "5.554 aduan WhatsApp: bilangan bulat terdekat dengan 85,5 % dari 6.496 (5.551 sampai 5.557 juga mungkin).",
        "Rata-rata 4,6 hari dibaca sebagai hari kalender dari diterima sampai ditutup, tepat 6.624 menit.",
        "Angka pembanding (28 laporan LAPOR!, IKM 3,48) dibaca sebagai angka tahun 2020.",
        "Laporan LAPOR! dibaca sebagai aduan yang masuk melalui LAPOR!; aduan 2020 selain yang 28 itu tidak diputar.",
        "Web, telepon, dan loket dipilih. Angka 1.114 aduan web SURGA (2021) dari sumber lain tidak muat bersama "
        "85,5 % WhatsApp dalam 6.496, jadi berasal dari hitungan lain dan tidak dipakai.",
        "Semua aduan selesai paling lambat 31 Januari 2022 dan tidak ada yang ditolak: angkanya tidak terbit.",
        "IKM: 400 jawaban untuk tiap unsur (2021) dan 100 (2020); nilai tiap unsur dipilih, rata-ratanya tepat.",
        "Tanggal, jam, kategori, OPD, kelurahan, teks, perpindahan (sekitar 4 %) dan pembukaan kembali (sekitar 2 %).",
    ),
)

MADIUN_2021 = Year(
    name="madiun-2021",
    city="MDN",
    year=2021,
    channels={"whatsapp": 150, "lapor": 31, "phone": 18, "radio": 9, "field": 5},
    outcomes={"closed": 202, "responded": 7, "assigned": 4},
    mean_minutes=None,
    surveys=0,
    element_totals=(),
    before={},
    before_totals=(),
    published=(
        Published(year=2021, title="Aduan diterima", figure="received", value=Decimal(213), basis=_TIMES),
        Published(
            year=2021,
            title="Ditindaklanjuti (%)",
            figure="followed_up",
            places=1,
            value=Decimal("98.1"),
            basis=_TIMES,
        ),
        Published(year=2021, title="Masih diproses", figure="in_process", value=Decimal(11), basis=_MADIUN),
        Published(
            year=2021,
            title="Selesai",
            figure="closed_count",
            value=Decimal(202),
            basis="213 − 11",
        ),
        Published(
            year=2021,
            title="Belum ditindaklanjuti",
            figure="not_followed_up",
            value=Decimal(4),
            basis="213 − 209, satu-satunya bilangan bulat untuk 98,1 %",
        ),
    ),
    chosen=(
        "202 selesai, 7 dijawab dan masih diproses, 4 belum dijawab: 213, 98,1 % dan 11 benar sekaligus.",
        "Saluran, tanggal, jam, kategori, OPD, kelurahan, dan teks; tindak lanjut biasanya dalam satu hari kerja.",
        "Keadaan pada 31 Januari 2022; yang 11 adalah aduan terakhir tahun itu.",
    ),
)

_DAYS: tuple[tuple[str, Literal["public", "cuti_bersama"], str], ...] = (
    ("2020-01-01", "public", "Tahun Baru Masehi"),
    ("2020-01-25", "public", "Tahun Baru Imlek"),
    ("2020-03-22", "public", "Isra Mikraj Nabi Muhammad"),
    ("2020-03-25", "public", "Hari Suci Nyepi"),
    ("2020-04-10", "public", "Wafat Yesus Kristus"),
    ("2020-05-01", "public", "Hari Buruh Internasional"),
    ("2020-05-07", "public", "Hari Raya Waisak"),
    ("2020-05-21", "public", "Kenaikan Yesus Kristus"),
    ("2020-05-24", "public", "Hari Raya Idul Fitri"),
    ("2020-05-25", "public", "Hari kedua dari Hari Raya Idul Fitri"),
    ("2020-06-01", "public", "Hari Lahir Pancasila"),
    ("2020-07-31", "public", "Hari Raya Idul Adha"),
    ("2020-08-17", "public", "Hari Kemerdekaan Republik Indonesia"),
    ("2020-08-20", "public", "Tahun Baru Islam"),
    ("2020-08-21", "cuti_bersama", "Cuti Bersama Tahun Baru Islam"),
    ("2020-10-28", "cuti_bersama", "Cuti Bersama Maulid Nabi Muhammad"),
    ("2020-10-29", "public", "Maulid Nabi Muhammad"),
    ("2020-10-30", "cuti_bersama", "Cuti Bersama Maulid Nabi Muhammad"),
    ("2020-12-09", "public", "Hari Pemilihan Kepala Daerah"),
    ("2020-12-24", "cuti_bersama", "Cuti Bersama Hari Raya Natal"),
    ("2020-12-25", "public", "Hari Raya Natal"),
    ("2020-12-31", "cuti_bersama", "Pengganti Cuti Bersama Hari Raya Idul Fitri"),
    ("2021-01-01", "public", "Tahun Baru Masehi"),
    ("2021-02-12", "public", "Tahun Baru Imlek"),
    ("2021-03-11", "public", "Isra Mikraj Nabi Muhammad"),
    ("2021-03-14", "public", "Hari Suci Nyepi"),
    ("2021-04-02", "public", "Wafat Yesus Kristus"),
    ("2021-05-01", "public", "Hari Buruh Internasional"),
    ("2021-05-12", "cuti_bersama", "Cuti Bersama Hari Raya Idul Fitri"),
    ("2021-05-13", "public", "Hari Raya Idul Fitri; Kenaikan Yesus Kristus"),
    ("2021-05-14", "public", "Hari kedua dari Hari Raya Idul Fitri"),
    ("2021-05-26", "public", "Hari Raya Waisak"),
    ("2021-06-01", "public", "Hari Lahir Pancasila"),
    ("2021-07-20", "public", "Hari Raya Idul Adha"),
    ("2021-08-11", "public", "Tahun Baru Islam"),
    ("2021-08-17", "public", "Hari Kemerdekaan Republik Indonesia"),
    ("2021-10-20", "public", "Maulid Nabi Muhammad"),
    ("2021-12-25", "public", "Hari Raya Natal"),
    ("2022-01-01", "public", "Tahun Baru Masehi"),
    ("2022-02-01", "public", "Tahun Baru Imlek"),
    ("2022-02-28", "public", "Isra Mikraj Nabi Muhammad"),
    ("2022-03-03", "public", "Hari Suci Nyepi"),
    ("2022-04-15", "public", "Wafat Yesus Kristus"),
    ("2022-04-29", "cuti_bersama", "Cuti Bersama Hari Raya Idul Fitri"),
    ("2022-05-01", "public", "Hari Buruh Internasional"),
    ("2022-05-02", "public", "Hari Raya Idul Fitri"),
    ("2022-05-03", "public", "Hari kedua dari Hari Raya Idul Fitri"),
    ("2022-05-04", "cuti_bersama", "Cuti Bersama Hari Raya Idul Fitri"),
    ("2022-05-05", "cuti_bersama", "Cuti Bersama Hari Raya Idul Fitri"),
    ("2022-05-06", "cuti_bersama", "Cuti Bersama Hari Raya Idul Fitri"),
    ("2022-05-16", "public", "Hari Raya Waisak"),
    ("2022-05-26", "public", "Kenaikan Yesus Kristus"),
    ("2022-06-01", "public", "Hari Lahir Pancasila"),
    ("2022-07-10", "public", "Hari Raya Idul Adha"),
    ("2022-07-30", "public", "Tahun Baru Islam"),
    ("2022-08-17", "public", "Hari Kemerdekaan Republik Indonesia"),
    ("2022-10-08", "public", "Maulid Nabi Muhammad"),
    ("2022-12-25", "public", "Hari Raya Natal"),
)
HOLIDAYS: tuple[Holiday, ...] = tuple(
    Holiday(
        date=date.fromisoformat(day),
        kind=kind,
        name=name,
        source=f"SKB libur nasional dan cuti bersama {day[:4]}, dengan perubahannya (pustaka holidays 0.109)",
    )
    for day, kind, name in _DAYS
)


def with_calendar(city: City) -> City:
    """The city with the holidays of the replayed years and the one after, which its own calendar need not know."""
    known = {day.date for day in city.holidays}
    added = tuple(day for day in HOLIDAYS if day.date not in known)
    return msgspec.structs.replace(city, holidays=added + city.holidays)
