"""What citizens are told, in Indonesian. Written to be read on a small screen by someone who is upset."""

OPENED = (
    "Terima kasih. Aduan Anda sudah kami terima.\n\n"
    "Nomor tiket: *{ticket}*\n\n"
    "Simpan nomor ini. Foto, lokasi, atau keterangan lain cukup dikirim di sini; "
    "otomatis masuk ke aduan yang sama."
)
UNSUPPORTED_OPENED = (
    "Pesan Anda sudah kami catat dengan nomor tiket *{ticket}*, tetapi jenis pesannya tidak dapat kami baca.\n\n"
    "Mohon kirim ulang dalam bentuk teks, foto, atau lokasi."
)
UNSUPPORTED_APPENDED = (
    "Pesan terakhir Anda tersimpan di aduan *{ticket}*, tetapi jenis pesannya tidak dapat kami baca.\n\n"
    "Mohon kirim ulang dalam bentuk teks, foto, atau lokasi."
)

TEXTS = {
    "opened": OPENED,
    "unsupported_opened": UNSUPPORTED_OPENED,
    "unsupported_appended": UNSUPPORTED_APPENDED,
}


def text(kind: str, *, ticket: str) -> str:
    """The reply of a kind, for a ticket."""
    return TEXTS[kind].format(ticket=ticket)
