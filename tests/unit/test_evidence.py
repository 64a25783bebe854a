"""The evidence of a year: what was published, file for file; samples by rule, without a person; a true manifest."""

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from chalicelib.complaints.facts import Fact
from chalicelib.complaints.rollup import NOT_COUNTED
from chalicelib.desk import evidence, evidence_samples, evidence_words, exporting, searching
from chalicelib.desk.archives import Archive
from chalicelib.desk.evidence_samples import FAST, REOPENED, SLOW, Sampler
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, cities, exports, figures, media, snapshots
from tests.unit.made_facts import closed, fact
from tests.unit.persons import BUCKET, change, s3
from tests.unit.reported import LIVES, MORNING, Mails, city, publish

NAME, PHONE = "Kutilang Perkutut", "+6281234567890"
PERSON = {"name": NAME, "phone": PHONE, "handle": "kutilang99", "anonymous": False}
AUDITOR = Staff("auditor1", "auditor", None)
WIB = ZoneInfo("Asia/Jakarta")
LATER = MORNING + timedelta(days=2)


@pytest.fixture(scope="module")
def december() -> Iterator[Mails]:
    """A city that has published its December; the tests only read."""
    with pytest.MonkeyPatch.context() as monkeypatch, city(monkeypatch) as server:
        for ticket in LIVES:
            text = f"Pohon roboh, kata {NAME} di {PHONE}, NIK 3571012345678901"
            change(ticket, reporter=PERSON, text=text)
        change("KDR-FASTER-SECRET", secret=True)
        change("KDR-SLOW", lapor={"state": "confirmed", "complaint_id": "5400001", "tracking_id": "1234567"})
        publish()
        yield server


@pytest.fixture(scope="module")
def archive(december: Mails) -> zipfile.ZipFile:
    """The evidence of its year."""
    file = io.BytesIO()
    evidence.write(file, 2026, LATER)
    return zipfile.ZipFile(file)


def rows(archive: zipfile.ZipFile, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(path).decode("utf-8-sig"), newline="")))


def test_everything_is_in_its_folder_and_the_manifest_proves_it(archive: zipfile.ZipFile) -> None:
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["city"], manifest["year"], len(manifest["definitions"])) == ("KDR", 2026, 64)
    named = {one["path"]: one for one in manifest["files"]}
    assert named.keys() | {"manifest.json"} == set(archive.namelist())
    for path, one in named.items():
        content = archive.read(path)
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest()), path
    folders = {path.partition("/")[0] for path in named}
    assert folders == {"1-keberlanjutan", "2-konektivitas", "3-dampak", "README.md"}
    readme = archive.read("README.md").decode()
    for path in named:
        parent = path.rpartition("/")[0] + "/"
        assert path in readme or parent in readme or "/angka/" in parent, f"the README says nothing of {path}"
    assert "Bulan yang sudah terbit: 2026-12." in readme
    assert "Aduan rahasia yang tidak dicantumkan dalam daftar per aduan: 1." in readme
    assert archive.testzip() is None


def test_what_was_published_is_in_it_byte_for_byte(archive: zipfile.ZipFile) -> None:
    stored = {item["Key"] for item in s3().list_objects_v2(Bucket=BUCKET)["Contents"]}
    inside = {archive.read(path) for path in archive.namelist() if "/angka/" in path}
    assert {media.get(key) for key in stored} <= inside
    snapshot = json.loads(archive.read("1-keberlanjutan/angka/2026-12/r1.json"))
    assert snapshot["sha256"] == snapshots.get("2026-12", 1).sha256  # type: ignore[union-attr]  # just published
    running = json.loads(archive.read("1-keberlanjutan/angka/2026-berjalan.json"))
    assert (running["as_of"], running["figures"]["received"]["value"]) == ("2026-12-31T16:59:59.999Z", len(LIVES))
    assert archive.read("1-keberlanjutan/angka/2026-berjalan.pdf").startswith(b"%PDF-")
    trend = {row["indikator"]: row for row in rows(archive, "1-keberlanjutan/tren.csv")}
    selesai = trend["Selesai (klaim)"]
    assert (selesai["bulan"], selesai["pembilang"], selesai["penyebut"]) == ("2026-12", "4", "6")
    (revision,) = rows(archive, "1-keberlanjutan/revisi.csv")
    assert (revision["revisi"], revision["perubahan"]) == ("1", "0")
    assert revision["keadaan_pada"] == "2026-12-31 23:59:59", "the city's time, as everywhere; the README names it"
    assert "Waktu dalam berkas CSV adalah waktu kota (WIB)." in archive.read("README.md").decode()


