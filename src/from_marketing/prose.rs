//! A text of marketing's on the page: its elements are made one by one, and no text ever becomes
//! markup.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

use super::markdown::{self, Element, Node};
use crate::ui::object_url::ObjectUrl;

/// `text` is CommonMark.
#[component]
pub(super) fn Prose(text: String) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    // The browser holds the pictures for as long as they are shown.
    let pictures = StoredValue::new_local(Vec::<Rc<ObjectUrl>>::new());
    Effect::new(move || {
        if let Some(place) = place.get() {
            place.set_text_content(None);
            let mut shown = Vec::new();
            for node in markdown::parse(&text) {
                // What cannot be put on the page leaves the rest as it is.
                let _ = append(&place, node, &mut shown);
            }
            pictures.set_value(shown);
        }
    });
    view! { <div class="prose" node_ref=place></div> }
}

fn append(
    parent: &web_sys::Element,
    node: Node,
    pictures: &mut Vec<Rc<ObjectUrl>>,
) -> Result<(), JsValue> {
    let Element { tag, attributes, children } = match node {
        Node::Text(text) => return parent.append_with_str_1(&text),
        Node::Element(element) => element,
    };
    let element = document().create_element(tag)?;
    for (name, value) in attributes {
        if name == "src" {
            let picture = picture(&value)?;
            element.set_attribute(name, picture.as_str())?;
            pictures.push(Rc::new(picture));
        } else {
            element.set_attribute(name, &value)?;
        }
    }
    for child in children {
        append(&element, child, pictures)?;
    }
    parent.append_with_node_1(&element)
}

/// The page shows no `data:` address (SECURITY.md, "headers"): its bytes get one of their own.
fn picture(address: &str) -> Result<ObjectUrl, JsValue> {
    let (head, base64) = address.split_once(";base64,").ok_or(JsValue::NULL)?;
    let media_type = head.strip_prefix("data:").unwrap_or_default();
    // Each character of what `atob` gives is a byte.
    let bytes: Vec<u8> = window()
        .atob(base64)?
        .chars()
        .filter_map(|character| u8::try_from(u32::from(character)).ok())
        .collect();
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(&*bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    ObjectUrl::of(&blob)
}
