//! Reads the CommonMark of a briefing into a tree of the few things that are shown. HTML stays
//! text, links lead to the web or a mailbox only, and pictures are in the text itself: nothing that
//! is written here can run or call home.

use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag};

use super::pictures::{Pictures, named};

/// How deep quotes, lists and emphasis nest; deeper ones are shown at this depth.
const DEPTH_MAX: usize = 24;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// With its level, from 1.
    Heading(u8, Vec<Inline>),
    Paragraph(Vec<Inline>),
    /// Words of a tight list, which have no paragraph of their own.
    Plain(Vec<Inline>),
    Quote(Vec<Block>),
    /// The first number of an ordered one, and the items.
    List(Option<u64>, Vec<Vec<Block>>),
    Code(String),
    Rule,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Code(String),
    Link(String, Vec<Inline>),
    /// Its `data:` address, and its words.
    Picture(Arc<str>, String),
    Break,
}

/// The tree of a text whose pictures have short names or are `data:` addresses.
pub(super) fn read(text: &str, pictures: &Pictures) -> Vec<Block> {
    let mut reader = Reader { pictures, stack: vec![Frame::new(Shape::Root)] };
    Parser::new(text).for_each(|event| reader.take(event));
    while reader.stack.len() > 1 {
        reader.close();
    }
    let mut blocks = reader.stack.pop().map(Frame::into_blocks).unwrap_or_default();
    step_down(&mut blocks);
    blocks
}

/// Headings go down one level at a time, whatever was written: who hears them finds no hole. Those
/// within quotes and lists are no headings of the text.
fn step_down(blocks: &mut [Block]) {
    let mut above = 0;
    for block in blocks {
        match block {
            Block::Heading(level, _) => {
                *level = (*level).min(above + 1);
                above = *level;
            }
            Block::Quote(within) => flatten(within),
            Block::List(_, items) => items.iter_mut().for_each(|item| flatten(item)),
            _ => {}
        }
    }
}

fn flatten(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::Heading(_, words) => {
                *block = Block::Paragraph(vec![Inline::Strong(core::mem::take(words))]);
            }
            Block::Quote(within) => flatten(within),
            Block::List(_, items) => items.iter_mut().for_each(|item| flatten(item)),
            _ => {}
        }
    }
}

/// What an open frame will become.
enum Shape {
    Root,
    Heading(u8),
    Paragraph,
    Quote,
    List(Option<u64>),
    Item,
    Code,
    Emphasis,
    Strong,
    Link(String),
    Picture(String),
    /// Shown as what is in it.
    Nothing,
}

struct Frame {
    shape: Shape,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
}

impl Frame {
    const fn new(shape: Shape) -> Self {
        Self { shape, blocks: Vec::new(), inlines: Vec::new(), items: Vec::new() }
    }

    /// Words that have no block yet become one, before another follows.
    fn flush(&mut self) {
        if !self.inlines.is_empty() {
            self.blocks.push(Block::Plain(core::mem::take(&mut self.inlines)));
        }
    }

    fn into_blocks(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }
}

