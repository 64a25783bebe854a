"""Taking a spreadsheet over: what is said of the file, the mapping and each line."""

MESSAGES: dict[str, tuple[str, str]] = {
    "progress.import": ("Mengimpor", "Importing"),
    "done.checked": ("{good} baris siap, {bad} baris salah.", "{good} rows ready, {bad} rows faulty."),
    "done.imported": ("{total} baris: {counts}.", "{total} rows: {counts}."),
    "label.import_counts": (
        "{created} baru, {existing} sudah ada, {refused} ditolak",
        "{created} new, {existing} there already, {refused} refused",
    ),
    "label.interrupted": ("diinterupsi", "interrupted"),
    "label.more_faults": (
        "… dan {count} lagi; --laporan BERKAS menulis semuanya.",
        "… and {count} more; --report FILE writes all of them.",
    ),
    "label.left_out": ("{count} baris salah dilewati.", "{count} faulty rows were left out."),
    "label.column": ("Kolom", "Column"),
    "error.import_needs": (
        "Perlu BERKAS dan --peta PETA; contohnya: `aduan impor --contoh-peta`.",
        "A FILE and --map MAP are needed; for an example: `aduan import --example-map`.",
    ),
    "error.import_faults": (
        "{count} dari {total} baris salah, jadi tidak ada yang dimasukkan; perbaiki, atau pakai --lewati-salah.",
        "{count} of {total} rows are faulty, so nothing was entered; mend them, or use --skip-faulty.",
    ),
    "error.import_refused": ("{count} baris ditolak server.", "{count} rows were refused by the server."),
    "error.import_stopped": (
        "Impor berhenti ({reason}): {done} dari {total} baris sudah masuk; "
        "jalankan perintah yang sama untuk melanjutkan.",
        "The import stopped ({reason}): {done} of {total} rows are in; run the same command to go on.",
    ),
    "error.import_running": (
        "Impor lain dengan peta ini sedang berjalan.",
        "Another import with this mapping is running.",
    ),
    "error.old_excel": (
        "{path} berformat Excel lama; simpan dulu sebagai .xlsx.",
        "{path} is in the old Excel format; save it as .xlsx first.",
    ),
    "error.no_header": (
        "{path} tidak punya nama kolom pada baris {line}.",
        "{path} has no column names in line {line}.",
    ),
    "error.column_twice": (
        "{path} punya dua kolom bernama {name}.",
        "{path} has two columns called {name}.",
    ),
    "error.no_column": (
        "Kolom {name} tidak ada dalam berkas; yang ada: {names}.",
        "The file has no column {name}; it has: {names}.",
    ),
    "error.encoding": (
        "Pengodean {path} tidak dikenali; simpan sebagai CSV UTF-8.",
        "The encoding of {path} is not understood; save it as CSV UTF-8.",
    ),
    "error.csv": ("{path} bukan CSV yang utuh, sekitar baris {line}.", "{path} is no sound CSV, near line {line}."),
    "error.csv_quote": (
        "{path} baris {line}: tanda kutip yang dibuka di sini tidak ditutup sebagaimana mestinya, sehingga baris "
        "sesudahnya bisa terbaca sebagai isinya; hapus tanda itu, atau apit seluruh isi sel dan gandakan yang di "
        "dalamnya.",
        "{path} line {line}: the quotation mark opened here is not closed as it should be, so that the rows after it "
        "might be taken for its text; remove it, or put the whole cell in quotation marks and double those inside.",
    ),
    "error.sheet": ("Lembar {name} tidak ada; yang ada: {names}.", "There is no sheet {name}; there are: {names}."),
    "error.map_no_text": (
        "{path}: [columns] belum menyebut kolom untuk text.",
        "{path}: [columns] does not say which column is the text.",
    ),
    "error.map_value": ("{path}: nilai {name} tidak benar.", "{path}: the value of {name} is not right."),
    "error.map_unknown": (
        "{path}: {name} tidak dikenal; yang dikenal: {names}.",
        "{path}: {name} is unknown; known are: {names}.",
    ),
    "error.map_id": (
        "{path}: id harus ada, paling panjang 60 huruf.",
        "{path}: there has to be an id of at most 60 characters.",
    ),
    "error.map_one_column": ("{path}: {name} hanya bisa satu kolom.", "{path}: {name} can only be one column."),
    "error.map_default": ("{name} dalam peta tidak dapat dipakai.", "{name} of the mapping cannot be used."),
    # What is wrong with a line. The cell itself is never quoted: a report may be passed on.
    "fault.overflow": (
        "lebih banyak sel daripada nama kolom: pemisah di dalam teks tanpa tanda kutip?",
        "more cells than column names: a delimiter inside an unquoted text?",
    ),
    "fault.quote": (
        "tanda kutip di awal sel ditutup sebelum akhirnya: apit seluruh isi sel dan gandakan tanda kutip di dalamnya",
        "a quotation mark at a cell's beginning is closed before its end: quote the whole cell and double those inside",
    ),
    "fault.broken_cell": ("rumus di sel ini rusak", "the formula in this cell is broken"),
    "fault.nul": ("berisi karakter NUL, yang tidak dapat disimpan", "has a NUL in it, which cannot be kept"),
    "fault.no_id": ("penanda baris kosong", "the row's id is empty"),
    "fault.id_twice": ("penanda baris sudah dipakai baris lain", "the row's id is another row's, too"),
    "fault.no_text": ("isi aduan kosong", "the text is empty"),
    "fault.long_text": ("isi lebih dari 10.000 huruf", "the text is longer than 10,000 characters"),
    "fault.long_field": ("lebih dari 200 huruf", "longer than 200 characters"),
    "fault.no_channel": (
        "kanal kosong dan tidak ada defaults.channel",
        "the channel is empty and there is no defaults.channel",
    ),
    "fault.time": ("bukan tanggal yang dikenal", "no date that is understood"),
    "fault.future": ("tanggalnya di masa depan", "the date is in the future"),
    "fault.too_early": ("tanggalnya sebelum tahun 2000", "the date is before the year 2000"),
    "fault.order": ("lebih awal dari kejadian sebelumnya", "earlier than what came before it"),
    "fault.phone": ("bukan nomor telepon", "no telephone number"),
    "fault.flag": ("bukan ya atau tidak", "neither yes nor no"),
    "fault.degrees": ("bukan koordinat", "no coordinate"),
    "fault.channel": (
        "kanal tidak dikenal; tambahkan ke [values.channel]",
        "unknown channel; add it to [values.channel]",
    ),
    "fault.status": ("status tidak dikenal; tambahkan ke [values.status]", "unknown status; add it to [values.status]"),
    "fault.reason": ("alasan tidak dikenal; tambahkan ke [values.reason]", "unknown reason; add it to [values.reason]"),
    "fault.department": (
        "OPD tidak ada di konfigurasi kota; tambahkan ke [values.department]",
        "not a department of the city; add it to [values.department]",
    ),
    "fault.category": (
        "kategori tidak ada di konfigurasi kota; tambahkan ke [values.category]",
        "not a category of the city; add it to [values.category]",
    ),
    "fault.class": (
        "klasifikasi tidak dikenal; tambahkan ke [values.class]",
        "unknown class; add it to [values.class]",
    ),
    "fault.kelurahan": (
        "kelurahan tidak ada di kota ini; tambahkan ke [values.kelurahan]",
        "not a kelurahan of the city; add it to [values.kelurahan]",
    ),
    "fault.no_path": (
        "status ini tidak dapat diimpor; petakan ke status lain",
        "this status cannot be imported; map it to another",
    ),
    "fault.needs_department": ("status ini perlu OPD", "this status needs a department"),
    "fault.needs_response": ("status ini perlu jawaban", "this status needs a response"),
    "fault.needs_reason": ("status ditolak perlu alasan", "a rejection needs a reason"),
    "fault.needs_received_at": ("status ini perlu tanggal masuk", "this status needs the date of receipt"),
    "fault.refused": ("ditolak server: {detail}", "refused by the server: {detail}"),
}
