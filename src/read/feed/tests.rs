//! Feeds of every kind, and of none.

use super::*;

fn all(text: &str) -> Vec<Item> {
    assert!(looks_like(text.as_bytes()), "{text}");
    let entries = entries(text.as_bytes()).expect("a feed");
    entries
        .into_iter()
        .map(|entry| entry.expect("an article"))
        .collect()
}

fn only(text: &str) -> Item {
    let mut all = all(text);
    assert_eq!(all.len(), 1, "{text}");
    all.remove(0)
}

fn rss(item: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
        xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
        xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
        <title>Ostvik &amp; Coast</title><link>https://ostvik.example/</link><atom:link rel="self" href="x"/>
        <language>en</language><image><title>no</title></image>
        <item>{item}</item></channel></rss>"#
    )
}

#[test]
fn rss_with_all_there_is() {
    let item = only(&rss(
        r#"<title>The lamp &amp;amp; its &lt;i&gt;tower&lt;/i&gt;</title><link> https://ostvik.example/1 </link>
        <guid isPermaLink="false">g-1</guid><description>Short.</description><media:title>no</media:title>
        <content:encoded><![CDATA[<p>One.</p><script>no</script><p>Two&nbsp;&amp; three.</p>]]></content:encoded>
        <author>ada@ostvik.example (Ada Lamm)</author><d:creator>Bo Fyr</d:creator><d:creator>Ada Lamm</d:creator>
        <pubDate>Tue, 04 May 2021 10:00:00 +0200</pubDate><d:date>2020-01-01</d:date>
        <atom:updated>2021-05-04T09:00:00Z</atom:updated><source url="https://npa.example/rss">NPA</source>"#,
    ));
    assert_eq!(item.text, "One.\nTwo & three.");
    assert_eq!(item.id.as_deref(), Some("g-1"));
    let meta = item.meta;
    assert_eq!(meta.title.as_deref(), Some("The lamp & its tower"));
    assert_eq!(meta.outlet.as_deref(), Some("Ostvik & Coast"));
    assert_eq!(meta.url.as_deref(), Some("https://ostvik.example/1"));
    assert_eq!(meta.byline.as_deref(), Some("Ada Lamm, Bo Fyr"));
    assert_eq!(meta.source.as_deref(), Some("NPA"));
    assert_eq!(meta.lang.as_deref(), Some("en"));
    assert_eq!(meta.item.unwrap().guid.as_deref(), Some("g-1"));
    let published = meta.published.unwrap();
    assert_eq!(published.raw, "Tue, 04 May 2021 10:00:00 +0200");
    assert_eq!(
        (&*published.basis, published.seconds),
        ("feed", Some(1_620_115_200))
    );
    assert_eq!(
        meta.modified.unwrap().rfc3339().unwrap(),
        "2021-05-04T09:00:00Z"
    );
}

#[test]
fn the_fullest_text_that_is_there() {
    for (item, text) in [
        ("<description>Plain text.</description>", "Plain text."),
        (
            "<description>a\n   wrapped\n   line</description>",
            "a wrapped line",
        ),
        (
            "<description>&lt;p>a&lt;p>b &amp;amp; c</description>",
            "a\nb & c",
        ),
        (
            "<description><p>bare</p><p>tags</p></description>",
            "bare\ntags",
        ),
        (
            "<description>a &#8212; b &eacute;&nbsp;&#146; R&D</description>",
            "a — b é ’ R&D",
        ),
        ("<title>T</title><description> </description>", "T"),
        (
            "<title>T</title><content:encoded/><description>d</description>",
            "d",
        ),
        ("<title>T</title><itunes:summary>s</itunes:summary>", "s"),
        (
            "<title>T</title><media:group><media:description>m</media:description></media:group>",
            "m",
        ),
    ] {
        assert_eq!(only(&rss(item)).text, text, "{item}");
    }
    let fault = Fault::new(ErrorKind::Field, "the entry has no text");
    let nothing = rss("<link>https://ostvik.example/</link>");
    assert_eq!(entries(nothing.as_bytes()), Ok(vec![Err(fault)]));
}

