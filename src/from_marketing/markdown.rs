//! CommonMark as far as briefings need it, as a tree of elements. Pure, and safe by what it cannot
//! say: HTML is text, links lead to the web or to mail, pictures are in the text itself.
//!
//! Left out: link reference definitions, and HTML.

mod inline;

use inline::inlines;

/// Quotes and lists within each other; deeper ones are text.
const DEPTH_MAX: usize = 12;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Element(Element),
}

/// An element of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) tag: &'static str,
    pub(super) attributes: Vec<(&'static str, String)>,
    pub(super) children: Vec<Node>,
}

fn element(tag: &'static str, children: Vec<Node>) -> Node {
    Node::Element(Element { tag, attributes: Vec::new(), children })
}

/// What a text says. Its first heading is the page's second: the page has a title.
pub(super) fn parse(text: &str) -> Vec<Node> {
    let text = text.replace("\r\n", "\n").replace('\t', "    ");
    let lines: Vec<&str> = text.lines().collect();
    let mut nodes: Vec<Node> = blocks(&lines, 0).into_iter().map(|block| block.node).collect();
    in_order(&mut nodes, &mut 1);
    nodes
}

/// No heading skips a level (WCAG 2.2, 1.3.1): whoever wrote chose it for its size.
fn in_order(nodes: &mut [Node], above: &mut usize) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        let level = element.tag.strip_prefix('h').and_then(|level| level.parse::<usize>().ok());
        if let Some(level) = level {
            *above = level.min(*above + 1);
            // The page's own title is the first.
            element.tag = heading(*above - 1);
        }
        in_order(&mut element.children, above);
    }
}

/// A block, and whether it is a paragraph, which a tight list shows without its own lines.
struct Block {
    node: Node,
    is_paragraph: bool,
}

impl Block {
    const fn new(node: Node) -> Self {
        Self { node, is_paragraph: false }
    }
}

/// What begins on a line.
enum Start<'a> {
    Fence { mark: char, len: usize, indent: usize },
    Heading { level: usize, text: &'a str },
    Rule,
    Quote,
    Item(Marker),
}

/// The beginning of a list's item.
#[derive(Clone, Copy)]
struct Marker {
    /// `-`, `+` or `*`; `.` or `)` behind a number.
    mark: char,
    number: Option<u32>,
    /// Where its content begins.
    offset: usize,
    is_empty: bool,
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// A line without so many spaces at its beginning, as far as it has them.
fn unindented(line: &str, by: usize) -> &str {
    line.get(indent(line).min(by)..).unwrap_or_default()
}

fn start(line: &str) -> Option<Start<'_>> {
    let indent = indent(line);
    if indent > 3 {
        return None;
    }
    let rest = line.trim_start_matches(' ').trim_end();
    let first = rest.chars().next()?;
    let run = rest.chars().take_while(|it| *it == first).count();
    match first {
        '`' | '~' if run >= 3 => {
            let info = rest.get(run..).unwrap_or_default();
            let is_fence = first == '~' || !info.contains('`');
            return is_fence.then_some(Start::Fence { mark: first, len: run, indent });
        }
        '#' if run <= 6 => {
            let text = rest.get(run..).unwrap_or_default();
            if !text.is_empty() && !text.starts_with(' ') {
                return None;
            }
            let text = text.trim();
            let bare = text.trim_end_matches('#');
            let is_closed = bare.is_empty() || bare.ends_with(' ');
            let text = if is_closed { bare.trim_end() } else { text };
            return Some(Start::Heading { level: run, text });
        }
        '>' => return Some(Start::Quote),
        _ => {}
    }
    if is_rule(rest) {
        return Some(Start::Rule);
    }
    marker(line).map(Start::Item)
}

fn is_rule(text: &str) -> bool {
    let mut marks = text.chars().filter(|it| *it != ' ');
    let Some(first) = marks.next() else { return false };
    let (mut count, mut is_same) = (1, matches!(first, '*' | '-' | '_'));
    for mark in marks {
        count += 1;
        is_same &= mark == first;
    }
    is_same && count >= 3
}

