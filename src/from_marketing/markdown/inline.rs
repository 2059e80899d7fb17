//! What stands within a paragraph: emphasis, code, links, pictures, line breaks.

use super::{Element, Node, element};

/// Schemes that a link may lead to.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// Links and emphasis within each other; deeper ones are text.
const DEPTH_MAX: usize = 8;

/// A piece of a text on the way to nodes.
enum Piece {
    Node(Node),
    /// `*` or `_` that may be emphasis.
    Run(Run),
}

#[derive(Clone, Copy)]
struct Run {
    mark: char,
    count: usize,
    can_open: bool,
    can_close: bool,
}

/// The nodes of a text.
pub(super) fn inlines(text: &str) -> Vec<Node> {
    let chars: Vec<char> = text.chars().collect();
    nodes(&chars, 0)
}

fn nodes(chars: &[char], depth: usize) -> Vec<Node> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(&character) = chars.get(at) {
        let rest = chars.get(at..).unwrap_or_default();
        let found = match character {
            '\\' => escape(rest),
            '`' => code(rest),
            '!' if rest.get(1) == Some(&'[') => picture(rest),
            '[' if depth < DEPTH_MAX => link(rest, depth),
            '<' => autolink(rest),
            '&' => entity(rest),
            '\n' => Some((line_break(&mut text), 1)),
            '*' | '_' => {
                let run = run(chars, at);
                flush(&mut text, &mut pieces);
                pieces.push(Piece::Run(run));
                at += run.count;
                continue;
            }
            _ => None,
        };
        match found {
            Some((found, taken)) => {
                for node in found {
                    match node {
                        Node::Text(more) => text.push_str(&more),
                        node => {
                            flush(&mut text, &mut pieces);
                            pieces.push(Piece::Node(node));
                        }
                    }
                }
                at += taken;
            }
            // Marks of code that nothing closes are text, all of them.
            None if character == '`' => {
                let run = rest.iter().take_while(|it| **it == '`').count();
                text.extend(rest.iter().take(run));
                at += run;
            }
            None => {
                text.push(character);
                at += 1;
            }
        }
    }
    flush(&mut text, &mut pieces);
    emphasised(pieces)
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Node(Node::Text(core::mem::take(text))));
    }
}

/// What was found, and how many characters it took.
type Found = Option<(Vec<Node>, usize)>;

fn text(text: impl Into<String>) -> Vec<Node> {
    vec![Node::Text(text.into())]
}

fn escape(rest: &[char]) -> Found {
    match rest.get(1)? {
        '\n' => Some((vec![element("br", Vec::new())], 2)),
        mark if mark.is_ascii_punctuation() => Some((text(*mark), 2)),
        _ => None,
    }
}

/// Two spaces before the end of a line break it.
fn line_break(before: &mut String) -> Vec<Node> {
    let is_hard = before.ends_with("  ");
    before.truncate(before.trim_end_matches(' ').len());
    if is_hard { vec![element("br", Vec::new())] } else { text("\n") }
}

fn code(rest: &[char]) -> Found {
    let len = rest.iter().take_while(|it| **it == '`').count();
    let mut at = len;
    while at < rest.len() {
        let run = rest.iter().skip(at).take_while(|it| **it == '`').count();
        if run == len {
            let inside: String = rest.get(len..at)?.iter().collect();
            let inside = inside.replace('\n', " ");
            // One space at each end sets off code that begins or ends with a mark.
            let bare = inside.strip_prefix(' ').and_then(|it| it.strip_suffix(' '));
            let bare = bare.filter(|it| !it.trim().is_empty()).unwrap_or(&inside);
            return Some((vec![element("code", text(bare))], at + len));
        }
        at += run.max(1);
    }
    None
}

