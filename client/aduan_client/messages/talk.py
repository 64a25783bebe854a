"""What is asked, said when done, and said when it failed: one sentence each."""

MESSAGES: dict[str, tuple[str, str]] = {
    # Questions.
    "ask.username": ("Nama pengguna", "User name"),
    "ask.password": ("Kata sandi", "Password"),
    "ask.new_password": ("Kata sandi baru", "New password"),
    "ask.repeat_password": ("Ulangi kata sandi baru", "Repeat the new password"),
    "ask.apply": ("Terapkan {count} perubahan? [y/T]", "Apply {count} changes? [y/N]"),
    # Said when done.
    "done.login": (
        "Masuk sebagai {username} ({roles}) pada profil {profile}.",
        "Signed in as {username} ({roles}) with profile {profile}.",
    ),
    "done.logout": ("Keluar dari profil {profile}.", "Signed out of profile {profile}."),
    "done.not_revoked": (
        "Token dihapus di sini, tetapi server tidak dapat mencabutnya.",
        "The tokens are deleted here, but the server could not revoke them.",
    ),
    "done.nothing_changed": ("Tidak ada yang berubah.", "Nothing changes."),
    "done.applied": ("{count} perubahan diterapkan.", "{count} changes applied."),
    "done.applied_version": (
        "{count} perubahan diterapkan; versi {version}.",
        "{count} changes applied; version {version}.",
    ),
    "done.settled_arrived": (
        "{ticket}: dicatat sudah sampai di LAPOR! dengan nomor {complaint_id}.",
        "{ticket}: recorded as arrived in LAPOR! with id {complaint_id}.",
    ),
    "done.settled_resend": (
        "{ticket}: akan dikirim ulang ke LAPOR!",
        "{ticket}: will be sent to LAPOR! again.",
    ),
    "done.more": (
        "Masih ada lagi; pakai --all atau --limit.",
        "There are more; use --all or --limit.",
    ),
    # Failures: one sentence each.
    "error.unexpected": (
        "Kesalahan tak terduga ({name}); jalankan lagi dengan ADUAN_DEBUG=1 untuk rinciannya.",
        "Unexpected error ({name}); run again with ADUAN_DEBUG=1 for the details.",
    ),
    "error.aborted": ("Dibatalkan.", "Cancelled."),
    "error.no_answer": (
        "Tidak ada yang menjawab pertanyaan; pakai --yes.",
        "Nobody answered the question; use --yes.",
    ),
    "error.json_needs_yes": (
        "Dengan --json perlu --yes atau --dry-run.",
        "With --json, --yes or --dry-run is needed.",
    ),
    "error.holiday_known": ("Sudah ada: {entry}.", "It is there already: {entry}."),
    "error.holiday_unknown": ("Tidak ada libur pada tanggal itu.", "There is no holiday on that day."),
    "error.holiday_kinds": (
        "Ada beberapa pada tanggal itu ({kinds}); pilih dengan --jenis.",
        "There are several on that day ({kinds}); choose with --kind.",
    ),
    "error.holidays_by_hand": (
        "Daftar libur ditulis dengan cara yang tidak dapat diubah otomatis; sunting `aduan kota lihat --toml`.",
        "The list of holidays is written in a way that cannot be edited here; edit `aduan city show --toml`.",
    ),
    "error.no_library": (
        "Pustaka holidays belum terpasang: pip install 'aduan-client[holidays]'.",
        "The library holidays is not installed: pip install 'aduan-client[holidays]'.",
    ),
    "error.signed_out": (
        "Belum masuk; jalankan `aduan login`.",
        "Not signed in; run `aduan login`.",
    ),
    "error.session_ended": (
        "Sesi sudah berakhir; jalankan `aduan login`.",
        "The session has ended; run `aduan login`.",
    ),
    "error.credentials": (
        "Nama pengguna atau kata sandi salah.",
        "The user name or the password is wrong.",
    ),
    "error.password_reset": (
        "Kata sandi harus diatur ulang oleh admin.",
        "The password has to be reset by an admin.",
    ),
    "error.password_policy": (
        "Kata sandi baru tidak memenuhi aturan.",
        "The new password does not meet the rules.",
    ),
    "error.password_repeat": (
        "Kedua kata sandi baru tidak sama.",
        "The two new passwords differ.",
    ),
    "error.password_empty": ("Kata sandi kosong.", "The password is empty."),
    "error.challenge": (
        "Langkah masuk {name} belum didukung.",
        "The sign-in step {name} is not supported.",
    ),
    "error.cognito": (
        "Layanan masuk menjawab dengan kesalahan ({name}).",
        "The sign-in service answered with an error ({name}).",
    ),
    "error.unreachable": (
        "Tidak dapat menjangkau {host}.",
        "Cannot reach {host}.",
    ),
    "error.timeout": (
        "{host} tidak menjawab pada waktunya.",
        "{host} did not answer in time.",
    ),
    "error.certificate": (
        "Sertifikat {host} tidak dapat dipercaya.",
        "The certificate of {host} cannot be trusted.",
    ),
    "error.busy": (
        "Layanan sedang sibuk; coba lagi sebentar lagi.",
        "The service is busy; try again in a moment.",
    ),
    "error.unreadable": (
        "Jawaban dari {host} tidak terbaca.",
        "The answer from {host} cannot be read.",
    ),
    "error.no_profile": (
        "Belum ada profil; buat dengan `aduan login --api … --cognito … --client-id …`.",
        "There is no profile yet; make one with `aduan login --api … --cognito … --client-id …`.",
    ),
    "error.which_profile": (
        "Ada beberapa profil ({names}); pilih dengan --profile.",
        "There are several profiles ({names}); choose one with --profile.",
    ),
    "error.unknown_profile": (
        "Profil {name} tidak ada dalam {path}.",
        "Profile {name} is not in {path}.",
    ),
    "error.profile_exists": (
        "Profil {name} sudah ada; ubah dalam {path}.",
        "Profile {name} exists already; change it in {path}.",
    ),
    "error.profile_name": (
        "Nama profil hanya huruf, angka, - dan _.",
        "A profile's name has only letters, digits, - and _.",
    ),
    "error.profile_incomplete": (
        "Profil {name} belum lengkap: {field} tidak ada.",
        "Profile {name} is incomplete: {field} is missing.",
    ),
    "error.new_profile": (
        "Profil baru perlu --api, --cognito dan --client-id.",
        "A new profile needs --api, --cognito and --client-id.",
    ),
    "error.new_profile_name": (
        "Profil baru perlu nama; pakai --profile.",
        "A new profile needs a name; use --profile.",
    ),
    "error.config": (
        "Berkas {path} tidak terbaca: {reason}.",
        "The file {path} cannot be read: {reason}.",
    ),
    "error.insecure": (
        "{url} bukan https; hanya komputer ini sendiri boleh http.",
        "{url} is not https; only this machine itself may use http.",
    ),
    "error.not_local": (
        "{path} menunjuk ke luar komputer ini; profil local hanya untuk awan setempat.",
        "{path} points away from this machine; profile local is for the local cloud only.",
    ),
    "error.zone": ("Zona waktu {name} tidak dikenal.", "Time zone {name} is unknown."),
    "error.language": ("Bahasa hanya id atau en.", "The language is id or en."),
    "error.status": (
        "Status {name} tidak dikenal; pilih: {names}.",
        "Status {name} is unknown; choose: {names}.",
    ),
    "error.time": (
        "{value} bukan waktu; tulis 2026-11-21 atau 2026-11-21 09.15.",
        "{value} is not a time; write 2026-11-21 or 2026-11-21 09:15.",
    ),
    "error.limit": ("--limit harus 1 atau lebih.", "--limit has to be 1 or more."),
    "error.toml_or_json": ("Pilih satu: --toml atau --json.", "Choose one: --toml or --json."),
    "error.settle_choice": (
        "Pilih satu: --arrived NOMOR atau --resend.",
        "Choose one: --arrived ID or --resend.",
    ),
    "error.ticket_empty": ("Nomor tiket kosong.", "The ticket is empty."),
    "error.file": ("Berkas {path} tidak dapat dibaca.", "The file {path} cannot be read."),
    "error.not_utf8": ("Berkas {path} bukan teks UTF-8.", "The file {path} is not UTF-8 text."),
    "error.city_file": (
        "{path} ditolak: {count} kesalahan.",
        "{path} is refused: {count} errors.",
    ),
    "error.ledger": (
        "Neraca tidak cocok: {what}.",
        "The ledger does not add up: {what}.",
    ),
    # How a command was mistyped (the classes of Typer's own errors).
    "usage.NoSuchOption": ("Opsi {name} tidak dikenal.", "There is no option {name}."),
    "usage.NoSuchCommand": ("Perintah {name} tidak dikenal.", "There is no command {name}."),
    "usage.MissingParameter": ("{name} belum diisi.", "{name} is missing."),
    "usage.MissingCommand": ("Perintahnya belum disebut.", "The command is missing."),
    "usage.BadParameter": ("Nilai untuk {name} tidak benar.", "The value for {name} is not right."),
    "usage.BadOptionUsage": ("Opsi {name} salah pakai.", "Option {name} is used wrongly."),
    "usage.other": ("Perintah salah ketik.", "The command is mistyped."),
    "usage.hint": ("{sentence} Lihat `{path} --help`.", "{sentence} See `{path} --help`."),
}
