"""What citizens are told, in Indonesian. Written to be read on a small screen by someone who is upset."""

from chalicelib.complaints.lifecycle import REASONS

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
ASKED = "Untuk menangani aduan *{ticket}* kami perlu keterangan dari Anda:\n\n{text}\n\nSilakan balas langsung di sini."
RESPONDED = "Aduan *{ticket}* sudah dijawab:\n\n{text}\n\nBila masalahnya belum selesai, balas pesan ini."
CLOSED = (
    "Aduan *{ticket}* kami nyatakan selesai. Terima kasih sudah melapor.\n\n"
    "Pesan berikutnya dari Anda akan kami catat sebagai aduan baru."
)
SURVEY = "Satu pertanyaan agar layanan kami membaik:"
SURVEY_BUTTON = "Beri nilai"
REJECTED = (
    "Aduan *{ticket}* tidak dapat kami proses: {reason}.\n\n"
    "Bila menurut Anda ini keliru, kirim pesan lagi; akan kami catat sebagai aduan baru."
)
MERGED = (
    "Aduan *{ticket}* kami gabungkan dengan laporan warga lain tentang hal yang sama. "
    "Hasilnya akan kami kabarkan kepada Anda di sini. Pesan berikutnya dari Anda akan kami catat sebagai aduan baru."
)
JOINED_RESPONDED = (
    "Laporan tentang hal yang sama dengan aduan *{ticket}* sudah dijawab:\n\n{text}\n\n"
    "Bila masalahnya belum selesai, kirim pesan lagi; akan kami catat sebagai aduan baru."
)
# The answer was erased with whom it was written to.
JOINED_ANSWERED = (
    "Laporan tentang hal yang sama dengan aduan *{ticket}* sudah dijawab.\n\n"
    "Bila masalahnya belum selesai, balas pesan ini."
)
JOINED_CLOSED = (
    "Laporan tentang hal yang sama dengan aduan *{ticket}* sudah dinyatakan selesai. Terima kasih sudah melapor."
)
JOINED_REJECTED = "Laporan tentang hal yang sama dengan aduan *{ticket}* tidak dapat kami proses: {reason}."

TEXTS = {
    "opened": OPENED,
    "unsupported_opened": UNSUPPORTED_OPENED,
    "unsupported_appended": UNSUPPORTED_APPENDED,
    "asked": ASKED,
    "responded": RESPONDED,
    "closed": CLOSED,
    "rejected": REJECTED,
    "merged": MERGED,
    "joined_responded": JOINED_RESPONDED,
    "joined_answered": JOINED_ANSWERED,
    "joined_closed": JOINED_CLOSED,
    "joined_rejected": JOINED_REJECTED,
}

# WhatsApp cuts a text at 4,096 characters.
LONGEST_ANSWER = 3500


def text(kind: str, *, ticket: str, answer: str | None = None, reason: str | None = None) -> str:
    """The reply of a kind, for a ticket. `answer`: what an official wrote; `reason`: one of REASONS."""
    said = answer or ""
    if kind == "joined_responded" and not said:
        kind = "joined_answered"
    if len(said) > LONGEST_ANSWER:
        said = said[:LONGEST_ANSWER].rstrip() + " …"
    return TEXTS[kind].format(ticket=ticket, text=said, reason=REASONS.get(reason or "", "tidak memenuhi syarat"))
