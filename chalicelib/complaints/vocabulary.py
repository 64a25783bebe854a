"""What people write instead of the word: short forms, slang, Javanese of the Kediri and Madiun side.

Tables only; words.py reads them. On the left the word, on the right the spellings that mean it. A missing spelling is
added here; a missing subject is a keyword in the city's file.
"""

# Said in passing, in any kind of message: they say nothing about its subject.
_STOP = """
    ada adalah adik admin agar aja akan aku anda apa apakah apalagi assalamualaikum atas atau bahwa bang banget
    bapak baru bawah beberapa begitu belum bersama besar biar bisa boleh bu buat bukan bulan cuma dalam dan dari
    daripada datang deh dek dengan depan di dia dong dua dulu guna habis hai hal halo hanya hari harus hi hingga
    ibu ini itu iya jadi jam jangan jika juga kakak kalau kami kamu karena ke kecamatan kediri kelurahan kemarin
    kenapa kepada kita kok kota lagi lah lain lalu lama lebih lewat maaf madiun maka malam mana mas masih mau
    mbak mereka min minggu mohon mungkin nah nanti nih nya oleh orang pada padahal pagi pak para pemkot per
    pernah pun punya rata rt rw saat saja salam sama sampai sangat satu saya sebelah sebelum sejak sekali
    sekarang sekitar selalu selamat semua seperti sering setelah setiap siang sini sis sore suatu sudah supaya
    tadi tahun tanpa tapi telah tempat tentang terlalu terus tetap tetapi tiap tidak tiga tolong tuh untuk waktu
    wali warga ya yaitu yang yth
"""
STOP = frozenset(_STOP.split())

