//! Names of months and weekdays in the languages that news is written in.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// Months by their number, full and as abbreviated, lower case without a full stop.
#[rustfmt::skip]
const MONTHS: [&[&str]; 13] = [
    // Of other calendars, or of different months in different languages
    &[
        "listopada", "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
        "اسفند", "كانون", "تشرين", "वैशाख", "जेठ", "असार", "साउन", "भदौ", "असोज", "कात्तिक", "मंसिर", "पुस", "माघ",
        "फागुन", "चैत",
    ],
    // January
    &[
        "january", "jan", "enero", "ene", "janeiro", "janvier", "janv", "gennaio", "gen", "ianuarie", "ian", "januar",
        "jänner", "jän", "januari", "января", "янв", "січня", "януари", "stycznia", "ledna", "januára", "siječnja",
        "január", "ocak", "ιανουαρίου", "januara", "januarja", "sausio", "janvāris", "jaanuar", "tammikuuta", "janar",
        "yanvar", "gener", "қаңтар", "հունվարի", "იანვარი", "ינואר", "בינואר", "জানুয়ারি", "جنوری", "يناير", "जनवरी",
        "มกราคม", "ม.ค", "ஜனவரி",
    ],
    // February
    &[
        "february", "feb", "febrero", "fevereiro", "fev", "février", "févr", "fevrier", "febbraio", "februarie",
        "februar", "feber", "februari", "февраля", "фев", "лютого", "февруари", "lutego", "února", "februára", "veljače",
        "február", "şubat", "φεβρουαρίου", "februara", "februarja", "vasario", "februāris", "veebruar", "helmikuuta",
        "shkurt", "fevral", "febrer", "ақпан", "փետրվարի", "თებერვალი", "פברואר", "בפברואר", "ফেব্রুয়ারি", "فروری",
        "فبراير", "شباط", "फरवरी", "กุมภาพันธ์", "ก.พ",
    ],
    // March
    &[
        "march", "mar", "marzo", "março", "mars", "martie", "märz", "maerz", "mrz", "maart", "mrt", "marts", "марта",
        "мар", "березня", "март", "marca", "března", "ožujka", "március", "mart", "μαρτίου", "marta", "kovo", "märts",
        "maaliskuuta", "març", "наурыз", "մարտի", "მარტი", "מרץ", "במרץ", "মার্চ", "مارچ", "مارس", "آذار", "मार्च",
        "มีนาคม", "มี.ค", "mac", "maret",
    ],
    // April
    &[
        "april", "apr", "abril", "abr", "avril", "avr", "aprile", "aprilie", "апреля", "апр", "квітня", "април",
        "kwietnia", "dubna", "apríla", "travnja", "április", "nisan", "απριλίου", "aprila", "balandžio", "aprīlis",
        "aprill", "huhtikuuta", "prill", "aprel", "сәуір", "ապրիլի", "აპრილი", "אפריל", "এপ্রিল", "اپریل", "أبريل",
        "نيسان", "ابريل", "إبريل", "अप्रैल", "เมษายน", "เม.ย",
    ],
    // May
    &[
        "may", "mayo", "maio", "mai", "maggio", "mag", "mei", "мая", "май", "травня", "maja", "května", "mája",
        "svibnja", "május", "mayıs", "μαΐου", "gegužės", "maijs", "toukokuuta", "maj", "maig", "мамыр", "մայիսի",
        "მაისი", "מאי", "মে", "مئی", "مايو", "أيار", "मई", "พฤษภาคม", "พ.ค",
    ],
    // June
    &[
        "june", "jun", "junio", "junho", "juin", "giugno", "giu", "iunie", "iun", "juni", "июня", "июн", "червня", "юни",
        "czerwca", "června", "júna", "lipnja", "június", "haziran", "ιουνίου", "juna", "junija", "birželio", "jūnijs",
        "juuni", "kesäkuuta", "qershor", "iyun", "juny", "маусым", "հունիսի", "ივნისი", "יוני", "জুন", "جون", "يونيو",
        "حزيران", "जून", "มิถุนายน", "มิ.ย",
    ],
    // July
    &[
        "july", "jul", "julio", "julho", "juillet", "juil", "luglio", "lug", "iulie", "iul", "juli", "июля", "июл",
        "липня", "юли", "lipca", "července", "júla", "srpnja", "július", "temmuz", "ιουλίου", "jula", "julija", "liepos",
        "jūlijs", "juuli", "heinäkuuta", "korrik", "iyul", "juliol", "шілде", "հուլիսի", "ივლისი", "יולי", "জুলাই",
        "جولائی", "يوليو", "تموز", "जुलाई", "กรกฎาคม", "ก.ค",
    ],
    // August
    &[
        "august", "avg", "aug", "agosto", "ago", "août", "aout", "augustus", "augusti", "августа", "авг", "серпня", "август",
        "sierpnia", "srpna", "augusta", "kolovoza", "augusztus", "ağustos", "αυγούστου", "avgusta", "rugpjūčio",
        "augusts", "elokuuta", "gusht", "avqust", "agost", "тамыз", "օգոստոսի", "აგვისტო", "אוגוסט", "আগস্ট", "اگست",
        "أغسطس", "آب", "اغسطس", "अगस्त", "สิงหาคม", "ส.ค", "ogos", "agustus", "agu",
    ],
    // September
    &[
        "september", "sep", "sept", "septiembre", "setiembre", "set", "setembro", "septembre", "settembre", "septembrie",
        "сентября", "сен", "сент", "вересня", "септември", "września", "září", "septembra", "rujna", "szeptember",
        "eylül", "σεπτεμβρίου", "rugsėjo", "septembris", "syyskuuta", "shtator", "sentyabr", "setembre", "қыркүйек",
        "սեպտեմբերի", "სექტემბერი", "ספטמבר", "সেপ্টেম্বর", "ستمبر", "سبتمبر", "أيلول", "सितंबर", "सितम्बर", "กันยายน",
        "ก.ย",
    ],
    // October
    &[
        "october", "oct", "octubre", "outubro", "out", "octobre", "ottobre", "ott", "octombrie", "oktober", "okt",
        "октября", "окт", "жовтня", "октомври", "października", "října", "októbra", "október", "ekim", "οκτωβρίου",
        "oktobra", "spalio", "oktobris", "oktoober", "lokakuuta", "tetor", "oktyabr", "қазан", "հոկտեմբերի", "ოქტომბერი",
        "אוקטובר", "অক্টোবর", "اکتوبر", "أكتوبر", "اكتوبر", "अक्टूबर", "अक्तूबर", "ตุลาคม", "ต.ค",
    ],
    // November
    &[
        "november", "nov", "noviembre", "novembro", "novembre", "noiembrie", "noi", "ноября", "ноя", "листопада",
        "ноември", "listopadu", "novembra", "studenoga", "kasım", "νοεμβρίου", "lapkričio", "novembris", "marraskuuta",
        "nëntor", "noyabr", "қараша", "նոյեմբերի", "ნოემბერი", "נובמבר", "בנובמבר", "নভেম্বর", "نومبر", "نوفمبر",
        "नवंबर", "नवम्बर", "พฤศจิกายน", "พ.ย", "நவம்பர்", "నవంబర్", "നവംബർ",
    ],
    // December
    &[
        "december", "dec", "diciembre", "dic", "dezembro", "dez", "décembre", "déc", "decembre", "dicembre", "decembrie",
        "dezember", "desember", "декабря", "дек", "грудня", "декември", "grudnia", "prosince", "decembra", "prosinca",
        "aralık", "δεκεμβρίου", "gruodžio", "decembris", "detsember", "joulukuuta", "dhjetor", "dekabr", "desembre",
        "желтоқсан", "դեկտեմբերի", "დეკემბერი", "דצמבר", "ডিসেম্বর", "دسمبر", "ديسمبر", "दिसंबर", "दिसम्बर", "ธันวาคม",
        "ธ.ค", "disember", "des",
    ],
];

