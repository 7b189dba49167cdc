//! Items of every format, and of none.

use super::*;
use crate::read::item::Item;

fn all(bytes: &[u8]) -> Vec<Item> {
    let entries = entries(bytes).expect("an item");
    entries
        .into_iter()
        .map(|entry| entry.expect("an article"))
        .collect()
}

fn only(bytes: &[u8]) -> Item {
    let mut all = all(bytes);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn seen(item: &Item) -> [Option<&str>; 8] {
    let meta = &item.meta;
    let own = meta.item.as_deref().expect("what it says of itself");
    [
        meta.title.as_deref(),
        meta.byline.as_deref(),
        meta.source.as_deref(),
        meta.lang.as_deref(),
        own.guid.as_deref(),
        own.version.as_deref(),
        own.slug.as_deref(),
        own.provider.as_deref(),
    ]
}

fn day(moment: Option<&Moment>) -> Option<String> {
    assert!(moment.is_none_or(|moment| moment.basis == "wire"));
    moment?.rfc3339()
}

fn newsml(class: &str, content: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>x</sent></header>
        <itemSet><packageItem guid="p" version="1"><groupSet/></packageItem>
        <newsItem guid="urn:x:lamp" version="3" xml:lang="en"><itemMeta><itemClass qcode="ninat:{class}"/>
        <provider qcode="nprov:NPA"><name>Northern Press Agency</name></provider>
        <versionCreated>2021-05-04T10:00:00Z</versionCreated><firstCreated>2021-05-04T09:00:00Z</firstCreated>
        <embargoed>2021-05-05T00:00:00Z</embargoed></itemMeta>
        <contentMeta><by>Ada Lamm</by><creditline>NPA –</creditline><slugline>LAMP-Tower</slugline>
        <headline role="hld:subHeadline">Below</headline><headline>The lamp
        is lit</headline><dateline>OSTVIK, May 4 (NPA) -</dateline><language tag="en-GB"/></contentMeta>
        <contentSet>{content}</contentSet></newsItem></itemSet></newsMessage>"#
    )
}

#[test]
fn newsml_g2_in_each_of_its_ways() {
    let text = "OSTVIK, May 4 (NPA) - One.\nTwo & three.";
    for content in [
        r#"<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>no</title>
            </head><body><header><h1>no</h1></header><p>One.</p><p>Two &amp; <b>three</b>.</p></body></html></inlineXML>"#,
        r#"<inlineXML><nitf><body><body.head><hedline><hl1>no</hl1></hedline></body.head><body.content><block><p>One.</p>
            </block><media><media-caption>no</media-caption></media><p>Two &amp; three.</p></body.content></body></nitf></inlineXML>"#,
        r#"<remoteContent href="x"/><inlineData contenttype="text/plain">One.

            Two &amp; three.</inlineData>"#,
        r#"<inlineData contenttype="text/html">&lt;p>One.&lt;/p>&lt;p>Two &amp;amp; three.&lt;/p></inlineData>"#,
        "<inlineXML><html><body><p>One.\n    Two &amp;\nthree.</p></body></html></inlineXML>",
    ] {
        let item = only(newsml("text", content).as_bytes());
        assert_eq!(item.text, text, "{content}");
        assert_eq!(
            seen(&item),
            [
                Some("The lamp is lit"),
                Some("Ada Lamm"),
                Some("NPA"),
                Some("en-GB"),
                Some("urn:x:lamp"),
                Some("3"),
                Some("LAMP-Tower"),
                Some("Northern Press Agency"),
            ]
        );
        assert_eq!(item.id.as_deref(), Some("urn:x:lamp:3"));
        let meta = &item.meta;
        assert_eq!(
            day(meta.published.as_ref()).unwrap(),
            "2021-05-04T09:00:00Z"
        );
        assert_eq!(day(meta.modified.as_ref()).unwrap(), "2021-05-04T10:00:00Z");
        let embargo = meta.item.as_ref().unwrap().embargo.as_ref();
        assert_eq!(day(embargo).unwrap(), "2021-05-05T00:00:00Z");
    }
}