SPELLINGS = {
    # function words, so that they are known for what they are
    "tidak": "tdk gak ga gk ngga nggak ndak nda engga enggak kagak ora ra mboten gausah",
    "tidak bisa": "gabisa gbs",
    "sudah": "sdh udah udh dah wis wes mpun sampun",
    "belum": "blm blum sblm durung dereng",
    "yang": "yg yng sing ingkang",
    "dengan": "dgn dg karo kaleh",
    "di": "nang neng ning ing teng",
    "ada": "ono ana enten wonten",
    "mau": "arep badhe bade pengen pingin pgn gelem",
    "minta": "mnt njaluk jaluk dijaluki nyuwun mintain",
    "tolong": "tlg tlng tulung tlong",
    "mohon": "mhn mhon monggo",
    "banyak": "bnyk byk akeh",
    "bisa": "bs iso saget",
    "tapi": "tp tpi",
    "terus": "trs trus",
    "karena": "krn krna soale soalnya",
    "kalau": "klo kl kalo nek yen",
    "kenapa": "knp knapa ngopo",
    "bagaimana": "gmn gmana gimana bgmn bgmana piye pripun",
    "dimana": "dmn ngendi nengdi pundi",
    "berapa": "brp piro pira pinten",
    "sampai": "nganti ngantos",
    "untuk": "utk tuk kanggo",
    "dari": "dr dri saka",
    "pada": "pd podo",
    "dalam": "dlm jero",
    "sama": "sm ama",
    "buka": "bukak",
    "waktu": "wkt pas",
    "seperti": "kaya kayak kyk koyo spt sprti",
    "setiap": "tiap saben",
    "semua": "kabeh sedoyo",
    "masih": "msh isih",
    "saja": "aja doang wae",
    "sekarang": "skrg skr saiki",
    "kemarin": "kmrn wingi",
    "lama": "suwe lawas",
    "saya": "sy aq ane kulo awakku",
    "orang": "org wong",
    "hari": "dino dinten",
    "malam": "malem mlm bengi dalu",
    "pagi": "isuk enjing",
    "bulan": "bln sasi wulan",
    "tahun": "thn taun",
    "dekat": "dkt dket deket cedak cedhak",
    "depan": "dpn ngarep ngajeng",
    "belakang": "blkg mburi",
    "tempat": "tmpt nggon panggon",
    "besar": "bsr gedhe gede",
    "kecil": "cilik",
    "dapat": "dpt dapet olih entuk",
    "jadi": "jdi dadi",
    "ribu": "rb ewu",
    "buat": "gawe nggawe",
    "sendiri": "dewe dhewe",
    # places and things
    "jalan": "jl jln jlan dalan ndalan",
    "gang": "gg",
    "kelurahan": "kel klurahan",
    "kecamatan": "kec",
    "rumah": "rmh omah griya",
    "sekolah": "sklh skolah sekolahan",
    "kepala sekolah": "kepsek",
    "rumah sakit": "rs",
    "igd": "ugd",
    "puskesmas": "pkm puskemas",
    "perumahan": "perum prmhn",
    "perpustakaan": "perpus perpusda",
    "pondok pesantren": "ponpes",
    "kost": "kos kosan",
    "kafe": "cafe",
    "toilet": "wc mck jamban",
    "sungai": "bengawan",
    "warung": "wrg",
    "tetangga": "tonggo tanggaku",
    "anak": "bocah bocil lare cah",
    "suami": "bojo",
    "kambing": "embek wedhus wedus",
    "pohon": "wit uwit witan",
    "daun": "godong",
    "rumput": "suket",
    "ikan": "iwak",
    "nyamuk": "lemut",
    "ular": "ulo",
    "api": "geni",
    "air": "banyu toya aer ledeng",
    "hujan": "ujan udan",
    "lumpur": "endapan",
    "sampah": "smpah smph resek rosokan",
    "lampu": "lmpu bohlam",
    "lampu merah": "bangjo trafficlight apill apil",
    "bus": "bis",
    "ambulans": "ambulan ambulance",
    "dbd": "db",
    "tukang parkir": "jukir",
    "pegawai": "pegawe",
    "pegawai kelurahan": "pamong",
    "pedagang": "bakul",
    "minyak": "lengo lenga",
    "elpiji": "lpg melon",
    "harga": "hrg rego rega regane",
    "uang": "duit duwit dwit artos",
    "gaji": "gajih bayaran",
    "pajak": "pajek",
    "perempatan": "prapatan prempatan",
    "trotoar": "trotoir troatoar",
    "paving": "pafing pavling",
    "lubang": "lobang",
    "keran": "kran",
    "informasi": "info infonya",
    "website": "web",
    "media sosial": "medsos",
    "nomor": "no nmr nomer",
    "telepon": "tlp telp telpon telfon ditelpon",
    "handphone": "hp",
    "kadaluarsa": "expired kadaluwarsa kedaluwarsa exp",
    "hoaks": "hoax",
    "izin": "ijin idin",
    "akta": "akte",
    "ktp": "ektp",
    "anak jalanan": "anjal",
    "provider": "isp",
    "kecelakaan": "laka",
    # what is wrong with them
    "rusak": "rsk",
    "hancur": "ajur remuk",
    "bolong": "growong",
    "gelap": "peteng petengan",
    "bau": "mambu ambu",
    "kotor": "reget jorok",
    "kering": "asat garing",
    "mahal": "larang",
    "naik": "mundak munggah",
    "hilang": "ilang kelangan",
    "hidup": "idup urip",
    "putus": "pedot pedhot",
    "penuh": "kebak pnh",
    "kebakaran": "kobong kobongan kebakar",
    "kedip": "kedap byarpet",
    "meledak": "meleduk mbledos mbleduk njeblug",
    "roboh": "rubuh",
    "sakit": "loro lara",
    "tidur": "turu tilem",
    "jatuh": "tibo",
    "takut": "wedi",
    "sulit": "angel susah",
    "baru": "anyar br",
    "tinggi": "dhuwur duwur",
    "alir": "mili ngocor",
    "luap": "mbludak mblubud luber",
    "perbaiki": "dandani didandani ndandani benerin dibenerin betulin",
    "pukul": "gebug gebugi nggebugi digebugi",
    "keras": "banter",
    "merah": "abang",
    "beli": "tuku",
    "jual": "adol",
    "pulang": "mulih",
    "kirim": "ngirim",
    "antri": "antre antrean ngantri",
    "bahaya": "bhy",
    "cepat": "cpt cepet ndang",
    "masuk": "msk mlebu",
    "bayar": "byr",
    "masalah": "mslh",
    "tanya": "tanglet takon nanya",
    "terima kasih": "makasih mksh trims trimakasih thanks suwun nuwun maturnuwun",
}

# What the stemmer leaves where it cannot know better -> the root. (After meng- a vowel may have lost its k.)
ROOTS = {
    "eruk": "keruk",
    "elola": "kelola",
    "irim": "kirim",
    "sebrang": "seberang",
}

# Words that keep their own stem, since their root means another matter: who puts out a fire (pemadam) is not what went
# out (padam), what is burnt on purpose (bakar sampah, ayam bakar) is no fire, a drought no dry tap, and nobody who asks
# (memohon) a tree.
WHOLE = {
    "pemadam": "pemadam",
    "kebakaran": "kebakaran",
    "terbakar": "kebakaran",
    "kekeringan": "kekeringan",
    "mengular": "mengular",
    "memohon": "mohon",
    "pemohon": "mohon",
}

# Spelt right, though one letter away from a word of an emergency: tambang is no misspelt tumbang.
_RIGHT = """
    beling damar evaluasi gemap gempal gempar jeblok kenang kencan kencana kencing kentang penumpang puing tambang
    tanggal tangguh tembak tumpang tunggul
"""
RIGHT = frozenset(_RIGHT.split())
