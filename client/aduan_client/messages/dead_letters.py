"""What is said about messages that five tries did not deliver."""

MESSAGES: dict[str, tuple[str, str]] = {
    "help.dlq": (
        "Pesan antrean yang gagal terkirim setelah lima kali; `aduan dlq ulang ANTREAN` mencobanya lagi.",
        "Queue messages that five tries did not deliver; `aduan dlq redrive QUEUE` tries them again.",
    ),
    "help.dlq_redrive": (
        "Kembalikan ke antreannya untuk dicoba lagi, setelah sebabnya diperbaiki (admin).",
        "Send them back to their queue to be tried again, after the cause is mended (admin).",
    ),
    "argument.queue": ("forward, reply, media atau sie.", "forward, reply, media or sie."),
    "option.dlq_tickets": (
        "Juga sampai sepuluh tiket per antrean. Tiga kali dilihat, alarm umur pesan tidak menghitungnya lagi.",
        "Also up to ten tickets of each queue. Looked at three times, the alarm on age counts a message no more.",
    ),
    "label.queue": ("Antrean", "Queue"),
    "label.does": ("Tugasnya", "What it does"),
    "label.dead_letters": ("Gagal", "Failed"),
    "label.oldest": ("Terlama", "Oldest"),
    "label.tickets": ("Tiket", "Tickets"),
    "label.no_dead_letters": ("Semua pesan terkirim.", "Every message was delivered."),
    "queue.forward": ("penerusan ke SP4N-LAPOR!", "filing in SP4N-LAPOR!"),
    "queue.reply": ("jawaban kepada pelapor", "answers to reporters"),
    "queue.media": ("pengambilan lampiran", "fetching attachments"),
    "queue.sie": ("angka untuk SIE", "figures for the SIE"),
    "done.redriven": (
        "{queue}: {count} pesan dikembalikan untuk dicoba lagi.",
        "{queue}: {count} messages sent back to be tried again.",
    ),
    "done.redriving": ("Mungkin masih ada; ulangi perintah ini.", "Some may be left; repeat this command."),
}