#[test]
fn pictures_are_no_articles_and_texts_without_text_an_error() {
    let picture = r#"<remoteContent href="lamp.jpg"/><inlineData encoding="b64">AAAA</inlineData>"#;
    assert_eq!(entries(newsml("picture", picture).as_bytes()), Ok(vec![]));
    let found = entries(newsml("text", picture).as_bytes()).unwrap();
    let fault = Fault::new(ErrorKind::Field, "the item has no text");
    assert_eq!(found, [Err(fault)]);
    let package = b"<packageItem guid='p'><itemMeta/></packageItem>";
    assert_eq!(entries(package), Ok(vec![]));
}

#[test]
fn newsml_1_with_parts_of_a_story() {
    let item = only(
        r#"<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE NewsML SYSTEM "http://x/newsml.dtd"><NewsML><NewsItem>
        <Identification><NewsIdentifier><ProviderId>npa.example</ProviderId><RevisionId>2</RevisionId>
        <PublicIdentifier>urn:newsml:npa:7:2</PublicIdentifier></NewsIdentifier></Identification>
        <NewsManagement><FirstCreated>20210504T090000Z</FirstCreated></NewsManagement>
        <NewsComponent><NewsLines><HeadLine>Lit</HeadLine><ByLine>Ada Lamm</ByLine><DateLine>4/5/2021</DateLine>
        <SlugLine>lamp</SlugLine></NewsLines><AdministrativeMetadata><Provider><Party FormalName="NPA"/></Provider>
        </AdministrativeMetadata><DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata>
        <NewsComponent><ContentItem><MediaType FormalName="Photo"/><DataContent>no</DataContent></ContentItem>
        <ContentItem><MediaType FormalName="Text"/><DataContent><p>One.</p><p>Two.</p></DataContent></ContentItem>
        <ContentItem><DataContent><![CDATA[<p>Three.</p>]]></DataContent></ContentItem></NewsComponent></NewsComponent>
        </NewsItem></NewsML>"#
            .as_bytes(),
    );
    assert_eq!(item.text, "One.\nTwo.\nThree.");
    assert_eq!(
        seen(&item),
        [
            Some("Lit"),
            Some("Ada Lamm"),
            Some("NPA"),
            Some("en"),
            Some("urn:newsml:npa:7"),
            Some("2"),
            Some("lamp"),
            Some("NPA"),
        ]
    );
}

fn nitf(head: &str, above: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf baselang='en'><head><title>slug</title><docdata>{head}</docdata></head><body>\
         <body.head><hedline><hl1>Lit</hl1><hl2>no</hl2></hedline>{above}</body.head><body.content>{body}</body.content>\
         </body></nitf>"
    )
}

#[test]
fn nitf_with_its_head() {
    let head = "<doc-id id-string='n1' regsrc='npa'/><date.issue norm='20210504T090000Z'/>\
        <date.release norm='20210504T120000Z'/><doc.copyright holder='NPA Ltd'/><du-key key='lamp' version='4'/>";
    let above = "<byline>By <person>Ada Lamm</person><byttl>NPA Staff</byttl></byline><distributor>NPA</distributor>\
        <dateline><location><city>Ostvik</city><country>Norland</country></location><story.date norm='x'/></dateline>";
    let body = "<hl2>Inside</hl2><p>It is <org>the lamp</org>.</p><table><tr><td>1</td><td>2</td></tr></table>";
    let item = only(nitf(head, above, body).as_bytes());
    assert_eq!(item.text, "Ostvik, Norland - Inside\nIt is the lamp.\n1 2");
    assert_eq!(
        seen(&item),
        [
            Some("Lit"),
            Some("By Ada Lamm, NPA Staff"),
            Some("NPA"),
            Some("en"),
            Some("n1"),
            Some("4"),
            Some("lamp"),
            Some("NPA"),
        ]
    );
    let own = item.meta.item.as_ref().unwrap();
    assert_eq!(day(own.embargo.as_ref()).unwrap(), "2021-05-04T12:00:00Z");
    for (head, provider) in [
        ("<doc.copyright holder='NPA Ltd'/>", Some("NPA Ltd")),
        ("<doc-id regsrc='npa'/>", Some("npa")),
        ("<del-list><from-src src-name='PN'/></del-list>", Some("PN")),
        ("", None),
    ] {
        let item = only(nitf(head, "", "<p>x</p>").as_bytes());
        assert_eq!(item.meta.source.as_deref(), provider, "{head}");
    }
}

