//! The fields of a customer, product or competitor.

use leptos::prelude::*;
use protocol::console::reference::ReferenceText;
use protocol::mail::Referent;
use protocol::{Code, Currency, Price};

use crate::form::TextField;
use crate::locale::use_locale;

/// What is typed, as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) name: String,
    region: String,
    segment: String,
    price: String,
}

impl Typed {
    /// As it is.
    pub(super) fn of(text: &ReferenceText) -> Self {
        Self {
            name: text.name.clone(),
            region: text.region.clone().unwrap_or_default(),
            segment: text.segment.clone().unwrap_or_default(),
            price: text.price.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// What it means.
    ///
    /// # Errors
    /// [`Code::InvalidField`] without a name, [`Code::PriceNotUnderstood`].
    pub(super) fn read(&self, of: Referent) -> Result<ReferenceText, Code> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let name = some(&self.name).ok_or(Code::InvalidField)?;
        let is_customer = of == Referent::Customer;
        let price = some(&self.price).filter(|_| of == Referent::Product);
        Ok(ReferenceText {
            of,
            name,
            region: some(&self.region).filter(|_| is_customer),
            segment: some(&self.segment).filter(|_| is_customer),
            price: price.map(|price| Price::parse(&price, Currency::EUR)).transpose()?,
        })
    }
}

/// The fields.
#[component]
pub(super) fn Fields(of: Referent, typed: RwSignal<Typed>) -> impl IntoView {
    let all = use_locale().texts;
    let texts = &all.pages.data;
    let customer = (of == Referent::Customer).then(|| {
        view! {
            <TextField
                label=all.pages.analysis.region
                value=Signal::derive(move || typed.with(|typed| typed.region.clone()))
                on_input=move |text| typed.update(|typed| typed.region = text)
                test_id="reference-region"
            />
            <TextField
                label=all.pages.analysis.segment
                value=Signal::derive(move || typed.with(|typed| typed.segment.clone()))
                on_input=move |text| typed.update(|typed| typed.segment = text)
                test_id="reference-segment"
            />
        }
    });
    let product = (of == Referent::Product).then(|| {
        view! {
            <TextField
                label=texts.list_price
                value=Signal::derive(move || typed.with(|typed| typed.price.clone()))
                on_input=move |text| typed.update(|typed| typed.price = text)
                test_id="reference-price"
            />
        }
    });
    view! {
        <TextField
            label=texts.name
            value=Signal::derive(move || typed.with(|typed| typed.name.clone()))
            on_input=move |text| typed.update(|typed| typed.name = text)
            test_id="reference-name"
        />
        {customer}
        {product}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_reads_back_as_it_was() {
        let price = Price::parse("12,50 €/kg", Currency::EUR).ok();
        let text = ReferenceText {
            of: Referent::Product,
            name: "Zip".to_owned(),
            region: None,
            segment: None,
            price,
        };
        assert_eq!(Typed::of(&text).read(Referent::Product), Ok(text));
    }

    #[test]
    fn what_cannot_be_is_found_before_it_is_sent() {
        let typed = Typed { name: " ".to_owned(), ..Typed::default() };
        assert_eq!(typed.read(Referent::Customer), Err(Code::InvalidField));
        let typed = Typed { name: "Zip".to_owned(), price: "1-2".to_owned(), ..typed };
        assert_eq!(typed.read(Referent::Product), Err(Code::PriceNotUnderstood));
        assert!(typed.read(Referent::Competitor).is_ok(), "a competitor has no list price");
    }
}
