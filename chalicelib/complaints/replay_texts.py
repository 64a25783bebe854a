"""Words for replayed complaints: what people write about, and where. No names, no numbers, nobody's words."""

# How often a category comes, of 1,000: the order of the topics is published for Kediri, the numbers are chosen.
WEIGHTS = {
    "bantuan_sosial": 190,
    "penerangan_jalan": 150,
    "pohon": 110,
    "pendidikan": 90,
    "air_bersih": 80,
    "jalan_rusak": 75,
    "sampah": 65,
    "drainase": 50,
    "kesehatan": 50,
    "kependudukan": 40,
    "lalu_lintas": 30,
    "ketertiban": 30,
    "permintaan_informasi": 15,
    "aspirasi": 10,
    "pasar": 10,
    "parkir": 5,
}

TEXTS = {
    "bantuan_sosial": (
        "Mohon info kenapa bansos bulan ini belum cair di {tempat}, padahal tetangga sudah menerima.",
        "Tolong didata, ada lansia hidup sendirian di {tempat} dan belum pernah dapat bantuan.",
        "Kartu sembako saldo kosong sudah dua bulan, mohon dicek. Lokasi {tempat}.",
    ),
    "penerangan_jalan": (
        "Lampu jalan di {tempat} mati sudah seminggu, kalau malam gelap sekali.",
        "PJU {tempat} padam sejak hujan kemarin, mohon segera diperbaiki.",
        "Minta tambahan lampu jalan di {tempat}, rawan kecelakaan.",
    ),
    "pohon": (
        "Pohon besar di {tempat} sudah lapuk, takut roboh menimpa rumah.",
        "Mohon pemangkasan pohon di {tempat}, rantingnya kena kabel listrik.",
        "Dahan patah menggantung di atas jalan, {tempat}.",
    ),
    "pendidikan": (
        "Mohon penjelasan jadwal pendaftaran sekolah tahun ini untuk warga {tempat}.",
        "Atap ruang kelas SD di {tempat} bocor saat hujan.",
        "Kapan sekolah tatap muka dimulai lagi? Saya warga {tempat}.",
    ),
    "air_bersih": (
        "Air PDAM di {tempat} mati sejak pagi, mohon informasinya.",
        "Air keruh dan berbau di {tempat} sudah tiga hari.",
        "Pipa bocor di {tempat}, airnya mengalir ke jalan.",
    ),
    "jalan_rusak": (
        "Jalan berlubang di {tempat}, sudah ada yang jatuh.",
        "Aspal di {tempat} mengelupas, mohon ditambal.",
        "Paving {tempat} ambles setelah hujan deras.",
    ),
    "sampah": (
        "Sampah di {tempat} belum diangkut empat hari, baunya menyengat.",
        "Ada tumpukan sampah liar di {tempat}, mohon dibersihkan.",
        "Mohon tambahan kontainer sampah untuk {tempat}.",
    ),
    "drainase": (
        "Selokan di {tempat} mampet, setiap hujan meluap ke rumah warga.",
        "Gorong-gorong {tempat} tersumbat, mohon dikeruk.",
    ),
    "kesehatan": (
        "Di mana bisa vaksin dosis kedua yang dekat dengan {tempat}?",
        "Mohon penyemprotan disinfektan di {tempat}.",
        "Antrean puskesmas dekat {tempat} terlalu lama, mohon ditambah petugas.",
    ),
    "kependudukan": (
        "Pengurusan KTP sudah sebulan belum jadi, saya warga {tempat}.",
        "Bagaimana cara mengurus kartu keluarga secara daring? Warga {tempat}.",
    ),
    "lalu_lintas": (
        "Lampu merah di {tempat} mati, lalu lintas semrawut.",
        "Truk besar lewat {tempat} siang malam, mohon ditertibkan.",
    ),
    "ketertiban": (
        "Ada kerumunan dan musik keras sampai larut malam di {tempat}.",
        "Pedagang menutup trotoar di {tempat}, mohon ditertibkan.",
    ),
    "permintaan_informasi": (
        "Mohon informasi jam layanan kantor kelurahan untuk warga {tempat}.",
        "Syarat surat keterangan domisili apa saja? Saya tinggal di {tempat}.",
    ),
    "aspirasi": (
        "Usul taman bermain anak di {tempat}.",
        "Usul jalur sepeda lewat {tempat}.",
    ),
    "pasar": ("Los pasar di {tempat} bocor, pedagang basah semua.",),
    "parkir": ("Juru parkir di {tempat} menarik lebih dari karcis.",),
}

PLACES = (
    "gang sebelah balai RW, {kelurahan}",
    "depan masjid, {kelurahan}",
    "dekat jembatan, {kelurahan}",
    "jalan masuk perumahan, {kelurahan}",
    "perempatan dekat pasar, {kelurahan}",
    "samping lapangan, {kelurahan}",
    "belakang SD negeri, {kelurahan}",
    "kelurahan {kelurahan}",
)

ANSWERS = (
    "Terima kasih atas laporannya. Petugas sudah ke lokasi dan pekerjaan selesai.",
    "Sudah dicek di lapangan dan ditangani. Silakan hubungi kami bila masih ada kendala.",
    "Laporan sudah ditindaklanjuti sesuai ketentuan; penjelasannya kami sampaikan kepada pelapor.",
)
