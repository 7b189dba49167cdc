//! An XML document as a tree laid out in one array, so that no depth costs any stack. No DTD is read: entities of its own are
//! neither defined nor fetched, and stay as they are written.

use std::{borrow::Cow, fmt::Write as _};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use quick_xml::{
    Reader,
    errors::Error,
    escape::resolve_html5_entity,
    events::{BytesRef, Event, attributes::Attributes},
};

use super::{decode::decode, item::Fault};
use crate::error::ErrorKind;

/// So many elements and pieces of text at most: some 300 MB.
const MOST_NODES: usize = 4_000_000;
/// So many bindings of prefixes in force at a time; each is looked at for each element.
const MOST_BINDINGS: usize = 64;

/// A document.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// Why it breaks off, and which elements were open there.
    broken: Option<(Fault, Vec<usize>)>,
}

#[derive(Debug)]
struct Node<'a> {
    kind: Kind<'a>,
    /// Where the next node stands that is not within it.
    end: usize,
}

#[derive(Debug)]
enum Kind<'a> {
    Element {
        /// As written, with its prefix.
        name: &'a str,
        /// The address its prefix is bound to, or the prefix itself where it is not.
        space: &'a str,
        /// As written.
        attributes: &'a str,
    },
    Text(Cow<'a, str>),
}

/// What to make of an element on the way to HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// As it is called.
    Same,
    /// A line of its own.
    Block,
    /// As it is called; its text may be parted by blank lines and indents alone.
    Lined,
    /// Not a part of the text.
    Hidden,
}

impl<'a> Tree<'a> {
    /// Reads what it can: what stands before a fault is there, see [`Tree::fault`].
    pub(super) fn parse(text: &'a str) -> Result<Self, Fault> {
        let mut builder = Builder::default();
        let end = builder.read(text);
        let Builder {
            mut nodes, open, ..
        } = builder;
        let len = nodes.len();
        for &at in &open {
            if let Some(node) = nodes.get_mut(at) {
                node.end = len;
            }
        }
        let broken = match end {
            Err(fault) if nodes.is_empty() => return Err(fault),
            Err(fault) => Some((fault, open)),
            Ok(()) => None,
        };
        Ok(Self { nodes, broken })
    }

    /// The element that holds all others.
    pub(super) fn root(&self) -> Element<'_> {
        Element { tree: self, at: 0 }
    }

    /// Why it breaks off, if it does.
    pub(super) fn fault(&self) -> Option<&Fault> {
        self.broken.as_ref().map(|(fault, _)| fault)
    }
}

#[derive(Default)]
struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// The elements that have not ended.
    open: Vec<usize>,
    /// Prefix, address, and how many elements were open where they were bound.
    bindings: Vec<(&'a str, &'a str, usize)>,
    /// More text would follow right upon text.
    joins: bool,
}