#[test]
fn a_dateline_stands_there_once() {
    for (dateline, text, whole) in [
        ("OSTVIK (NPA) -", "It is lit.", "OSTVIK (NPA) - It is lit."),
        ("Ostvik", "It is lit.", "Ostvik - It is lit."),
        (
            "OSTVIK May 4 NPA -",
            "It is lit.",
            "OSTVIK May 4 NPA - It is lit.",
        ),
        (
            "Ostvik",
            "OSTVIK (NPA) - It is lit.",
            "OSTVIK (NPA) - It is lit.",
        ),
        (
            "OSTVIK, 04 MAI -",
            "(NPA) Ostvik, 4 mai - Lit.",
            "(NPA) Ostvik, 4 mai - Lit.",
        ),
        ("2021-05-04 13:00 GMT", "It is lit.", "It is lit."),
        ("May 4, 2021", "It is lit.", "It is lit."),
        ("4/5/2021", "It is lit.", "It is lit."),
    ] {
        assert_eq!(
            with_dateline(dateline, text.to_owned()),
            whole,
            "{dateline}"
        );
    }
}

#[test]
fn ninjs_alone_in_lists_and_in_envelopes() {
    let item = r#"{"uri": "n:1", "version": 2, "type": "text", "pubstatus": "usable", "headline": "Lit", "byline": "Ada Lamm",
        "versioncreated": "2021-05-04T10:00:00Z", "firstcreated": "2021-05-04T09:00:00Z", "language": "en", "slugline": "lamp",
        "copyrightholder": "NPA Ltd", "source": "NPA", "embargoed": "2021-05-05T00:00:00Z",
        "body_html": "<p>One.</p><p>Two &amp; three.</p>", "associations": {"main": {"type": "picture"}}}"#;
    let picture =
        r#"{"type": "picture", "headline": "no", "pubstatus": "usable", "body_text": "no"}"#;
    for file in [
        item.to_owned(),
        format!("\u{feff}[{item}, {picture}]"),
        format!("{item}\n{picture}\n"),
        format!(
            r#"{{"data": {{"items": [{{"meta": {{}}, "item": {item}}}, {{"item": {picture}}}]}}}}"#
        ),
        format!(r#"{{"total": 1, "item": [{item}]}}"#),
    ] {
        let found = only(file.as_bytes());
        assert_eq!(found.text, "One.\nTwo & three.");
        assert_eq!(
            seen(&found),
            [
                Some("Lit"),
                Some("Ada Lamm"),
                Some("NPA"),
                Some("en"),
                Some("n:1"),
                Some("2"),
                Some("lamp"),
                Some("NPA Ltd"),
            ]
        );
        assert!(found.meta.item.unwrap().embargo.is_some());
    }
    let second = r#"{"uri": "n:2", "versionCreated": "2021-05-04T10:00:00Z", "headlines": [{"role": "short", "value": "no"},
        {"role": "main", "value": "Lit"}], "bodies": [{"contentType": "text/plain", "value": "One.\nTwo."}], "by": "Ada Lamm"}"#;
    let found = only(second.as_bytes());
    assert_eq!(found.text, "One. Two.");
    assert_eq!(found.meta.title.as_deref(), Some("Lit"));
    let bare = r#"{"type": "text", "headline": "Lit", "pubstatus": "usable", "firstcreated": "x"}"#;
    let fault = Fault::new(ErrorKind::Field, "the item has no text");
    assert_eq!(entries(bare.as_bytes()), Ok(vec![Err(fault)]));
}

const ANPA: &[u8] = b"\x16\x16\x01B0007\x1f_test\r\nr a\x13\x11 BC-NO--Lamp 1stLd-Writethru   05-04 0123\r\n\x02^BC-NO--Lamp \
    Tower, 1st Ld-Writethru,123<\r\n^The lamp is lit<\r\n^Eds: With photos.<\r\n^By ADA LAMM=\r\n^Associated Press=\r\n\
    \t   OSTVIK (NPA) _ It was ``lit'' on\r\nTuesday.\r\n \r\n\t   It burns\x10on caf\xe9 oil.\x1b[1m\r\n\
    ^A list=\r\n\x08one\x1ftwo\r\n\r\n\x03\t   NPA-WF-05-04-21 0930GMT<\r\n\x0c\x04";