fn marker(line: &str) -> Option<Marker> {
    let before = indent(line);
    let rest = line.trim_start_matches(' ');
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let mark = rest.chars().nth(digits.len())?;
    let number = match mark {
        '-' | '+' | '*' if digits.is_empty() => None,
        '.' | ')' if !digits.is_empty() && digits.len() <= 9 => Some(digits.parse().ok()?),
        _ => return None,
    };
    let content = rest.get(digits.len() + 1..).unwrap_or_default();
    let spaces = indent(content);
    let is_empty = is_blank(content);
    if !is_empty && spaces == 0 {
        return None;
    }
    // Five spaces and more: one of them, and then indented code.
    let spaces = if is_empty || spaces > 4 { 1 } else { spaces };
    Some(Marker { mark, number, offset: before + digits.len() + 1 + spaces, is_empty })
}

/// Whether a line ends a paragraph that is open.
fn interrupts(line: &str) -> bool {
    match start(line) {
        Some(Start::Item(marker)) => !marker.is_empty && matches!(marker.number, None | Some(1)),
        other => other.is_some(),
    }
}

/// `=` and `-` below a paragraph make it a heading.
fn underline(line: &str) -> Option<&'static str> {
    let mark = line.trim();
    let is_of = |sign| !mark.is_empty() && mark.chars().all(|it| it == sign);
    match indent(line) {
        4.. => None,
        _ if is_of('=') => Some("h2"),
        _ if is_of('-') => Some("h3"),
        _ => None,
    }
}

fn heading(level: usize) -> &'static str {
    match level {
        1 => "h2",
        2 => "h3",
        3 => "h4",
        4 => "h5",
        _ => "h6",
    }
}

fn blocks(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at).copied() {
        let rest = lines.get(at..).unwrap_or_default();
        if is_blank(line) {
            end(&mut paragraph, "p", &mut blocks);
            at += 1;
            continue;
        }
        if !paragraph.is_empty() {
            if let Some(tag) = underline(line) {
                end(&mut paragraph, tag, &mut blocks);
                at += 1;
                continue;
            }
            if !interrupts(line) {
                paragraph.push(line);
                at += 1;
                continue;
            }
        } else if indent(line) > 3 {
            at += indented_code(rest, &mut blocks);
            continue;
        }
        let found = match start(line) {
            Some(Start::Quote | Start::Item(_)) if depth >= DEPTH_MAX => None,
            found => found,
        };
        if found.is_some() {
            end(&mut paragraph, "p", &mut blocks);
        }
        at += match found {
            None => {
                paragraph.push(line);
                1
            }
            Some(Start::Fence { mark, len, indent }) => {
                fenced_code(rest, mark, len, indent, &mut blocks)
            }
            Some(Start::Heading { level, text }) => {
                blocks.push(Block::new(element(heading(level), inlines(text))));
                1
            }
            Some(Start::Rule) => {
                blocks.push(Block::new(element("hr", Vec::new())));
                1
            }
            Some(Start::Quote) => quote(rest, depth, &mut blocks),
            Some(Start::Item(first)) => list(rest, first, depth, &mut blocks),
        };
    }
    end(&mut paragraph, "p", &mut blocks);
    blocks
}

/// Ends the paragraph that is open, if one is.
fn end(paragraph: &mut Vec<&str>, tag: &'static str, blocks: &mut Vec<Block>) {
    if paragraph.is_empty() {
        return;
    }
    let lines: Vec<&str> = paragraph.drain(..).map(|line| line.trim_start_matches(' ')).collect();
    let text = lines.join("\n");
    let node = element(tag, inlines(text.trim_end()));
    blocks.push(Block { node, is_paragraph: tag == "p" });
}

fn code(text: String) -> Block {
    Block::new(element("pre", vec![element("code", vec![Node::Text(text)])]))
}

/// Tells how many lines it took, as the others below do.
fn indented_code(lines: &[&str], blocks: &mut Vec<Block>) -> usize {
    let is_code = |line: &&&str| is_blank(line) || indent(line) > 3;
    let mut taken = lines.iter().take_while(is_code).count();
    while taken > 0 && lines.get(taken - 1).is_some_and(|line| is_blank(line)) {
        taken -= 1;
    }
    let text: Vec<&str> = lines.iter().take(taken).map(|line| unindented(line, 4)).collect();
    blocks.push(code(text.join("\n")));
    taken
}