#[test]
fn the_address_of_an_entry() {
    for (links, id, url) in [
        (
            "<guid>https://a.example/1</guid>",
            Some("https://a.example/1"),
            Some("https://a.example/1"),
        ),
        ("<guid>17</guid>", Some("17"), None),
        (
            "<link>https://a.example/2</link>",
            Some("https://a.example/2"),
            Some("https://a.example/2"),
        ),
        (
            "<atom:link rel='enclosure' href='no'/><atom:link href='https://a.example/3'/>",
            Some("https://a.example/3"),
            Some("https://a.example/3"),
        ),
        (
            "<link>https://count.example/</link><feedburner:origLink>https://a.example/4</feedburner:origLink>",
            Some("https://a.example/4"),
            Some("https://a.example/4"),
        ),
        ("", None, None),
    ] {
        let item = only(&rss(&format!("<title>T</title>{links}")));
        assert_eq!(item.id.as_deref(), id, "{links}");
        assert_eq!(item.meta.url.as_deref(), url, "{links}");
    }
}

#[test]
fn older_kinds_of_rss() {
    let item = only(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Ostvik</title><items/></channel>
        <item rdf:about="https://a.example/1"><title>T</title><link>https://a.example/1</link><description>d</description>
        <dc:date>2021-05-04</dc:date><dc:language>nn</dc:language></item></rdf:RDF>"#,
    );
    assert_eq!(item.text, "d");
    assert_eq!(item.id.as_deref(), Some("https://a.example/1"));
    assert_eq!(item.meta.outlet.as_deref(), Some("Ostvik"));
    assert_eq!(item.meta.lang.as_deref(), Some("nn"));
    assert_eq!(
        item.meta.published.unwrap().rfc3339().unwrap(),
        "2021-05-04"
    );
    for version in ["version='0.91'", "version='0.93'", ""] {
        let feed = format!("<rss {version}><channel><item><title>T</title></item></channel></rss>");
        assert_eq!(only(&feed).text, "T");
    }
}

#[test]
fn atom() {
    let feed = |entry: &str| {
        format!(
            r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title type="html">Ostvik &amp;amp; Coast</title>
            <author><name>The desk</name></author>{entry}</feed>"#
        )
    };
    let item = only(&feed(
        r#"<entry xml:lang="nn"><id>tag:1</id><title>T</title><link rel="edit" href="no"/><link href="https://a.example/1"/>
        <author><name>Ada Lamm</name><email>no</email></author><author><name>Bo Fyr</name></author>
        <published>2021-05-04T09:00:00Z</published><updated>2021-05-04T10:00:00Z</updated><summary>short</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One &lt; two.</p><p>Three.</p></div></content>
        <source><title>NPA</title></source></entry>"#,
    ));
    assert_eq!(item.text, "One < two.\nThree.");
    assert_eq!(item.meta.byline.as_deref(), Some("Ada Lamm, Bo Fyr"));
    assert_eq!(item.meta.outlet.as_deref(), Some("Ostvik & Coast"));
    assert_eq!(item.meta.source.as_deref(), Some("NPA"));
    assert_eq!(item.meta.url.as_deref(), Some("https://a.example/1"));
    assert_eq!(item.meta.lang.as_deref(), Some("nn"));
    for (content, text) in [
        ("<content type='html'>&lt;p>a&lt;/p>b</content>", "a\nb"),
        ("<content type='text'>a &lt;b c</content>", "a <b c"),
        ("<content src='x'/><summary>s</summary>", "s"),
        (
            "<content type='image/png'>AAAA</content><summary>s</summary>",
            "s",
        ),
        ("<content><![CDATA[<p>a</p>]]></content>", "a"),
    ] {
        let item = only(&feed(&format!("<entry><title>T</title>{content}</entry>")));
        assert_eq!(item.text, text, "{content}");
        assert_eq!(item.meta.byline.as_deref(), Some("The desk"));
    }
    let prefixed = "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>T</a:title></a:entry></a:feed>";
    assert_eq!(only(prefixed).text, "T");
    assert_eq!(
        only("<feed><entry><title>T</title></entry></feed>").text,
        "T"
    );
    assert_eq!(
        only("<entry xmlns='http://www.w3.org/2005/Atom'><title>T</title></entry>").text,
        "T"
    );
}