#[test]
fn anpa_1312() {
    let item = only(ANPA);
    assert_eq!(
        item.text,
        "OSTVIK (NPA) — It was “lit” on Tuesday.\nIt burns on café oil.\nA list\none two"
    );
    assert_eq!(
        seen(&item),
        [
            Some("The lamp is lit"),
            Some("By ADA LAMM, Associated Press"),
            Some("NPA"),
            None,
            None,
            Some("1st Ld-Writethru"),
            Some("BC-NO--Lamp Tower"),
            Some("NPA"),
        ]
    );
    assert_eq!(
        day(item.meta.published.as_ref()).unwrap(),
        "2021-05-04T09:30:00Z"
    );
    assert_eq!(all(&[ANPA, ANPA].concat()).len(), 2);
}

#[test]
fn iptc_7901() {
    let item = only(
        b"\x01npa0012 3 i 88 cc  npa 0031\r\n\nNorland/lamp/\r\n\x021ST LEAD\r\nThe lamp is lit\r\nBy Ada Lamm, npa =\r\n\n\
        Ostvik (npa) - It was lit on\r\nTuesday.\r\n\n   It burns\r\non oil.\r\n\n# npa NOTEBOOK\r\n\nnot to be printed\r\n\
        \x03040930 GMT May 21\r\n\x7f\x04",
    );
    assert_eq!(
        item.text,
        "Ostvik (npa) - It was lit on Tuesday.\nIt burns on oil."
    );
    assert_eq!(
        seen(&item),
        [
            Some("The lamp is lit"),
            Some("By Ada Lamm, npa"),
            Some("npa"),
            None,
            None,
            Some("1ST LEAD"),
            Some("Norland/lamp"),
            Some("npa"),
        ]
    );
    let published = item.meta.published.unwrap();
    assert_eq!(published.raw, "040930 GMT May 21");
    assert_eq!(published.rfc3339().unwrap(), "2021-05-04T09:30:00Z");
}

#[test]
fn clocks_of_teletypes() {
    for (raw, told) in [
        ("040930 GMT May 21", Some("2021-05-04T09:30:00Z")),
        ("040930 GMT Okt 99", Some("1999-10-04T09:30:00Z")),
        ("040930 Mai 21", Some("2021-05-04T09:30:00")),
        ("NPA-WF-05-04-21 0930GMT", Some("2021-05-04T09:30:00Z")),
        ("990930 GMT May 21", None),
        ("05-04-21", None),
        ("é40930 GMT éay 21", None),
        ("", None),
    ] {
        let found = teletype::moment(raw).and_then(|moment| moment.rfc3339());
        assert_eq!(found.as_deref(), told, "{raw}");
    }
}

#[test]
fn tells_items_from_other_files() {
    for (head, layout) in [
        (&b"<nitf>"[..], Some(Layout::Nitf)),
        (
            b"<?xml version='1.0'?><!-- <rss> --><!DOCTYPE nitf [<!ENTITY a 'b'>]>\n<nitf",
            Some(Layout::Nitf),
        ),
        (
            b"\xEF\xBB\xBF<g2:newsItem xmlns:g2='x'>",
            Some(Layout::NewsMlG2),
        ),
        (b"\xFF\xFE<\0n\0i\0t\0f\0>\0", Some(Layout::Nitf)),
        (b"<NewsML Version='1.2'>", Some(Layout::NewsMl1)),
        (ANPA, Some(Layout::Anpa)),
        (b"<rss version='2.0'>", None),
        (b"<html>", None),
        (b"{\"name\": \"x\", \"version\": \"1\"}", None),
        (
            b"{\"_id\": 1, \"body_html\": \"x\", \"firstcreated\": \"x\"}",
            None,
        ),
        (b"{\"text\": \"body_html and body_text\"}", None),
        (b"\x01\x02", None),
        (b"", None),
        (b"From: a\r\n\r\nText", None),
    ] {
        assert_eq!(looks_like(head), layout, "{}", head.escape_ascii());
    }
    assert_eq!(entries(b"Text").unwrap_err().kind, ErrorKind::Format);
}