def test_tables_speak_words_and_no_codes(archive: zipfile.ZipFile, monkeypatch: pytest.MonkeyPatch) -> None:
    told = rows(archive, "1-keberlanjutan/tenggat-contoh.csv") + rows(archive, "1-keberlanjutan/tenggat-terlewat.csv")
    assert {one["satuan"] for one in told} <= {"jam kerja", "hari kerja", "hari kalender"}
    assert {one["opd"] for one in told} == {"", "DLHKP", "Dishub"}
    assert {one["opd"] for one in rows(archive, "1-keberlanjutan/peringatan.csv")} <= {"", "DLHKP", "Dishub"}
    assert evidence_words.CLASSES["public_information"] == "permohonan informasi publik"
    rules = cities.desk_rules()
    monkeypatch.setattr(cities, "desk_rules", lambda: structs.replace(rules, former={"lama": "Dinas Lama"}))
    assert [evidence_words.department(one) for one in ("lama", "dlhkp", "x", None)] == [
        "Dinas Lama",
        "DLHKP",
        "x",
        None,
    ]


def test_samples_are_chosen_by_the_rule_and_say_nothing_of_a_person(archive: zipfile.ZipFile) -> None:
    told = {path: archive.read(path).decode() for path in archive.namelist() if "/contoh/" in path}
    chosen = {path.rpartition("/")[2]: text.splitlines()[0] for path, text in told.items()}
    assert chosen == {
        "2026-12-tercepat.md": "# Tercepat, 2026-12: KDR-FAST",
        "2026-12-terlama.md": "# Terlama, 2026-12: KDR-SLOW",
        "2026-12-dibuka-kembali.md": "# Dibuka kembali, 2026-12: KDR-AGAIN",
    }
    fast = told["3-dampak/contoh/2026-12-tercepat.md"]
    assert "> Pohon roboh, kata [nama] di [telepon], NIK [NIK]" in fast
    assert "| Selasa, 8 Desember 2026 14.00 | aduan dijawab | petugas | Sudah dipangkas, hubungi [telepon]. |" in fast
    assert "- OPD: DLHKP" in fast
    assert "1,13 hari kalender" in fast
    again = told["3-dampak/contoh/2026-12-dibuka-kembali.md"]
    assert "| aduan ditolak | petugas | tidak lengkap |" in again
    assert "| aduan dibuka kembali | pelapor |  |" in again
    assert "catatan dalam" not in again, "what the city notes for itself stays with it"
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    for word in (NAME, "Kutilang", PHONE, "81234567890", "kutilang99", "3571012345678901", "officer1", "head1"):
        assert word not in everything, word
    assert "KDR-FASTER-SECRET" not in everything