impl<'a> Builder<'a> {
    fn read(&mut self, text: &'a str) -> Result<(), Fault> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        loop {
            let before = place(reader.buffer_position());
            let event = reader.read_event().map_err(|error| {
                let at = place(reader.error_position());
                ill_formed(&told(&error), text, at)
            })?;
            if self.nodes.len() >= MOST_NODES {
                let message = format!("has more than {MOST_NODES} elements and pieces of text");
                return Err(Fault::new(ErrorKind::Limit, message));
            }
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    if self.open.is_empty() && !self.nodes.is_empty() {
                        return Ok(()); // what follows the root is no part of the document
                    }
                    let after = place(reader.buffer_position());
                    let raw = text.get(before + 1..after).unwrap_or_default();
                    let (name, rest) = raw
                        .split_at_checked(tag.name().into_inner().len())
                        .unwrap_or_default();
                    let rest = rest.strip_suffix('>').unwrap_or(rest);
                    self.start(
                        name,
                        if is_empty {
                            rest.trim_end_matches('/')
                        } else {
                            rest
                        },
                    );
                    if is_empty {
                        self.end();
                    }
                }
                Event::End(_) => self.end(),
                Event::Eof => break,
                _ if self.open.is_empty() => {}
                Event::Text(text) => self.text(text.xml10_content()),
                Event::CData(text) => self.text(text.xml10_content()),
                Event::GeneralRef(name) => self.text(resolved(&name).into()),
                _ => {}
            }
        }
        let message = match self.open.last().and_then(|&at| self.nodes.get(at)) {
            Some(Node {
                kind: Kind::Element { name, .. },
                ..
            }) => format!("it ends within `<{name}>`"),
            None if self.nodes.is_empty() => "it has no element".to_owned(),
            _ => return Ok(()),
        };
        Err(ill_formed(&message, text, text.len()))
    }

    fn start(&mut self, name: &'a str, attributes: &'a str) {
        if attributes.contains("xmlns") {
            self.bind(attributes);
        }
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        let bound = self.bindings.iter().rev().find(|b| b.0 == prefix);
        let space = bound.map_or(prefix, |b| b.1);
        self.open.push(self.nodes.len());
        self.push(Kind::Element {
            name,
            space,
            attributes,
        });
        self.joins = false;
    }

    fn bind(&mut self, attributes: &'a str) {
        for (key, value) in pairs(attributes) {
            let Some(rest) = key.strip_prefix("xmlns") else {
                continue;
            };
            if self.bindings.len() < MOST_BINDINGS
                && (rest.is_empty() || rest.starts_with(':'))
                && let Cow::Borrowed(value) = value
            {
                let prefix = rest.trim_start_matches(':');
                self.bindings.push((prefix, value.trim(), self.open.len()));
            }
        }
    }

    fn end(&mut self) {
        let len = self.nodes.len();
        if let Some(node) = self.open.pop().and_then(|at| self.nodes.get_mut(at)) {
            node.end = len;
        }
        while self.bindings.last().is_some_and(|b| b.2 >= self.open.len()) {
            self.bindings.pop();
        }
        self.joins = false;
    }

    fn push(&mut self, kind: Kind<'a>) {
        let end = self.nodes.len() + 1;
        self.nodes.push(Node { kind, end });
    }

    fn text(&mut self, more: Cow<'a, str>) {
        match self.nodes.last_mut() {
            Some(Node {
                kind: Kind::Text(text),
                ..
            }) if self.joins => text.to_mut().push_str(&more),
            _ => self.push(Kind::Text(more)),
        }
        self.joins = true;
    }
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    tree: &'t Tree<'t>,
    at: usize,
}

impl<'t> Element<'t> {
    fn parts(self) -> (&'t str, &'t str, &'t str) {
        match self.tree.nodes.get(self.at).map(|node| &node.kind) {
            Some(Kind::Element {
                name,
                space,
                attributes,
            }) => (name, space, attributes),
            _ => ("", "", ""),
        }
    }

    fn end(self) -> usize {
        self.tree
            .nodes
            .get(self.at)
            .map_or(self.at, |node| node.end)
    }