#[test]
fn reads_declared_encodings_and_counts_what_is_no_text() {
    let page = |encoding: &str| {
        let body = nitf("", "", "<p>caf\u{e9} \u{201c}lit\u{201d}</p>");
        format!("<?xml version='1.0' encoding='{encoding}'?>{body}")
    };
    let utf16: Vec<u8> = page("utf-16")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin = page("iso-8859-1");
    let latin = encoding_rs::WINDOWS_1252.encode(&latin).0.into_owned();
    for bytes in [
        page("utf-8").into_bytes(),
        page("iso-8859-1").into_bytes(), // wrongly declared
        latin,
        [b"\xFF\xFE", &*utf16].concat(),
        utf16,
    ] {
        let item = only(&bytes);
        assert_eq!((&*item.text, item.decoding_errors), ("café “lit”", 0));
    }
    let long = "x".repeat(500);
    let mut bytes = nitf("", "", &format!("<p>{long}~</p>")).into_bytes();
    *bytes.iter_mut().find(|b| **b == b'~').unwrap() = 0xE9;
    assert_eq!(only(&bytes).decoding_errors, 1);
}

#[test]
fn what_is_broken_is_told_with_its_line() {
    let fault = entries(b"<nitf>\n<body>\n</nitf>").unwrap_err();
    assert_eq!(fault.kind, ErrorKind::Syntax);
    assert!(
        fault.message.starts_with("is not well-formed XML: "),
        "{}",
        fault.message
    );
    assert!(fault.message.ends_with(", line 3"), "{}", fault.message);
    let fault = entries(b"{\"body_html\": \"x\",\n\"pubstatus\": }").unwrap_err();
    assert_eq!(fault.message, "is not valid JSON: expected value, line 2");
    // What came whole before it is read.
    let item = newsml("text", "<inlineXML><p>One.</p></inlineXML>");
    let cut = item.replace("</itemSet></newsMessage>", "<newsItem><itemMeta>");
    let found = entries(cut.as_bytes()).unwrap();
    assert!(matches!(found.as_slice(), [Ok(_), Err(_)]));
}

#[test]
fn bombs_and_depths_do_no_harm() {
    let mut entities = String::from("<!ENTITY a0 'ha'>");
    for n in 1..30 {
        let before = format!("&a{};", n - 1).repeat(10);
        entities += &format!("<!ENTITY a{n} '{before}'>");
    }
    let body = nitf("", "", "<p>&a29; &ext; &amp; &eacute;</p>");
    let bomb = body.replace(
        "<!DOCTYPE nitf SYSTEM 'nitf.dtd'>",
        &format!("<!DOCTYPE nitf [{entities}<!ENTITY ext SYSTEM 'file:///etc/passwd'>]>"),
    );
    assert_eq!(only(bomb.as_bytes()).text, "&a29; &ext; & é");
    let deep = nitf(
        "",
        "",
        &("<p>".repeat(100_000) + "x" + &"</p>".repeat(100_000)),
    );
    assert_eq!(only(deep.as_bytes()).text, "x");
    let items = "<newsMessage>".to_owned() + &"<newsItem>".repeat(100_000);
    assert!(entries(items.as_bytes()).is_err());
    let lists = "[".repeat(100_000) + "\"body_html\" \"body_text\"";
    assert!(entries(lists.as_bytes()).is_err());
    let prefixes = format!(
        "<nitf {}><body><p>x</p></body></nitf>",
        "xmlns:a='b' ".repeat(20_000)
    );
    assert_eq!(only(prefixes.as_bytes()).text, "x");
    let marks = format!(
        "<nitf a='{}'><body><p>x</p></body></nitf>",
        "&".repeat(200_000)
    );
    assert_eq!(only(marks.as_bytes()).text, "x");
}

proptest::proptest! {
    #[test]
    fn never_panics(bytes: Vec<u8>, text in "\\PC{0,60}") {
        let _ = entries(&bytes);
        for start in [&b"<nitf>"[..], b"<newsItem>", b"<NewsML>", b"\x16\x16\x01\x02", b"\x01a1 1 \x02", b"{\"body_html\":1,\"bodies\":"] {
            let _ = entries(&[start, &bytes].concat());
            let _ = entries(&[start, text.as_bytes()].concat());
        }
    }

    #[test]
    fn survives_what_is_cut_and_bent(at in 0_usize..2000, byte: u8) {
        let item = newsml("text", "<inlineXML><p>One &amp; é.</p></inlineXML>");
        for whole in [item.as_bytes(), ANPA] {
            let mut bytes = whole.to_vec();
            let place = at % bytes.len();
            bytes[place] = byte;
            let _ = entries(&bytes);
            bytes.truncate(place);
            let _ = entries(&bytes);
        }
    }
}