fn fenced_code(
    lines: &[&str],
    mark: char,
    len: usize,
    indent: usize,
    blocks: &mut Vec<Block>,
) -> usize {
    let is_end = |line: &&&str| {
        let line = line.trim();
        line.chars().count() >= len && line.chars().all(|it| it == mark)
    };
    let inside = lines.iter().skip(1).take_while(|line| !is_end(line));
    let text: Vec<&str> = inside.map(|line| unindented(line, indent)).collect();
    let taken = text.len() + 2;
    blocks.push(code(text.join("\n")));
    taken.min(lines.len())
}

/// Whether a line goes on with the paragraph at the end of these, which stands within something.
fn goes_on_lazily(before: &[&str], line: &str) -> bool {
    let is_open = before.last().is_some_and(|last| !is_blank(last) && indent(last) < 4);
    is_open && !is_blank(line) && !interrupts(line)
}

fn quote(lines: &[&str], depth: usize, out: &mut Vec<Block>) -> usize {
    let mut inside: Vec<&str> = Vec::new();
    for line in lines {
        let rest = line.trim_start_matches(' ');
        match rest.strip_prefix('>') {
            Some(rest) if indent(line) < 4 => inside.push(rest.strip_prefix(' ').unwrap_or(rest)),
            _ if goes_on_lazily(&inside, line) => inside.push(line),
            _ => break,
        }
    }
    let children = blocks(&inside, depth + 1).into_iter().map(|block| block.node).collect();
    out.push(Block::new(element("blockquote", children)));
    inside.len()
}

fn list(lines: &[&str], first: Marker, depth: usize, out: &mut Vec<Block>) -> usize {
    let (mut items, mut is_loose, mut at) = (Vec::new(), false, 0);
    loop {
        let marker = match lines.get(at).and_then(|line| start(line)) {
            Some(Start::Item(marker))
                if marker.mark == first.mark
                    && marker.number.is_some() == first.number.is_some() =>
            {
                marker
            }
            _ => break,
        };
        let rest = lines.get(at..).unwrap_or_default();
        let inside = item(rest, marker);
        at += inside.len();
        let blanks = inside.iter().skip(1).rev().take_while(|line| is_blank(line)).count();
        let content = inside.get(..inside.len() - blanks).unwrap_or_default();
        let blocks = blocks(content, depth + 1);
        // A blank line within an item, or between two.
        let has_gap = blocks.len() > 1 && has_blank_between(content);
        let goes_on = matches!(lines.get(at).and_then(|line| start(line)),
            Some(Start::Item(next)) if next.mark == first.mark);
        is_loose |= has_gap || (blanks > 0 && goes_on);
        items.push(blocks);
    }
    let items = items.into_iter().map(|blocks| {
        let mut children = Vec::new();
        for Block { node, is_paragraph } in blocks {
            match node {
                Node::Element(Element { children: words, .. }) if is_paragraph && !is_loose => {
                    children.extend(words);
                }
                node => children.push(node),
            }
        }
        element("li", children)
    });
    let tag = if first.number.is_some() { "ol" } else { "ul" };
    let attributes = match first.number {
        Some(number) if number != 1 => vec![("start", number.to_string())],
        _ => Vec::new(),
    };
    out.push(Block::new(Node::Element(Element { tag, attributes, children: items.collect() })));
    at
}

/// Whether a blank line stands between blocks of an item; those of a list within it are its own.
fn has_blank_between(lines: &[&str]) -> bool {
    lines.iter().enumerate().any(|(at, line)| {
        let next = lines.get(at + 1).copied().unwrap_or_default();
        is_blank(line) && !is_blank(next) && indent(next) == 0 && marker(next).is_none()
    })
}

