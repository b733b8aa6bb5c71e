//! Cards: a picture, a few words and buttons, alone or in a row.

use serde::{Deserialize, Serialize};

use super::{LinkButton, Media};

/// One card or several, laid out together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// How they lie.
    pub layout: Layout,
    /// The cards, first to last.
    pub cards: Vec<Card>,
}

/// How cards lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Side by side, to be swiped (inventory K10).
    Carousel,
    /// One card with a wide picture (K08).
    Wide,
    /// A wide head with items below it (K09).
    WideList,
    /// A table of titles and values (K11).
    ItemList,
}

/// One card.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
    /// Its link buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<LinkButton>,
    /// The emphasised entry of an item list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highlight: Option<CardItem>,
    /// The entries of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<CardItem>,
    /// The last line of an item list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<CardSummary>,
    /// The small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footnote: Option<String>,
}

/// An entry of a card's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardItem {
    /// Its head.
    pub title: String,
    /// Its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
}

/// The last line of an item list, e.g. a total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSummary {
    /// Its head.
    pub title: String,
    /// Its value.
    pub description: String,
}