#[test]
fn json_feed() {
    let items = all(
        r#"{"version": "https:\/\/jsonfeed.org\/version\/1.1", "title": "Ostvik", "language": "en", "items": [
        {"id": "1", "url": "https://a.example/1", "title": "T &amp; U", "content_html": "<p>One.</p><p>Two.</p>", "summary": "s",
         "content_text": "no", "date_published": "2021-05-04T09:00:00Z", "authors": [{"name": "Ada Lamm"}, {"name": "Bo Fyr"}]},
        {"id": 2, "content_text": "1 < 2", "author": {"name": "Cy Ro"}}]}"#,
    );
    assert_eq!(items[0].text, "One.\nTwo.");
    assert_eq!(items[0].meta.title.as_deref(), Some("T & U"));
    assert_eq!(items[0].meta.byline.as_deref(), Some("Ada Lamm, Bo Fyr"));
    assert_eq!(items[0].meta.outlet.as_deref(), Some("Ostvik"));
    assert_eq!(items[1].text, "1 < 2");
    assert_eq!(items[1].id.as_deref(), Some("2"));
    assert_eq!(items[1].meta.byline.as_deref(), Some("Cy Ro"));
}

#[test]
fn tells_feeds_from_other_files() {
    for (head, is_feed) in [
        (&b"<rss>"[..], true),
        (b"\xEF\xBB\xBF\n<?xml version='1.0'?><?x y?><!-- a > b --><!DOCTYPE rss [<!ENTITY a '>'>]><rss version", true),
        (b"<feed xmlns='http://example.org/cattle'>", false),
        (b"<rdf:RDF xmlns:rdf='x' xmlns:foaf='y'>", false),
        (b"<html><rss>", false),
        (b"<catalog>", false),
        (b"text <rss>", false),
        (b"{\"version\": \"1\", \"title\": \"jsonfeed.org\"}", false),
        (b"[\"version\"]", false),
        (b"<", false),
        (b"<!-- ", false),
        (b"", false),
    ] {
        assert_eq!(looks_like(head), is_feed, "{}", head.escape_ascii());
    }
}

#[test]
fn a_feed_that_breaks_off_keeps_what_came_whole() {
    let whole = rss("<title>T</title>");
    let cut = whole.replace("</channel></rss>", "<item><title>half");
    let found = entries(cut.as_bytes()).unwrap();
    let [Ok(item), Err(fault)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(item.text, "T");
    assert_eq!(
        fault.message,
        "is not well-formed XML: it ends within `<title>`, line 6"
    );
    assert_eq!(
        entries(b"<rss>\n<channel>").unwrap_err().kind,
        ErrorKind::Syntax
    );
    assert_eq!(
        entries(b"{\"version\"").unwrap_err().kind,
        ErrorKind::Syntax
    );
    assert_eq!(entries(b"").unwrap_err().kind, ErrorKind::Syntax);
}

#[test]
fn depths_do_no_harm() {
    let open = "<b>".repeat(100_000);
    let close = "</b>".repeat(100_000);
    let item = only(&rss(&format!("<description>{open}x{close}</description>")));
    assert_eq!(item.text, "x");
    let json = "{\"version\": \"jsonfeed.org\", \"items\": ".to_owned() + &"[".repeat(100_000);
    assert!(entries(json.as_bytes()).is_err());
    let nested = "<rss>".to_owned() + &"<channel><item>".repeat(50_000);
    assert!(entries(nested.as_bytes()).is_err());
}

proptest::proptest! {
    #[test]
    fn never_panics(bytes: Vec<u8>, text in "[<>&;!?/a-c=\"' \\[\\]{}:-]{0,80}") {
        let _ = (looks_like(&bytes), entries(&bytes));
        for start in ["<rss><channel><item>", "<feed><entry>", "<?xml encoding='gbk'?>", "{\"version\":", "<", "<!"] {
            let _ = entries(&[start.as_bytes(), &bytes].concat());
            let bent = format!("{start}{text}");
            let _ = (looks_like(bent.as_bytes()), entries(bent.as_bytes()));
        }
    }
}
