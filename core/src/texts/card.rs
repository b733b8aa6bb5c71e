//! Why cards cannot be drawn as cards, to their author.

use super::pick;
use crate::settings::Language;

/// A part of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardPart {
    /// Its head.
    Title,
    /// Its words.
    Body,
    /// Its picture.
    Picture,
    /// A button's label.
    Button,
    /// A button's address.
    Address,
    /// Its list.
    List,
    /// An entry's head.
    EntryTitle,
    /// An entry's words.
    EntryWords,
    /// An entry's picture.
    EntryPicture,
    /// The emphasised entry.
    Highlight,
    /// The last line.
    Summary,
    /// The small print.
    Footnote,
}

impl CardPart {
    fn name(self, language: Language) -> &'static str {
        match self {
            Self::Title => pick(language, "제목", "title"),
            Self::Body => pick(language, "본문", "body"),
            Self::Picture => pick(language, "이미지", "picture"),
            Self::Button => pick(language, "버튼 이름", "button label"),
            Self::Address => pick(language, "버튼 주소", "button address"),
            Self::List => pick(language, "목록", "list"),
            Self::EntryTitle => pick(language, "항목 제목", "entry title"),
            Self::EntryWords => pick(language, "항목 설명", "entry description"),
            Self::EntryPicture => pick(language, "항목 이미지", "entry picture"),
            Self::Highlight => pick(language, "강조 항목", "highlight"),
            Self::Summary => pick(language, "요약", "summary"),
            Self::Footnote => pick(language, "덧붙임", "footnote"),
        }
    }
}

/// Why cards cannot be drawn in their layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardFault {
    /// The platform has no such layout.
    Layout,
    /// Too few or too many cards: found, fewest, most.
    Cards(usize, usize, u64),
    /// Too few or too many entries in a list: found, fewest, most.
    Entries(usize, usize, u64),
    /// Too many buttons on a card: found, most.
    Buttons(usize, u64),
    /// Some cards have a picture and some do not.
    Mixed,
    /// A part is too long: found, most.
    Long(CardPart, usize, usize),
    /// The layout has no such part.
    Unknown(CardPart),
    /// The layout demands the part.
    Missing(CardPart),
    /// A picture is of the wrong type, size or shape.
    Medium(CardPart),
}

/// What an author reads when cards were taken apart; `card` counts from 0.
pub fn cards_apart(language: Language, card: Option<usize>, fault: CardFault) -> String {
    let place = card.map(|index| match language {
        Language::Ko => format!("카드 {}: ", index + 1),
        Language::En => format!("card {}: ", index + 1),
    });
    let why = cards_fault(language, fault);
    let place = place.unwrap_or_default();
    match language {
        Language::Ko => format!("글과 그림으로 풀어 보냄 ({place}{why})"),
        Language::En => format!("sent as words and pictures ({place}{why})"),
    }
}

fn cards_fault(language: Language, fault: CardFault) -> String {
    let korean = language == Language::Ko;
    match fault {
        CardFault::Layout => pick(language, "이 배열이 없음", "the platform has no such layout").to_owned(),
        CardFault::Cards(found, min, max) if korean => format!("카드 {found}장, {min}~{max}장만 가능"),
        CardFault::Cards(found, min, max) => format!("{found} cards, {min} to {max} allowed"),
        CardFault::Entries(found, min, max) if korean => format!("항목 {found}개, {min}~{max}개만 가능"),
        CardFault::Entries(found, min, max) => format!("{found} entries, {min} to {max} allowed"),
        CardFault::Buttons(found, max) if korean => format!("버튼 {found}개 > {max}개"),
        CardFault::Buttons(found, max) => format!("{found} buttons > {max}"),
        CardFault::Mixed => {
            pick(language, "이미지가 없는 카드가 있음", "a picture on some cards only").to_owned()
        }
        CardFault::Long(part, found, max) => format!("{} {found} > {max}", part.name(language)),
        CardFault::Unknown(part) if korean => format!("{} 자리가 없음", part.name(language)),
        CardFault::Unknown(part) => format!("no room for a {}", part.name(language)),
        CardFault::Missing(part) if korean => format!("{} 없음", part.name(language)),
        CardFault::Missing(part) => format!("{} missing", part.name(language)),
        CardFault::Medium(part) if korean => format!("{} 형식이나 크기가 맞지 않음", part.name(language)),
        CardFault::Medium(part) => format!("{}: wrong type, size or shape", part.name(language)),
    }
}