struct Reader<'a> {
    pictures: &'a Pictures,
    stack: Vec<Frame>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => {
                let is_deep = self.stack.len() > DEPTH_MAX;
                let shape = if is_deep { Shape::Nothing } else { shape(tag) };
                self.stack.push(Frame::new(shape));
            }
            Event::End(_) => self.close(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.inline(Inline::Text(text.into_string()));
            }
            Event::Code(code) => self.inline(Inline::Code(code.into_string())),
            Event::SoftBreak => self.inline(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            // Of extensions, which are off.
            _ => {}
        }
    }

    /// The innermost frame becomes what it is, within the one around it.
    fn close(&mut self) {
        if self.stack.len() < 2 {
            return;
        }
        let Some(mut frame) = self.stack.pop() else { return };
        match core::mem::replace(&mut frame.shape, Shape::Nothing) {
            Shape::Heading(level) => self.block(Block::Heading(level, frame.inlines)),
            Shape::Paragraph => self.block(Block::Paragraph(frame.inlines)),
            Shape::Quote => self.block(Block::Quote(frame.into_blocks())),
            Shape::List(first) => self.block(Block::List(first, frame.items)),
            Shape::Item => {
                let blocks = frame.into_blocks();
                match self.stack.last_mut() {
                    Some(list) if matches!(list.shape, Shape::List(_)) => list.items.push(blocks),
                    _ => blocks.into_iter().for_each(|block| self.block(block)),
                }
            }
            Shape::Code => self.block(Block::Code(plain(&frame.inlines))),
            Shape::Emphasis => self.inline(Inline::Emphasis(frame.inlines)),
            Shape::Strong => self.inline(Inline::Strong(frame.inlines)),
            Shape::Link(href) => match safe_link(&href) {
                Some(href) => self.inline(Inline::Link(href, frame.inlines)),
                None => frame.inlines.into_iter().for_each(|inline| self.inline(inline)),
            },
            Shape::Picture(source) => {
                let words = plain(&frame.inlines);
                let picture = match self.picture(&source) {
                    Some(data) => Inline::Picture(data, words),
                    None => Inline::Text(words),
                };
                self.inline(picture);
            }
            Shape::Root | Shape::Nothing => {
                frame.inlines.into_iter().for_each(|inline| self.inline(inline));
                frame.items.into_iter().flatten().for_each(|block| self.block(block));
                frame.blocks.into_iter().for_each(|block| self.block(block));
            }
        }
    }

    fn picture(&self, source: &str) -> Option<Arc<str>> {
        let is_picture = |data: &str| {
            let kinds = ["png", "jpeg", "webp"];
            kinds.iter().any(|kind| data.starts_with(&format!("data:image/{kind};base64,")))
        };
        let data = named(source, self.pictures).cloned().unwrap_or_else(|| source.into());
        is_picture(&data).then_some(data)
    }

    fn inline(&mut self, inline: Inline) {
        if let Some(frame) = self.stack.last_mut() {
            frame.inlines.push(inline);
        }
    }

    fn block(&mut self, block: Block) {
        if let Some(frame) = self.stack.last_mut() {
            frame.flush();
            frame.blocks.push(block);
        }
    }
}

fn shape(tag: Tag<'_>) -> Shape {
    match tag {
        Tag::Heading { level, .. } => Shape::Heading(match level {
            HeadingLevel::H1 => 1,
            HeadingLevel::H2 => 2,
            _ => 3,
        }),
        Tag::Paragraph | Tag::HtmlBlock => Shape::Paragraph,
        Tag::BlockQuote(_) => Shape::Quote,
        Tag::List(first) => Shape::List(first),
        Tag::Item => Shape::Item,
        Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => Shape::Code,
        Tag::Emphasis => Shape::Emphasis,
        Tag::Strong => Shape::Strong,
        Tag::Link { dest_url, .. } => Shape::Link(dest_url.into_string()),
        Tag::Image { dest_url, .. } => Shape::Picture(dest_url.into_string()),
        _ => Shape::Nothing,
    }
}

/// The address where it leads to the web or a mailbox; anything else is none.
fn safe_link(href: &str) -> Option<String> {
    let (scheme, _) = href.trim().split_once(':')?;
    let is_safe = ["http", "https", "mailto"].iter().any(|one| scheme.eq_ignore_ascii_case(one));
    is_safe.then(|| href.trim().to_owned())
}