/// Where the bracket closes that opens at 0.
fn closing(rest: &[char]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(character) = rest.get(at) {
        match character {
            '\\' => at += 1,
            '`' => {
                let here = rest.get(at..)?;
                let run = here.iter().take_while(|it| **it == '`').count();
                at += code(here).map_or(run, |(_, taken)| taken);
                continue;
            }
            '[' => depth += 1,
            ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// "(address "title")" at the beginning: the address, and how many characters it took.
fn target(rest: &[char]) -> Option<(String, usize)> {
    if rest.first() != Some(&'(') {
        return None;
    }
    let spaces = |at: usize| rest.iter().skip(at).take_while(|it| it.is_whitespace()).count();
    let mut at = 1 + spaces(1);
    let mut address = String::new();
    let is_angled = rest.get(at) == Some(&'<');
    at += usize::from(is_angled);
    let mut depth = 0_usize;
    loop {
        match *rest.get(at)? {
            '>' if is_angled => {
                at += 1;
                break;
            }
            '\n' if is_angled => return None,
            '\\' if rest.get(at + 1).is_some_and(char::is_ascii_punctuation) => {
                at += 1;
                address.push(*rest.get(at)?);
            }
            it if is_angled => address.push(it),
            it if it.is_whitespace() => break,
            ')' if depth == 0 => break,
            it => {
                depth = if it == '(' { depth + 1 } else { depth - usize::from(it == ')') };
                address.push(it);
            }
        }
        at += 1;
    }
    at += spaces(at);
    // A title is read over: a thumb hovers over nothing.
    if let Some(&open) = rest.get(at).filter(|it| matches!(it, '"' | '\'' | '(')) {
        let close = if open == '(' { ')' } else { open };
        at += 1;
        while *rest.get(at)? != close {
            at += 1 + usize::from(rest.get(at) == Some(&'\\'));
        }
        at += 1;
        at += spaces(at);
    }
    (rest.get(at) == Some(&')')).then_some((address, at + 1))
}

/// An address that a link may lead to.
fn is_safe(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| address.starts_with(scheme))
}

fn link_to(address: String, children: Vec<Node>) -> Node {
    let attributes = vec![
        ("href", address),
        ("target", "_blank".to_owned()),
        ("rel", "noopener noreferrer".to_owned()),
    ];
    Node::Element(Element { tag: "a", attributes, children })
}

fn link(rest: &[char], depth: usize) -> Found {
    let close = closing(rest)?;
    let (address, taken) = target(rest.get(close + 1..)?)?;
    let words = nodes(rest.get(1..close)?, depth + 1);
    // A link that leads nowhere good is its words; so is one around another.
    let is_link = is_safe(&address) && !has_link(&words);
    let nodes = if is_link { vec![link_to(address, words)] } else { words };
    Some((nodes, close + 1 + taken))
}

fn has_link(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(_) => false,
        Node::Element(element) => element.tag == "a" || has_link(&element.children),
    })
}

/// A picture that is in the text; of any other the words that stand for it.
fn picture(rest: &[char]) -> Found {
    let label = rest.get(1..)?;
    let close = closing(label)?;
    let (address, taken) = target(label.get(close + 1..)?)?;
    let words = plain(&nodes(label.get(1..close)?, DEPTH_MAX));
    let is_here = address.starts_with("data:image/") && address.contains(";base64,");
    let nodes = if is_here {
        let attributes = vec![("src", address), ("alt", words)];
        vec![Node::Element(Element { tag: "img", attributes, children: Vec::new() })]
    } else {
        text(words)
    };
    Some((nodes, 1 + close + 1 + taken))
}

fn plain(nodes: &[Node]) -> String {
    let words = nodes.iter().map(|node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) => plain(&element.children),
    });
    words.collect()
}

/// `<https://…>`, `<somebody@…>`
fn autolink(rest: &[char]) -> Found {
    let end = rest.iter().position(|it| *it == '>')?;
    let address: String = rest.get(1..end)?.iter().collect();
    let is_word = !address.contains(|it: char| it.is_whitespace() || it == '<');
    let to = match () {
        () if !is_word => return None,
        () if is_safe(&address) => address.clone(),
        () if address.contains('@') && !address.contains(['/', ':']) => {
            format!("mailto:{address}")
        }
        () => return None,
    };
    Some((vec![link_to(to, text(address))], end + 1))
}

fn entity(rest: &[char]) -> Found {
    let end = rest.iter().take(10).position(|it| *it == ';')?;
    let name: String = rest.get(1..end)?.iter().collect();
    let character = match &*name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|it| *it != '\0')?
        }
    };
    Some((text(character), end + 1))
}

/// The marks at a place, and whether they can begin or end emphasis (CommonMark §6.2).
fn run(chars: &[char], at: usize) -> Run {
    let mark = chars.get(at).copied().unwrap_or('*');
    let count = chars.iter().skip(at).take_while(|it| **it == mark).count();
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
    let after = chars.get(at + count).copied().unwrap_or(' ');
    let is_sign = |it: char| !it.is_alphanumeric() && !it.is_whitespace();
    let is_left =
        !after.is_whitespace() && (!is_sign(after) || before.is_whitespace() || is_sign(before));
    let is_right =
        !before.is_whitespace() && (!is_sign(before) || after.is_whitespace() || is_sign(after));
    let (can_open, can_close) = match mark {
        '*' => (is_left, is_right),
        _ => (is_left && (!is_right || is_sign(before)), is_right && (!is_left || is_sign(after))),
    };
    Run { mark, count, can_open, can_close }
}

/// Whether two runs belong together; of runs that do both, not those that add up to threes.
fn is_pair(open: Run, close: Run) -> bool {
    let is_both = (open.can_open && open.can_close) || (close.can_open && close.can_close);
    let is_odd = is_both
        && (open.count + close.count).is_multiple_of(3)
        && !(open.count.is_multiple_of(3) && close.count.is_multiple_of(3));
    open.can_open && open.mark == close.mark && open.count > 0 && !is_odd
}

