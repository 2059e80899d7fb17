//! How alike two notes are, by their words alone: nothing leaves the house.

pub mod fold;