    /// Its name without a prefix.
    pub(super) fn name(self) -> &'t str {
        local(self.parts().0)
    }

    /// The address its prefix is bound to, or the prefix where it is bound to none.
    pub(super) fn space(self) -> &'t str {
        self.parts().1
    }

    /// Whether its end was there.
    pub(super) fn is_whole(self) -> bool {
        let broken = self.tree.broken.as_ref();
        broken.is_none_or(|(_, open)| open.binary_search(&self.at).is_err())
    }

    /// The value of an attribute, called as written, that is not blank.
    pub(super) fn attribute(self, name: &str) -> Option<String> {
        let (_, value) = pairs(self.parts().2).find(|(key, _)| *key == name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The elements right below it.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'t>> {
        self.walk(|_| true)
    }

    /// The first of them that goes by a name.
    pub(super) fn child(self, name: &str) -> Option<Element<'t>> {
        self.children().find(|child| child.name() == name)
    }

    /// The child of a child of a child.
    pub(super) fn path(self, names: &[&str]) -> Option<Element<'t>> {
        names.iter().try_fold(self, |at, name| at.child(name))
    }

    /// All elements below it, however deep.
    pub(super) fn below(self) -> impl Iterator<Item = Element<'t>> {
        self.walk(|_| false)
    }

    /// The first element below it that goes by a name.
    pub(super) fn find(self, name: &str) -> Option<Element<'t>> {
        self.below().find(|element| element.name() == name)
    }

    /// The elements from here down that go by a name and are not within one another.
    pub(super) fn outermost(self, name: &str) -> Vec<Element<'t>> {
        if self.name() == name {
            return vec![self];
        }
        self.walk(|element| element.name() == name)
            .filter(|element| element.name() == name)
            .collect()
    }

    /// The elements below it, but not those below the ones to pass over.
    fn walk(self, over: impl Fn(Element<'t>) -> bool) -> impl Iterator<Item = Element<'t>> {
        let end = self.end();
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            loop {
                let node = self.tree.nodes.get(next).filter(|_| next < end)?;
                let element = Element {
                    tree: self.tree,
                    at: next,
                };
                next += 1;
                if matches!(node.kind, Kind::Element { .. }) {
                    if over(element) {
                        next = node.end;
                    }
                    return Some(element);
                }
            }
        })
    }

    fn pieces(self) -> impl Iterator<Item = &'t str> {
        let within = self.at + 1..self.end();
        let nodes = self.tree.nodes.get(within).unwrap_or_default();
        nodes.iter().filter_map(|node| match &node.kind {
            Kind::Text(text) => Some(&**text),
            Kind::Element { .. } => None,
        })
    }

    /// All text within it, as it stands.
    pub(super) fn text(self) -> String {
        self.pieces().collect()
    }

    /// All text within it on one line, a space between elements; None: there is none.
    pub(super) fn line(self) -> Option<String> {
        let mut line = String::new();
        for word in self.pieces().flat_map(str::split_whitespace) {
            if !line.is_empty() && !word.starts_with([',', '.', ';', ':', ')']) {
                line.push(' ');
            }
            line.push_str(word);
        }
        (!line.is_empty()).then_some(line)
    }

    /// Whether it has elements below it.
    pub(super) fn has_elements(self) -> bool {
        self.children().next().is_some()
    }

    /// What stands in it as HTML, without attributes.
    pub(super) fn html(self, role: impl Fn(&str) -> Role) -> String {
        let end = self.end();
        let mut html = String::new();
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut lined = 0; // where the last element ends whose text is lines
        let mut at = self.at + 1;
        while let Some(node) = self.tree.nodes.get(at).filter(|_| at < end) {
            while let Some((_, name)) = open.pop_if(|open| open.0 <= at) {
                close(&mut html, name);
            }
            at += 1;
            match &node.kind {
                Kind::Text(text) if at <= lined => escape_lines(&mut html, text),
                Kind::Text(text) => escape(&mut html, text),
                Kind::Element { name, .. } => {
                    let name = local(name);
                    let name = match role(name) {
                        Role::Same => name,
                        Role::Block => "div",
                        Role::Lined => {
                            lined = lined.max(node.end);
                            name
                        }
                        Role::Hidden => {
                            at = node.end;
                            continue;
                        }
                    };
                    let _ = write!(html, "<{name}>");
                    open.push((node.end, name));
                }
            }
        }
        while let Some((_, name)) = open.pop() {
            close(&mut html, name);
        }
        html
    }
}

fn close(html: &mut String, name: &str) {
    // An end of it would be one more line break.
    if name != "br" {
        let _ = write!(html, "</{name}>");
    }
}

fn escape_lines(html: &mut String, text: &str) {
    let paragraphs = if text.contains('\n') {
        split(text, false)
    } else {
        Vec::new()
    };
    if paragraphs.len() < 2 {
        return escape(html, text);
    }
    // White space at either end parts it from what stands beside it.
    if text.starts_with(char::is_whitespace) {
        html.push(' ');
    }
    for (number, paragraph) in paragraphs.iter().enumerate() {
        if number > 0 {
            html.push_str("<br>");
        }
        escape(html, paragraph);
    }
    if text.ends_with(char::is_whitespace) {
        html.push(' ');
    }
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            c => html.push(c),
        }
    }
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// The attributes in a tag, their values resolved. What is no attribute is passed over.
fn pairs(attributes: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut all = Attributes::new(attributes, 0);
    all.with_checks(false);
    all.flatten().map(|attribute| {
        let value = match attribute.value {
            Cow::Borrowed(value) if !value.contains('&') => Cow::Borrowed(value),
            value => Cow::Owned(unescaped(&value)),
        };
        (attribute.key.into_inner(), value)
    })
}