def test_an_erased_case_is_no_sample_and_the_next_one_takes_its_place(
    december: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampler = Sampler()
    for ticket, days in (("KDR-SLOW", 20), ("KDR-AGAIN", 5)):
        sampler.look("2026-12", closed(ticket, days))
    whole = cases.dossier

    def erased(ticket: str) -> cases.Dossier | None:
        found = whole(ticket)
        if found is not None and ticket == "KDR-SLOW":
            found.case.erased = {"identity": "2027-01-01T00:00:00.000Z"}
        return found

    assert [(one.why, one.fact.ticket) for one in sampler.chosen()] == [(FAST, "KDR-AGAIN"), (SLOW, "KDR-SLOW")]
    monkeypatch.setattr(cases, "dossier", erased)
    assert [(one.why, one.fact.ticket) for one in sampler.chosen()] == [(FAST, "KDR-AGAIN")], "and no case is one twice"
    sampler.look("2026-12", closed("KDR-FAST", 3))
    assert [(one.why, one.fact.ticket) for one in sampler.chosen()] == [(FAST, "KDR-FAST"), (SLOW, "KDR-AGAIN")]


def test_a_missed_deadline_explains_itself(archive: zipfile.ZipFile) -> None:
    late = rows(archive, "1-keberlanjutan/tenggat-terlewat.csv")
    assert {row["tiket"] for row in late} >= {"KDR-LATE"}
    assert {row["keadaan"] for row in late} == {"terlewat"}
    one = next(row for row in late if (row["tiket"], row["tenggat"]) == ("KDR-LATE", "tindak lanjut"))
    assert one["dasar_hukum"] == "Ketentuan layanan SP4N-LAPOR!"
    assert "hari kerja" in one["penjelasan"] and "\n" not in one["penjelasan"]
    samples = rows(archive, "1-keberlanjutan/tenggat-contoh.csv")
    assert {row["tiket"] for row in samples} == {"KDR-FAST", "KDR-SLOW", "KDR-AGAIN"}


def test_what_the_indicators_do_not_count_has_missed_nothing(december: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    def missed(**more: Any) -> list[Any]:
        one = fact("KDR-LATE", met={"follow_up": False}, **more)
        monkeypatch.setattr(evidence, "_facts", lambda month: iter([one]))
        return list(evidence._breached(["2026-12"], Sampler(), LATER))

    assert missed()
    assert missed(state="rejected", reason="incomplete")
    for reason in NOT_COUNTED:
        assert missed(state="rejected", reason=reason) == []


def test_who_is_named_in_one_text_is_nobody_in_the_others(december: Mails) -> None:
    found = cases.dossier("KDR-FAST")
    assert found is not None
    found.case.text = "Kata Pak Bambang Prakoso di RT 03 pohonnya lapuk. Petugas: Agus sudah melihat."
    answer = next(event for event in found.events if event.type == "respond")
    answer.data = {**answer.data, "text": "Bambang sudah ditemui agus, Prakoso setuju. Petugas DLHKP memangkas."}
    told = evidence_samples.told(
        evidence_samples.Sample("2026-12", FAST, closed("KDR-FAST", 1), found), cities.current()
    )
    assert "> Kata Pak [nama] di RT 03 pohonnya lapuk. Petugas: [nama] sudah melihat." in told
    assert "[nama] sudah ditemui [nama], [nama] setuju. Petugas DLHKP memangkas." in told
    assert "- Kanal: WhatsApp" in told
    # And the other way round: what is said in an answer hides it in the complaint.
    found.case.text, answer.data = "Bambang tahu.", {"text": "Terima kasih Pak Bambang."}
    told = evidence_samples.told(
        evidence_samples.Sample("2026-12", FAST, closed("KDR-FAST", 1), found), cities.current()
    )
    assert "Bambang" not in told


def test_filings_and_alerts_are_listed_without_words(archive: zipfile.ZipFile) -> None:
    filings = {row["tiket"]: row for row in rows(archive, "2-konektivitas/penerusan-lapor-per-aduan.csv")}
    assert filings.keys() == LIVES.keys() - {"KDR-FASTER-SECRET"}
    slow = filings["KDR-SLOW"]
    assert (slow["keadaan"], slow["nomor_lapor"], slow["pelacakan_lapor"]) == ("diterima LAPOR!", "5400001", "1234567")
    states = {row["id"]: row for row in rows(archive, "2-konektivitas/penerusan-lapor.csv")}
    assert states.keys() == {"confirmed", "waiting", "held", "failed", "ambiguous"}
    due = sum(int(states[name]["jumlah"]) for name in evidence.DUE)
    assert {states[name]["dari"] for name in evidence.DUE} == {str(due)}, "no part is larger than its whole"
    assert (states["held"]["dari"], states["held"]["persen"]) == ("", ""), "what is not due is no part of what is"
    stands = Counter(row["keadaan"] for row in filings.values())
    held = stands.pop(evidence_samples.FILING["held"], 0)
    readme = archive.read("README.md").decode()
    assert f"SP4N-LAPOR!: {sum(stands.values())}; ditahan karena belum waktunya: {held}." in readme
    alerts = rows(archive, "1-keberlanjutan/peringatan.csv")
    # The reports themselves went out on the first of January: they belong to the next year.
    assert alerts == []
    channels = rows(archive, "2-konektivitas/kanal.csv")
    assert [(row["nama"], row["jumlah"], row["dari"]) for row in channels] == [("WhatsApp", "6", "6")]
    index = rows(archive, "3-dampak/kepuasan.csv")
    assert [row["unsur"] for row in index] == [f"U{number}" for number in range(1, 10)]
    assert {row["nrr"] for row in index} == {""}, "no answer is no figure"


def test_a_year_with_nothing_published_is_still_an_archive(december: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    def of(year: int) -> zipfile.ZipFile:
        file = io.BytesIO()
        evidence.write(file, year, LATER)
        return zipfile.ZipFile(file)

    archive = of(2025)
    assert "Bulan yang sudah terbit: belum ada." in archive.read("README.md").decode()
    assert rows(archive, "1-keberlanjutan/tren.csv") == []
    assert [path for path in archive.namelist() if "/contoh/" in path] == []
    assert "1-keberlanjutan/angka/2025-berjalan.pdf" in archive.namelist()
    # 2027 has its year before: what December published.
    running = json.loads(of(2027).read("1-keberlanjutan/angka/2027-berjalan.json"))
    assert running["figures"]["received"]["value"] is None
    monkeypatch.setattr(figures, "mark", lambda: figures.Mark("FIGURES"))
    assert not any("berjalan" in path for path in of(2025).namelist()), "no night has run yet"


def test_alerts_of_the_year_are_counted_to_the_last_page(december: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "AT_ONCE", 2)
    found = list(evidence._alerts(2027, WIB))
    assert sorted(row[2] for row in found) == ["Sekda", "Wali Kota", "pimpinan"]


def test_the_job_is_an_export_like_any_other(december: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(exports, "start", started.append)
    identifier = exporting.prepare_evidence(2026, AUDITOR, LATER)
    assert started == [identifier]
    assert exporting.job(identifier, AUDITOR, LATER)["state"] == "running"
    assert exporting.run(identifier, LATER) > 20
    done = exporting.job(identifier, AUDITOR, LATER)
    assert (done["state"], done["format"]) == ("done", "zip")
    assert "bukti-KDR-2026.zip" in done["url"]
    content = media.get(f"exports/{identifier}.zip")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    with pytest.raises(Problem):
        exporting.job(identifier, Staff("auditor2", "auditor", None), LATER)
    exports.withdraw()
    assert exporting.job(identifier, AUDITOR, LATER)["state"] == "failed", "an erasure takes it back"


# The rule itself


def chosen(*facts: Fact) -> list[tuple[str, str]]:
    sampler = Sampler()
    for one in facts:
        sampler.look("2026-03", one)
    return [(why, kept[0][1]) for (_, why), kept in sorted(sampler._kept.items())]


def test_the_fastest_the_slowest_and_the_reopened() -> None:
    facts = [closed("c", 3), closed("b", 3), closed("a", 9, reopens=1), closed("d", 7, reopens=2), fact("open")]
    assert chosen(*facts) == [(REOPENED, "a"), (FAST, "b"), (SLOW, "a")]
    assert chosen(closed("x", answered_at=None)) == [], "closed without a word shows nothing"
    assert chosen(fact("open")) == []


def test_a_sampler_keeps_a_few_of_very_many() -> None:
    sampler = Sampler()
    for number in range(5000):
        sampler.look("2026-03", closed(f"K{number:04}", number % 90))
    assert {len(kept) for kept in sampler._kept.values()} == {evidence_samples.SPARE}
    assert [one[1] for one in sampler._kept["2026-03", FAST]][:2] == ["K0000", "K0090"]


def test_no_case_is_two_samples_of_a_year(december: Mails) -> None:
    sampler = Sampler()
    found = cases.dossier("KDR-FAST")
    assert found is not None
    sampler.look("2026-12", closed("KDR-FAST", 1))
    sampler.look("2026-12", closed("gone", 9))
    assert [(one.why, one.fact.ticket) for one in sampler.chosen()] == [(FAST, "KDR-FAST")]


def test_what_is_not_known_of_a_sample_is_a_dash(december: Mails) -> None:
    found = cases.dossier("KDR-FAST")
    assert found is not None
    for name in ("text", "category", "department", "location", "reporter"):
        setattr(found.case, name, None)
    told = evidence_samples.told(
        evidence_samples.Sample("2026-12", FAST, closed("KDR-FAST", 1), found), cities.current()
    )
    assert "- Kategori: –\n- OPD: –\n- Kelurahan: –\n" in told
    assert "> –" in told


# The archive


def written(files: dict[str, list[bytes]]) -> bytes:
    file = io.BytesIO()
    archive = Archive(file, WIB)
    for path, pieces in files.items():
        archive.add(path, pieces)
    archive.close({"year": 2026})
    return file.getvalue()


def test_equal_contents_make_an_equal_archive() -> None:
    files = {"b.txt": [b"b", b"b"], "a.txt": [b"a"]}
    assert written(files) == written(files)
    manifest: dict[str, Any] = json.loads(zipfile.ZipFile(io.BytesIO(written(files))).read("manifest.json"))
    assert [(one["path"], one["bytes"]) for one in manifest["files"]] == [("a.txt", 1), ("b.txt", 2)]
    assert manifest["year"] == 2026


def test_a_large_table_is_never_whole_in_memory(tmp_path: Any) -> None:
    with (tmp_path / "big.zip").open("wb") as file:
        archive = Archive(file, WIB)
        tracemalloc.start()
        count = archive.table("big.csv", ("a", "b"), ((number, "x" * 100) for number in range(50_000)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        archive.close({})
    assert count == 50_000
    assert peak < 2_000_000, "five megabytes of rows"


@pytest.mark.parametrize("gone", [{"erased": {"text": "2027-01-01T00:00:00.000Z"}}, {"erased_at": "2027-01-01"}])
def test_an_erased_case_is_in_no_list_and_is_counted(
    december: Mails, monkeypatch: pytest.MonkeyPatch, gone: dict[str, Any]
) -> None:
    """Its number in SP4N-LAPOR! leads back to what was said."""

    def looked() -> tuple[set[str], set[str], evidence.Counts]:
        counts = evidence.Counts()
        filings = {str(row[0]) for row in evidence._filings(2026, WIB, LATER, counts)}
        late = {str(row[0]) for row in evidence._breached(["2026-12"], Sampler(), LATER)}
        return filings, late, counts

    (filings, late, counts), real, listed = looked(), cases.dossier, searching.every
    assert "KDR-LATE" in filings & late and counts.erased == 0

    def without(case: Any) -> Any:
        for name, value in gone.items() if case.ticket == "KDR-LATE" else ():
            setattr(case, name, value)
        return case

    def dossier(ticket: str) -> cases.Dossier | None:
        if found := real(ticket):
            without(found.case)
        return found

    monkeypatch.setattr(cases, "dossier", dossier)
    monkeypatch.setattr(evidence, "every", lambda *words: map(without, listed(*words)))
    filings, late, counts = looked()
    assert "KDR-LATE" not in filings | late
    assert (counts.erased, counts.secret) == (1, 1)
