"""What the API refuses, in sentences of the client's own (refusals.py)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "error.api": ("API menjawab dengan kesalahan {status}.", "The API answered with error {status}."),
    "error.api_said": ("{sentence} (server: {said})", "{sentence} (server: {said})"),
    "error.api_field": ("Isi {field} tidak benar: {detail}", "The value of {field} is not right: {detail}"),
    "error.api_fields": ("Isi {fields} tidak benar.", "The value of {fields} is not right."),
    "error.api_400": ("Permintaan ditolak: isinya tidak benar.", "Refused: the request is not right."),
    "error.api_403": ("Peran Anda tidak boleh melakukan ini.", "Your role may not do this."),
    "error.api_403_allowed": (
        "Peran Anda tidak boleh melakukan ini sekarang; yang boleh: {allowed}.",
        "Your role may not do this now; it may: {allowed}.",
    ),
    "error.api_404": ("Tidak ditemukan.", "Not found, or not yours to see."),
    "error.api_405": ("API ini tidak mengenal permintaan itu.", "This API does not know that request."),
    "error.api_409": (
        "Keadaan aduan tidak membolehkan ini.",
        "Things being as they are, this is not possible; look again.",
    ),
    "error.api_409_allowed": (
        "Keadaan aduan tidak membolehkan ini; yang bisa: {allowed}.",
        "The state of the complaint does not allow this; possible: {allowed}.",
    ),
    "error.api_filing": (
        "Penerusan ini berstatus {state}; tidak ada yang perlu diputuskan.",
        "The filing with LAPOR! is {state}; there is nothing to settle.",
    ),
    "error.api_412": (
        "Aduan sudah berubah; lihat lagi lalu ulangi.",
        "It has changed; look again and repeat.",
    ),
    "error.api_412_version": (
        "Sudah berubah; sekarang versi {version}. Lihat lagi lalu ulangi.",
        "It has changed meanwhile and is at version {version} now; look again and repeat.",
    ),
    "error.api_413": ("Isinya terlalu besar.", "The content is too large."),
    "error.api_415": ("Isi permintaan tidak dikenal API ini.", "This API does not take content of that kind."),
}