#[rustfmt::skip]
const WEEKDAYS: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu",
    "thur", "thurs", "fri", "sat", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "lundi", "mardi",
    "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonntag", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "segunda",
    "terça", "quarta", "quinta", "sexta", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота",
    "воскресенье",
];

static MONTH_NUMBERS: LazyLock<FxHashMap<&str, u8>> = LazyLock::new(|| {
    let numbered = MONTHS.iter().zip(0u8..);
    numbered
        .flat_map(|(names, number)| names.iter().map(move |n| (*n, number)))
        .collect()
});

static WEEKDAY_NAMES: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| WEEKDAYS.iter().copied().collect());

/// Whether a word in lower case is a month.
pub(crate) fn is_month(word: &str) -> bool {
    MONTH_NUMBERS.contains_key(word)
}

/// The number of a month in lower case, 1 to 12; none where its name tells no month of our calendar.
pub(crate) fn month_number(word: &str) -> Option<u8> {
    MONTH_NUMBERS.get(word).copied().filter(|n| *n > 0)
}

/// Whether a word in lower case is a month with one letter wrong: telex and scanners drop and swap letters. Only where a day
/// stands beside it.
pub(crate) fn is_nearly_month(word: &str) -> bool {
    const LETTERS: std::ops::RangeInclusive<usize> = 4..=10;
    LETTERS.contains(&word.chars().count())
        && MONTHS[1..]
            .iter()
            .filter_map(|names| names.first())
            .any(|m| m.len() >= 5 && strsim::osa_distance(m, word) == 1)
}

/// Whether a word in lower case is a day of the week.
pub(crate) fn is_weekday(word: &str) -> bool {
    WEEKDAY_NAMES.contains(word)
}