fn emphasised(mut pieces: Vec<Piece>) -> Vec<Node> {
    let mut at = 0;
    while at < pieces.len() {
        let close = match pieces.get(at) {
            Some(Piece::Run(run)) if run.can_close && run.count > 0 => *run,
            _ => {
                at += 1;
                continue;
            }
        };
        let is_opener = |piece: &Piece| matches!(piece, Piece::Run(open) if is_pair(*open, close));
        let opener = pieces.get(..at).unwrap_or_default().iter().rposition(is_opener);
        let Some(opener) = opener else {
            at += 1;
            continue;
        };
        let count_at = |pieces: &[Piece], at: usize| match pieces.get(at) {
            Some(Piece::Run(run)) => run.count,
            _ => 0,
        };
        let used = if count_at(&pieces, opener) >= 2 && close.count >= 2 { 2 } else { 1 };
        let children: Vec<Node> = pieces.drain(opener + 1..at).flat_map(node).collect();
        let tag = if used == 2 { "strong" } else { "em" };
        pieces.insert(opener + 1, Piece::Node(element(tag, children)));
        for place in [opener, opener + 2] {
            if let Some(Piece::Run(run)) = pieces.get_mut(place) {
                run.count -= used;
            }
        }
        at = opener + 2;
    }
    joined(pieces.into_iter().flat_map(node))
}

/// A run that nothing matches is text.
fn node(piece: Piece) -> Option<Node> {
    match piece {
        Piece::Node(node) => Some(node),
        Piece::Run(Run { mark, count, .. }) => {
            (count > 0).then(|| Node::Text(mark.to_string().repeat(count)))
        }
    }
}

/// Texts that stand beside each other as one.
fn joined(nodes: impl Iterator<Item = Node>) -> Vec<Node> {
    let mut joined: Vec<Node> = Vec::new();
    for node in nodes {
        match (joined.last_mut(), node) {
            (Some(Node::Text(text)), Node::Text(more)) => text.push_str(&more),
            (_, node) => joined.push(node),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;
    use super::*;

    fn told(text: &str) -> String {
        html(&inlines(text))
    }

    const REL: &str = "target=\"_blank\" rel=\"noopener noreferrer\"";

    #[test]
    fn emphasis_as_in_the_specification() {
        for (text, expected) in [
            ("*a* **b** _c_ __d__", "<em>a</em> <strong>b</strong> <em>c</em> <strong>d</strong>"),
            ("***a***", "<em><strong>a</strong></em>"),
            ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
            ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
            ("snake_case_name", "snake_case_name"),
            ("5 * 3 * 2", "5 * 3 * 2"),
            ("in*side*word", "in<em>side</em>word"),
            ("*open", "*open"),
            ("**a*", "*<em>a</em>"),
            ("«*à*»", "«<em>à</em>»"),
            ("\\*not\\*", "*not*"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn code_keeps_what_is_in_it() {
        assert_eq!(told("`*a* <b>`"), "<code>*a* &lt;b&gt;</code>");
        assert_eq!(told("`` a`b ``"), "<code>a`b</code>");
        assert_eq!(told("`open"), "`open");
        assert_eq!(told("*a `*` b*"), "<em>a <code>*</code> b</em>");
    }

    #[test]
    fn links_lead_to_the_web_or_to_mail_and_nowhere_else() {
        assert_eq!(
            told("[a *b*](https://x.org/a_(b) \"t\")"),
            format!("<a href=\"https://x.org/a_(b)\" {REL}>a <em>b</em></a>")
        );
        assert_eq!(
            told("<https://x.org>"),
            format!("<a href=\"https://x.org\" {REL}>https://x.org</a>")
        );
        assert_eq!(told("<a@x.org>"), format!("<a href=\"mailto:a@x.org\" {REL}>a@x.org</a>"));
        for (text, expected) in [
            ("[x](javascript:alert(1))", "x"),
            ("[x](JavaScript:alert)", "x"),
            ("[x](<data:text/html,a>)", "x"),
            ("[x](/console/)", "x"),
            ("[x](//evil.org)", "x"),
            ("<javascript:alert(1)>", "&lt;javascript:alert(1)&gt;"),
            ("[x] (y)", "[x] (y)"),
            ("[x](y", "[x](y"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        let twice = told("[a [b](https://b.org) c](https://a.org)");
        assert_eq!(twice, format!("a <a href=\"https://b.org\" {REL}>b</a> c"));
    }

    #[test]
    fn pictures_are_in_the_text_or_are_their_words() {
        let picture = "![a *b*](data:image/png;base64,AAAA)";
        assert_eq!(told(picture), "<img src=\"data:image/png;base64,AAAA\" alt=\"a b\">");
        assert_eq!(told("![far](https://x.org/a.png)"), "far");
        assert_eq!(told("![x](data:text/html;base64,AAAA)"), "x");
    }

    #[test]
    fn lines_break_where_two_spaces_say_so() {
        assert_eq!(told("a  \nb"), "a<br>b");
        assert_eq!(told("a\\\nb"), "a<br>b");
        assert_eq!(told("a \nb"), "a\nb");
        assert_eq!(told("&amp; &lt;b&gt; &#233; &unknown;"), "&amp; &lt;b&gt; é &amp;unknown;");
    }
}
