"""Working with cases: what is asked, said and refused at the desk."""

MESSAGES: dict[str, tuple[str, str]] = {
    "ask.phone": ("Nomor telepon penelepon (Enter bila tidak ada):", "Caller's number (Enter if there is none):"),
    "ask.earlier": (
        "Nomor urut untuk menambahkan catatan, atau Enter untuk aduan baru:",
        "Its number to add a note to it, or Enter for a new case:",
    ),
    "ask.name": ("Nama (Enter bila tidak mau):", "Name (Enter if not given):"),
    "ask.text": ("Isi aduan:", "What is it about:"),
    "ask.address": ("Di mana (jalan, patokan, kelurahan):", "Where (street, landmark, kelurahan):"),
    "ask.anonymous": ("Sembunyikan nama pelapor? [y/T]", "Hide the reporter's name? [y/N]"),
    "ask.erase": (
        "Semua data pribadi {who} akan dihapus dan tidak dapat kembali. Ketik {word} untuk melanjutkan:",
        "All personal data of {who} will be erased for good. Type {word} to go on:",
    ),
    "done.acted": (
        "{ticket}: {event}; sekarang {status}, versi {version}.",
        "{ticket}: {event}; now {status}, version {version}.",
    ),
    "label.erasure_counts": (
        "{cases} aduan, {messages} pesan, {files} berkas, {payloads} kiriman tak terbaca.",
        "{cases} cases, {messages} messages, {files} files, {payloads} unreadable payloads.",
    ),
    "label.erasure_lapor": (
        "Minta juga penghapusan di SP4N-LAPOR! untuk nomor {numbers}.",
        "Ask SP4N-LAPOR! as well to erase {numbers}.",
    ),
    "label.erasure_limits": ("Yang tidak terjangkau:", "What this does not reach:"),
    "done.erased": ("Data pribadi dihapus dari {count} aduan.", "Personal data erased from {count} cases."),
    "done.erasing": (
        "Masih {count} aduan; diteruskan malam ini, atau ulangi perintah ini.",
        "{count} cases are left; they follow tonight, or repeat this command.",
    ),
    "done.exported": ("Ditulis ke {path} ({size}).", "Written to {path} ({size})."),
    "progress.export": ("Mengekspor", "Exporting"),
    "ask.score": ("Nilai 1-4 (kosong: lewati)", "Score 1-4 (empty: skip)"),
    "done.surveyed": ("{ticket}: {count} jawaban tersimpan.", "{ticket}: {count} answers kept."),
    "label.nothing_to_ask": ("Tidak ada jawaban yang dikirim.", "No answer was sent."),
    "error.element_and_score": ("Pakai --unsur dan --nilai bersama.", "Use --element and --score together."),
    "error.score": ("Nilai harus 1, 2, 3, atau 4.", "A score is 1, 2, 3 or 4."),
    "error.no_survey_answer": (
        "Tidak ada yang menjawab; pakai --unsur dan --nilai.",
        "Nobody answered; use --element and --score.",
    ),
    "event.survey": ("menjawab survei", "answered the survey"),
    "progress.replay": ("Memutar ulang {name}", "Replaying {name}"),
    "label.replayed": ("{count} baru", "{count} new"),
    "label.figure": ("Angka", "Figure"),
    "label.year": ("Tahun", "Year"),
    "label.published": ("Terbit", "Published"),
    "label.computed": ("Dihitung", "Computed"),
    "label.equal": ("Sama", "Equal"),
    "done.replayed": (
        "{name}: {total} aduan tersimpan, {equal} dari {figures} angka sama dengan yang terbit.",
        "{name}: {total} cases stored, {equal} of {figures} figures equal the published ones.",
    ),
    "error.replay_differs": ("Tidak sama dengan yang terbit: {names}.", "Not as published: {names}."),
    "error.replay_partial": (
        "Baru {counted} dari {total} aduan tersimpan; jalankan lagi.",
        "Only {counted} of {total} cases are stored; run it again.",
    ),
    "progress.evidence": ("Menyusun bukti", "Putting the evidence together"),
    "error.stale": (
        "{ticket} sudah berubah: {change}. Periksa dengan `aduan {show} {ticket}`, "
        "lalu ulangi dengan --version {version}.",
        "{ticket} has changed: {change}. Look at `aduan {show} {ticket}`, then repeat with --version {version}.",
    ),
    "error.move": (
        "{ticket} berstatus {status}, jadi tidak bisa `{action}`; yang bisa sekarang: {allowed}.",
        "{ticket} is {status}, so it cannot be `{action}`; possible now: {allowed}.",
    ),
    "error.no_move": (
        "{ticket} berstatus {status}, jadi tidak bisa `{action}`; tidak ada yang bisa Anda lakukan sekarang{allowed}.",
        "{ticket} is {status}, so it cannot be `{action}`; there is nothing you can do with it now{allowed}.",
    ),
    "error.option_missing": ("{option} belum diisi.", "{option} is missing."),
    "error.word": ("{name} tidak dikenal; pilih: {names}.", "{name} is unknown; choose: {names}."),
    "error.department": ("OPD {name} tidak ada; mungkin: {names}.", "There is no department {name}; perhaps: {names}."),
    "error.category": (
        "Kategori {name} tidak ada; mungkin: {names}.",
        "There is no category {name}; perhaps: {names}.",
    ),
    "error.kelurahan": (
        "Kelurahan {name} tidak ada di kota ini; mungkin: {names}.",
        "There is no kelurahan {name} in this city; perhaps: {names}.",
    ),
    "error.phone": (
        "Itu bukan nomor telepon; tulis misalnya 0812-3456-7890.",
        "That is no telephone number; write for example 0812-3456-7890.",
    ),
    "error.choice": ("Pilih 1 sampai {count}, atau Enter.", "Choose 1 to {count}, or Enter."),
    "error.lat_and_lon": (
        "--lat dan --lon harus bersama-sama, dalam derajat.",
        "--lat and --lon go together, in degrees.",
    ),
    "error.nothing_to_change": ("Tidak ada yang diubah; lihat --help.", "There is nothing to change; see --help."),
    "error.text_or_file": ("Pilih satu: teks atau berkas.", "Choose one: the text or a file."),
    "error.text_missing": (
        "Isinya belum ada; pakai --isi atau --berkas.",
        "There is no text; use --text or --file.",
    ),
    "error.note_missing": (
        "Alasannya belum ada; pakai --catatan atau --berkas.",
        "The reason is missing; use --note or --file.",
    ),
    "error.text_empty": ("Isinya kosong; tidak ada yang dikirim.", "The text is empty; nothing was sent."),
    "error.no_editor": (
        "Tidak ada penyunting teks; atur EDITOR, atau pakai --isi.",
        "There is no text editor; set EDITOR, or use --text.",
    ),
    "error.editor": ("Penyunting {name} gagal.", "The editor {name} failed."),
    "error.file_empty": ("Berkas {path} kosong.", "The file {path} is empty."),
    "error.file_type": (
        "Jenis berkas {path} tidak diterima; yang bisa: {names}.",
        "Files like {path} are not accepted; possible: {names}.",
    ),
    "error.upload": ("Berkas {path} tidak diterima.", "The file {path} was not accepted."),
    "error.photo": (
        "Aduan {ticket} tersimpan, tetapi {path} belum; ulangi dengan `aduan lampirkan {ticket} {path}`.",
        "Case {ticket} is stored, but {path} is not; repeat with `aduan attach {ticket} {path}`.",
    ),
    "error.kept_as_draft": (
        "Belum terkirim: {reason} Isinya disimpan di sini; kirim nanti dengan `aduan lapor --kirim-draf`.",
        "Not sent: {reason} It is kept here; send it later with `aduan report --send-drafts`.",
    ),
    "error.old_draft": (
        "{path} lebih tua dari sehari dan mungkin sudah masuk: periksa dengan `aduan penelepon` atau `aduan daftar`, "
        "lalu hapus berkas itu, atau kirim juga dengan --yes.",
        "{path} is more than a day old and may have arrived: look with `aduan caller` or `aduan list`, "
        "then delete the file, or send it all the same with --yes.",
    ),
    "error.draft": ("{path} tidak diterima: {reason}", "{path} was not accepted: {reason}"),
    "error.photos_left": (
        "Aduannya masuk, tetapi ada foto yang belum.",
        "The cases are entered, but a photo is not.",
    ),
    "label.drafts_wait": (
        "{count} aduan menunggu dikirim; kirim dengan `aduan lapor --kirim-draf`.",
        "{count} cases wait to be sent; send them with `aduan report --send-drafts`.",
    ),
    "error.drafts_left": ("{count} draf belum terkirim.", "{count} drafts were not sent."),
    "error.export_kind": (
        "Nama berkas harus berakhir .csv atau .xlsx.",
        "The file's name has to end in .csv or .xlsx.",
    ),
    "error.file_exists": (
        "Berkas {path} sudah ada; pakai --yes untuk menimpanya.",
        "The file {path} exists; use --yes to replace it.",
    ),
    "error.cannot_write": ("Berkas {path} tidak dapat ditulis.", "The file {path} cannot be written."),
    "error.day": ("{value} bukan tanggal; tulis 2026-11-21.", "{value} is no date; write 2026-11-21."),
    "error.period": ("Hari terakhir mendahului hari pertama.", "The last day is before the first."),
    "error.export_failed": ("Server gagal menyiapkan ekspor.", "The server failed to prepare the export."),
    "error.export_late": (
        "Ekspor belum siap; coba lagi nanti.",
        "The export is not ready yet; try again later.",
    ),
    "error.erase_whom": (
        "Pilih satu: --telepon, --handle atau --tiket.",
        "Choose one: --phone, --handle or --ticket.",
    ),
    "label.editor_hint": (
        "Tulis di atas baris ini. Baris yang diawali # tidak ikut dikirim ({ticket}).",
        "Write above this line. Lines that begin with # are not sent ({ticket}).",
    ),
    "label.change": ("{actor} {event}, {at}", "{actor} {event}, {at}"),
    "label.change_unknown": ("ada yang mengubahnya", "somebody changed it"),
    "label.actions": ("Yang bisa dilakukan", "Possible now"),
    "label.actor": ("Oleh", "By"),
    "label.time_zone": ("Waktu ({zone})", "Time ({zone})"),
    "label.secret_flag": ("rahasia", "secret"),
    "label.event": ("Kejadian", "Event"),
    "label.what": ("Perubahan", "What"),
    "label.yes": ("ya", "yes"),
    "label.no": ("tidak", "no"),
    "label.due": ("Tenggat", "Due"),
    "label.due_in": ("{span} lagi", "in {span}"),
    "label.overdue": ("lewat {span}", "{span} late"),
    "label.age": ("Umur", "Age"),
    "label.stage": ("Tahap", "Stage"),
    "label.distance": ("Jarak", "Distance"),
    "label.metres": ("{count} m", "{count} m"),
    "label.cases": ("Aduan", "Cases"),
    "label.empty_queue": ("Antrean kosong.", "The queue is empty."),
    "label.nothing_similar": ("Tidak ada yang mirip.", "There is nothing similar."),
    "label.similar_hint": (
        "{count} aduan mirip; lihat `aduan mirip {ticket}`.",
        "{count} similar cases; see `aduan similar {ticket}`.",
    ),
    "label.no_drafts": ("Tidak ada yang menunggu dikirim.", "Nothing is waiting to be sent."),
    "label.no_erasures": ("Belum ada penghapusan.", "Nothing was erased yet."),
    "label.erase_word": ("HAPUS", "ERASE"),
}
