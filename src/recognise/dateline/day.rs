//! The day that a dateline names. It seldom prints the year; that is taken from the time of publication and from nowhere else.

use crate::calendar;

/// The day of a date as printed, as year, month and day. `published` is the year and month of publication, where that is known:
/// of the years in which the date would lie near it, the nearest is meant. None where the month or the year is not told.
#[must_use]
pub fn day_of(date: &str, published: Option<(i16, i8)>) -> Option<(i16, i8, i8)> {
    let mut month: Option<i8> = None;
    let mut numbers: Vec<u16> = Vec::new();
    for word in date
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .take(8)
    {
        let lower = word.trim_matches('.').to_lowercase();
        if let Some(n) = calendar::month_number(&lower) {
            month = Some(n as i8);
            continue;
        }
        // `11月4日`, `12.03.2031`
        numbers.extend(
            word.split(|c: char| !c.is_ascii_digit())
                .filter(|d| !d.is_empty())
                .filter_map(|d| d.parse::<u16>().ok()),
        );
    }
    let is_year = |n: &u16| (1800..2200).contains(n);
    let mut year = numbers.iter().copied().find(is_year).map(|y| y as i16);
    let first_is_year = numbers.first().is_some_and(is_year);
    numbers.retain(|n| !is_year(n));
    let (month, day) = match (month, &numbers[..]) {
        (Some(m), [d, ..]) => (m, *d),
        (None, [m, d]) if first_is_year || date.contains('月') || date.contains('월') => {
            (*m as i8, *d)
        }
        (None, [d, m, ..]) => (*m as i8, *d),
        _ => return None,
    };
    // `12.03.31`
    if let (None, [_, _, short]) = (year, &numbers[..])
        && *short < 100
        && let Some((y, _)) = published
    {
        year = Some(y - y % 100 + *short as i16);
    }
    let year = match (year, published) {
        (Some(y), _) => y,
        // A date of December in January is of the year before; one of January in December of the year to come.
        (None, Some((y, m))) if month - m > 6 => y - 1,
        (None, Some((y, m))) if m - month > 6 => y + 1,
        (None, Some((y, _))) => y,
        (None, None) => return None,
    };
    let valid = jiff::civil::Date::new(year, month, i8::try_from(day).ok()?).is_ok();
    valid.then_some((year, month, day as i8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_printed_or_that_of_publication() {
        let cases = [
            ("Sep 27", Some((2018, 9)), Some((2018, 9, 27))),
            ("Nov. 4, 2031", None, Some((2031, 11, 4))),
            ("Nov. 4", None, None),
            ("12 mar", Some((2019, 3)), Some((2019, 3, 12))),
            ("5 октября", Some((2031, 10)), Some((2031, 10, 5))),
            ("11月4日", Some((2031, 11)), Some((2031, 11, 4))),
            ("12.03.2031", None, Some((2031, 3, 12))),
            ("12.03.31", Some((2031, 3)), Some((2031, 3, 12))),
            ("2031-03-12", None, Some((2031, 3, 12))),
            ("Dec. 30", Some((2032, 1)), Some((2031, 12, 30))),
            ("Jan. 2", Some((2031, 12)), Some((2032, 1, 2))),
            ("Feb 30", Some((2031, 2)), None),
            ("14", Some((2031, 2)), None),
            ("Monday", Some((2031, 2)), None),
            ("3 août 1914", None, Some((1914, 8, 3))),
        ];
        for (date, published, day) in cases {
            assert_eq!(day_of(date, published), day, "{date}");
        }
    }
}
