//! A briefing's text as reps will see it: elements of ours, never HTML of somebody's.

use leptos::prelude::*;

use super::markdown::{Block, Inline};
use crate::object_url;

/// The whole text.
pub(super) fn text(blocks: Vec<Block>) -> AnyView {
    blocks.into_iter().map(block).collect_view().into_any()
}

fn block(block: Block) -> AnyView {
    match block {
        // The page has three levels of its own above these.
        Block::Heading(1, words) => view! { <h4 class="prose-1">{line(words)}</h4> }.into_any(),
        Block::Heading(2, words) => view! { <h5 class="prose-2">{line(words)}</h5> }.into_any(),
        Block::Heading(_, words) => view! { <h6 class="prose-3">{line(words)}</h6> }.into_any(),
        Block::Paragraph(words) => view! { <p>{line(words)}</p> }.into_any(),
        Block::Plain(words) => line(words),
        Block::Quote(blocks) => view! { <blockquote>{text(blocks)}</blockquote> }.into_any(),
        Block::List(None, items) => view! { <ul>{list(items)}</ul> }.into_any(),
        Block::List(Some(first), items) => {
            view! { <ol start=first.to_string()>{list(items)}</ol> }.into_any()
        }
        Block::Code(code) => view! { <pre tabindex="0"><code>{code}</code></pre> }.into_any(),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

fn list(items: Vec<Vec<Block>>) -> AnyView {
    items.into_iter().map(|item| view! { <li>{text(item)}</li> }).collect_view().into_any()
}

fn line(words: Vec<Inline>) -> AnyView {
    words.into_iter().map(inline).collect_view().into_any()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Emphasis(words) => view! { <em>{line(words)}</em> }.into_any(),
        Inline::Strong(words) => view! { <strong>{line(words)}</strong> }.into_any(),
        Inline::Code(code) => view! { <code>{code}</code> }.into_any(),
        Inline::Link(href, words) => {
            view! { <a href=href target="_blank" rel="noopener noreferrer">{line(words)}</a> }
                .into_any()
        }
        Inline::Picture(data, alt) => {
            view! { <img src=object_url::of_data(&data) alt=alt /> }.into_any()
        }
        Inline::Break => view! { <br /> }.into_any(),
    }
}