/// The words alone.
fn plain(inlines: &[Inline]) -> String {
    let mut words = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Emphasis(within) | Inline::Strong(within) | Inline::Link(_, within) => {
                words.push_str(&plain(within));
            }
            Inline::Picture(_, alt) => words.push_str(alt),
            Inline::Break => words.push(' '),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        read(text, &vec!["data:image/webp;base64,AA".into(), "data:image/svg+xml;base64,AA".into()])
    }

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    #[test]
    fn what_briefings_need_is_read() {
        assert_eq!(
            blocks("# Zip\n\nOne *two* **three** `four`\n\n> five\n\n---\n\n    six\n"),
            [
                Block::Heading(1, vec![text("Zip")]),
                Block::Paragraph(vec![
                    text("One "),
                    Inline::Emphasis(vec![text("two")]),
                    text(" "),
                    Inline::Strong(vec![text("three")]),
                    text(" "),
                    Inline::Code("four".to_owned()),
                ]),
                Block::Quote(vec![Block::Paragraph(vec![text("five")])]),
                Block::Rule,
                Block::Code("six\n".to_owned()),
            ]
        );
        assert_eq!(
            blocks("3. a\n   - b\n4. c\n"),
            [Block::List(
                Some(3),
                vec![
                    vec![
                        Block::Plain(vec![text("a")]),
                        Block::List(None, vec![vec![Block::Plain(vec![text("b")])]]),
                    ],
                    vec![Block::Plain(vec![text("c")])],
                ]
            )]
        );
    }

    #[test]
    fn nothing_that_is_written_can_run_or_call_home() {
        assert_eq!(
            blocks("<script>alert(1)</script>\n\na <b onclick=x>b</b>"),
            [
                Block::Paragraph(vec![text("<script>alert(1)</script>\n")]),
                Block::Paragraph(vec![text("a "), text("<b onclick=x>"), text("b"), text("</b>"),]),
            ]
        );
        for link in
            ["[x](javascript:alert(1))", "[x](JAVASCRIPT:1)", "[x](/api)", "[x](data:text/html,1)"]
        {
            assert_eq!(blocks(link), [Block::Paragraph(vec![text("x")])], "{link}");
        }
        for picture in ["![x](https://spy.example/1.png)", "![x](picture:2)", "![x](picture:7)"] {
            assert_eq!(blocks(picture), [Block::Paragraph(vec![text("x")])], "{picture}");
        }
        for link in ["https://a.example/b", "mailto:a@b.example"] {
            let read = blocks(&format!("[x]({link})"));
            assert_eq!(
                read,
                [Block::Paragraph(vec![Inline::Link(link.to_owned(), vec![text("x")])])]
            );
        }
    }

    #[test]
    fn headings_go_down_one_level_at_a_time() {
        let levels: Vec<u8> = blocks("## a\n\n#### b\n\n# c\n\n### d")
            .iter()
            .filter_map(|block| match block {
                Block::Heading(level, _) => Some(*level),
                _ => None,
            })
            .collect();
        assert_eq!(levels, [1, 2, 1, 2]);
        assert_eq!(
            blocks("> # a"),
            [Block::Quote(vec![Block::Paragraph(vec![Inline::Strong(vec![text("a")])])])]
        );
    }

    #[test]
    fn a_picture_is_shown_by_its_short_name() {
        assert_eq!(
            blocks("![a *b*](picture:1)"),
            [Block::Paragraph(vec![Inline::Picture(
                "data:image/webp;base64,AA".into(),
                "a b".to_owned()
            )])]
        );
    }

    #[test]
    fn depth_is_bounded_whatever_is_written() {
        fn depth(blocks: &[Block]) -> usize {
            let within = blocks.iter().map(|block| match block {
                Block::Quote(blocks) => depth(blocks),
                Block::List(_, items) => items.iter().map(|item| depth(item)).max().unwrap_or(0),
                _ => 0,
            });
            within.max().unwrap_or(0) + 1
        }
        for text in [">".repeat(10_000) + " deep", "- ".repeat(2_000) + "deep"] {
            let blocks = blocks(&text);
            assert!(depth(&blocks) <= DEPTH_MAX + 1, "{}", depth(&blocks));
            assert!(format!("{blocks:?}").contains("deep"), "the words stay");
        }
        let emphasis = "*".repeat(5_000) + "a" + &"*".repeat(5_000);
        assert!(format!("{:?}", blocks(&emphasis)).contains('a'));
    }
}