/// A text with its entities resolved, those that are known.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // No name is longer than that, and looking further would be slow where there are many.
        let end = after.bytes().take(32).position(|b| b == b';');
        match end.and_then(|end| Some((after.get(..end)?, after.get(end + 1..)?))) {
            Some((name, more)) => {
                out.push_str(&resolved(&BytesRef::new(name)));
                rest = more;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What an entity stands for; one of HTML is often used without having been defined.
fn resolved(name: &BytesRef<'_>) -> String {
    match name.resolve_char_ref() {
        // These are control codes; what was meant are the characters at this place in Windows' set.
        Ok(Some(c @ '\u{80}'..='\u{9f}')) => {
            let byte = [u8::try_from(u32::from(c)).unwrap_or(b'?')];
            WINDOWS_1252
                .decode_without_bom_handling(&byte)
                .0
                .into_owned()
        }
        Ok(Some(c)) => c.into(),
        _ => match resolve_html5_entity(name) {
            Some(text) => text.to_owned(),
            None => format!("&{};", &**name),
        },
    }
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn told(error: &Error) -> String {
    match error {
        Error::Syntax(error) => error.to_string(),
        Error::IllFormed(error) => error.to_string(),
        error => error.to_string(),
    }
}

fn ill_formed(what: &str, text: &str, at: usize) -> Fault {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let message = format!("is not well-formed XML: {what}, line {line}");
    Fault::new(ErrorKind::Syntax, message)
}

/// The paragraphs of a plain text: its lines, or where they are all short, so that they were broken to fit a width, what
/// stands between blank lines or begins with an indent.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    const WIDE: usize = 120;
    let is_wide = |line: &str| line.trim().chars().nth(WIDE).is_some();
    split(text, text.lines().any(is_wide))
}

/// A text in paragraphs that are lines, or that end at blank lines and before a line that is indented more than others.
fn split(text: &str, by_lines: bool) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let filled = text.lines().filter(|line| !line.trim().is_empty());
    // The first may stand right behind a tag.
    let least = filled.skip(1).map(indent).min().unwrap_or(0);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut begins = true;
    for line in text.lines() {
        begins |= by_lines || indent(line) > least;
        let Some(line) = one_line(line) else {
            begins = true;
            continue;
        };
        match paragraphs.last_mut() {
            Some(paragraph) if !begins => {
                paragraph.push(' ');
                paragraph.push_str(&line);
            }
            _ => paragraphs.push(line),
        }
        begins = false;
    }
    paragraphs
}

/// A text on one line; None: it is blank.
pub(super) fn one_line(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let mut line = words.next()?.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    Some(line)
}

/// The text of a document, in the encoding that its mark or its declaration names, and the number of bytes in it that were
/// no text.
pub(super) fn text_of_bytes(bytes: &[u8]) -> Result<(Cow<'_, str>, u64), Fault> {
    let (encoding, mark) = encoding_of(bytes);
    let bytes = bytes.get(mark..).unwrap_or_default();
    if encoding == UTF_8 {
        return decode(bytes).map_err(|error| Fault::new(ErrorKind::Encoding, error.message()));
    }
    // In a set of single bytes everything is a text. What is UTF-8 all the same, with more in it than ASCII, is hardly that
    // by chance: it was converted and its declaration left as it was.
    if mark == 0
        && encoding.is_single_byte()
        && !bytes.is_ascii()
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Ok((Cow::Borrowed(text), 0));
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let bad = if had_errors {
        text.matches('\u{FFFD}').count() as u64
    } else {
        0
    };
    Ok((text, bad))
}

/// The encoding of a document, and the length of the mark that says so.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(bytes) {
        return found;
    }
    match bytes {
        [b'<', 0, ..] => return (UTF_16LE, 0),
        [0, b'<', ..] => return (UTF_16BE, 0),
        _ => {}
    }
    let head = bytes.trim_ascii_start();
    let declared = (|| {
        let end = memchr::memchr(b'>', head.get(..256).unwrap_or(head))?;
        let head = str::from_utf8(head.get(..end)?).ok()?;
        let attributes = head.strip_prefix("<?xml")?.trim_end_matches('?');
        let (_, label) = pairs(attributes).find(|(key, _)| *key == "encoding")?;
        Encoding::for_label(label.trim().as_bytes())
    })();
    match declared {
        // It could be read until here: it is not what it says.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => (UTF_8, 0),
        Some(encoding) => (encoding, 0),
        None => (UTF_8, 0),
    }
}

