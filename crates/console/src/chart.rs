//! Charts of our own: SVG for the eye, and the same figures as a table beside it. Marks are links
//! to their notes; the keyboard and screen readers find the same links in the table.

mod bars;
mod figure;
mod lines;
mod scale;
mod table;
mod time;

pub(crate) use bars::{Bar, Bars};
pub(crate) use figure::Figure;
pub(crate) use lines::{Lines, Mark, Plot};
pub(crate) use scale::{round_up, ticks};
pub(crate) use table::{Cell, Table};
pub(crate) use time::{day_number, day_of, end_of, labelled};