/// The lines of an item, without what sets them off.
fn item<'a>(lines: &[&'a str], begun: Marker) -> Vec<&'a str> {
    let mut inside: Vec<&str> = Vec::new();
    for (at, &line) in lines.iter().enumerate() {
        if at == 0 {
            inside.push(line.get(begun.offset..).unwrap_or_default());
        } else if is_blank(line) {
            // An item that begins with a blank line ends with it.
            if at == 1 && begun.is_empty {
                break;
            }
            inside.push("");
        } else if indent(line) >= begun.offset {
            inside.push(unindented(line, begun.offset));
        } else if marker(line).is_none() && goes_on_lazily(&inside, line) {
            // Of a list's own items any number begins one.
            inside.push(line.trim_start_matches(' '));
        } else {
            break;
        }
    }
    inside
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As HTML, for tests alone.
    pub(crate) fn html(nodes: &[Node]) -> String {
        let mut out = String::new();
        for node in nodes {
            match node {
                Node::Text(text) => {
                    let text = text.replace('&', "&amp;").replace('<', "&lt;");
                    out.push_str(&text.replace('>', "&gt;"));
                }
                Node::Element(Element { tag, attributes, children }) => {
                    out.push_str(&format!("<{tag}"));
                    for (name, value) in attributes {
                        out.push_str(&format!(" {name}=\"{value}\""));
                    }
                    out.push('>');
                    if !matches!(*tag, "hr" | "br" | "img") {
                        out.push_str(&html(children));
                        out.push_str(&format!("</{tag}>"));
                    }
                }
            }
        }
        out
    }

    fn told(text: &str) -> String {
        html(&parse(text))
    }

    #[test]
    fn no_heading_skips_a_level() {
        let tags = |text: &str| -> Vec<&'static str> {
            let tag = |node: &Node| match node {
                Node::Element(element) => element.tag,
                Node::Text(_) => "",
            };
            parse(text).iter().map(tag).collect()
        };
        assert_eq!(tags("### a\n# b\n### c\n## d"), ["h2", "h2", "h3", "h3"]);
        assert_eq!(tags("a\n---\n> # b"), ["h2", "blockquote"]);
    }

    #[test]
    fn headings_paragraphs_and_rules() {
        assert_eq!(
            told("# One\ntext\ngoes on\n\n## Two ##\n***\nlast"),
            "<h2>One</h2><p>text\ngoes on</p><h3>Two</h3><hr><p>last</p>"
        );
        assert_eq!(told("Title\n===\n\nSmaller\n---\n"), "<h2>Title</h2><h3>Smaller</h3>");
        assert_eq!(told("#no heading"), "<p>#no heading</p>");
        assert_eq!(told("####### seven"), "<p>####### seven</p>");
        assert_eq!(told("a\r\nb"), "<p>a\nb</p>");
    }

    #[test]
    fn lists_are_tight_or_loose_and_nest() {
        assert_eq!(told("- a\n- b"), "<ul><li>a</li><li>b</li></ul>");
        assert_eq!(told("- a\n\n- b"), "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
        assert_eq!(
            told("- a\n  - b\n  - c\n- d"),
            "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"
        );
        assert_eq!(told("3. c\n4. d"), "<ol start=\"3\"><li>c</li><li>d</li></ol>");
        assert_eq!(told("- a\n\n  more"), "<ul><li><p>a</p><p>more</p></li></ul>");
        assert_eq!(told("- a\nlazy\n- b"), "<ul><li>a\nlazy</li><li>b</li></ul>");
        assert_eq!(told("- a\n+ b"), "<ul><li>a</li></ul><ul><li>b</li></ul>");
        // A year at a line's beginning makes no list of it.
        assert_eq!(told("in\n2026. yes"), "<p>in\n2026. yes</p>");
        assert_eq!(told("-\n- b"), "<ul><li></li><li>b</li></ul>");
    }

    #[test]
    fn quotes_and_code() {
        assert_eq!(
            told("> a\nb\n>\n> - c\n\nd"),
            "<blockquote><p>a\nb</p><ul><li>c</li></ul></blockquote><p>d</p>"
        );
        assert_eq!(
            told("```rust\n<b> *x*\n\n  y\n```\nz"),
            "<pre><code>&lt;b&gt; *x*\n\n  y</code></pre><p>z</p>"
        );
        assert_eq!(told("~~~\nopen"), "<pre><code>open</code></pre>");
        assert_eq!(told("    a\n      b\n\nc"), "<pre><code>a\n  b</code></pre><p>c</p>");
    }

    #[test]
    fn html_is_text() {
        assert_eq!(
            told("<script>alert(1)</script> <b onclick=x>"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick=x&gt;</p>"
        );
    }

    #[test]
    fn whatever_is_nested_ends() {
        let deep = format!("{}x", "> ".repeat(5_000));
        assert!(told(&deep).contains('x'));
        let deep = (0..300).map(|n| format!("{}- x", "  ".repeat(n))).collect::<Vec<_>>();
        assert!(told(&deep.join("\n")).contains('x'));
        for text in ["", "\n\n", "-", "```", ">", "#", "![](", "[", "**", "1.", "&#", "\\"] {
            let _ = told(text);
        }
    }
}