/// The tag of the root, without its brackets, as the first bytes of a document show it. None: this is no XML, or the root
/// stands further on.
pub(super) fn root_tag(head: &[u8]) -> Option<String> {
    let (encoding, mark) = encoding_of(head);
    let (text, _) = encoding.decode_without_bom_handling(head.get(mark..)?);
    let mut rest = text.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->")?.1
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            instruction.split_once("?>")?.1
        } else if let Some(doctype) = rest.strip_prefix("<!DOCTYPE") {
            match (doctype.find('['), doctype.find('>')) {
                (Some(subset), Some(end)) if subset < end => {
                    doctype.split_once(']')?.1.split_once('>')?.1
                }
                (_, end) => doctype.get(end? + 1..)?,
            }
        } else {
            break;
        }
        .trim_start();
    }
    let tag = rest.strip_prefix('<')?;
    let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
    tag.starts_with(char::is_alphabetic).then(|| tag.to_owned())
}

/// The name in the tag of a root, without its prefix.
pub(super) fn name_in(tag: &str) -> &str {
    local(
        tag.split([' ', '\t', '\r', '\n', '/'])
            .next()
            .unwrap_or(tag),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_its_way_by_names_and_addresses() {
        let text = "<?xml version='1.0'?>\n<a xmlns='one' xmlns:p='two'><p:b x='1 &amp; 2' y=\"\"/><c xmlns='three'>t<d/>u</c>v</a>";
        let tree = Tree::parse(text).unwrap();
        let root = tree.root();
        let names: Vec<_> = root.below().map(|e| (e.name(), e.space())).collect();
        assert_eq!(names, [("b", "two"), ("c", "three"), ("d", "three")]);
        let b = root.child("b").unwrap();
        assert_eq!(b.attribute("x").as_deref(), Some("1 & 2"));
        assert_eq!((b.attribute("y"), b.attribute("z")), (None, None));
        assert_eq!(root.text(), "tuv");
        assert_eq!(root.line().as_deref(), Some("t u v"));
        assert_eq!(root.html(|_| Role::Same), "<b></b><c>t<d></d>u</c>v");
        assert!(root.path(&["c", "d"]).is_some() && root.child("d").is_none());
    }

    #[test]
    fn tells_paragraphs_from_lines() {
        let wide = "w ".repeat(70);
        for (text, paragraphs_of_it) in [
            ("", &[][..]),
            ("one\ntwo\n\nthree", &["one two", "three"]),
            ("   one\ntwo\n   three\nfour", &["one two", "three four"]),
            ("one\n      two\n      three", &["one two three"]),
        ] {
            assert_eq!(paragraphs(text), paragraphs_of_it, "{text}");
        }
        assert_eq!(paragraphs(&format!("{wide}\ntwo\nthree")).len(), 3);
    }

    #[test]
    fn finds_the_root_behind_what_may_precede_it() {
        for (head, tag) in [
            ("<a b='c'>", Some("a b='c'")),
            (
                "<?xml?>\n<!--<x>--><!DOCTYPE a [<!ELEMENT a (b)> ]><a/>",
                Some("a/"),
            ),
            ("<!DOCTYPE a><a", Some("a")),
            ("<!DOCTYPE a [", None),
            ("text", None),
        ] {
            assert_eq!(root_tag(head.as_bytes()).as_deref(), tag, "{head}");
        }
    }
}
