//! Rows that lead to a briefing or a test group.

use leptos::prelude::*;
use protocol::mail::{Briefing, Subject, TestGroup};

use crate::i18n::pages::use_page_texts;
use crate::i18n::{format, use_language};

/// A briefing, or a battlecard, in two lines.
pub(crate) fn briefing_link(briefing: &Briefing) -> AnyView {
    let (t, language) = (use_page_texts(), use_language());
    let id = briefing.briefing_id.to_string();
    let phase = briefing.phase.map(|phase| format!(" · {}", (t.phase_of)(phase)));
    let (sort, name) = match &briefing.subject {
        Subject::Product(name) => (t.briefing, name.clone()),
        Subject::Competitor(name) => (t.battlecard, name.clone()),
    };
    let at = format::date(language, format::at_ms(briefing.at_ms));
    view! {
        <li class="mail-row" data-testid="briefing-item" data-briefing-id=id.clone()>
            <a href=format!("/inbox/briefings/{id}")>
                <span>{language.pick(&briefing.title).to_owned()}</span>
                <span class="quiet">{sort}" · "{name}{phase}" · "{at}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A test group; where `customer` is given the questionnaire begins with them.
pub(crate) fn group_link(group: &TestGroup, customer: Option<&str>) -> AnyView {
    let (t, language) = (use_page_texts(), use_language());
    let id = group.test_group_id.to_string();
    let customer = customer.map(|customer| format!("?customer={}", encoded(customer)));
    let href = format!("/inbox/groups/{id}{}", customer.unwrap_or_default());
    let product = group.product.as_ref().map(|product| format!(" · {product}"));
    let members = u32::try_from(group.customers.len()).unwrap_or(u32::MAX);
    view! {
        <li class="mail-row" data-testid="group-item" data-group-id=id>
            <a href=href>
                <span>{language.pick(&group.title).to_owned()}</span>
                <span class="quiet">{t.test_group}{product}" · "{format::plural(language, t.members, members)}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A text as a part of an address.
pub(crate) fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
