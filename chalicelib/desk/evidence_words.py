"""The codes of the evidence's tables in the words of those who read them."""

from chalicelib.desk.alert_cases import ROLES

CLOCK_NAMES = {
    "verification": "verifikasi",
    "follow_up": "tindak lanjut",
    "resolution": "penyelesaian",
    "closing": "penutupan",
}
CLOCK_STATES = {
    "running": "berjalan",
    "paused": "dijeda",
    "met": "terpenuhi",
    "breached": "terlewat",
    "cancelled": "gugur",
}
# Of what was told to officials: kinds, roles, ways and outcomes.
WORDS = {
    **ROLES,
    "alert": "peringatan",
    "digest": "ringkasan harian",
    "weekly": "ringkasan mingguan",
    "report": "laporan bulanan",
    "email": "surel",
    "whatsapp": "WhatsApp",
    "none": "tanpa alamat",
    "waiting": "menunggu",
    "claiming": "disiapkan",
    "sending": "sedang dikirim",
    "sent": "terkirim",
    "delivered": "sampai",
    "read": "dibaca",
    "failed": "gagal",
    "bounced": "ditolak penerima",
    "ambiguous": "belum pasti",
    "void": "dibatalkan",
}
