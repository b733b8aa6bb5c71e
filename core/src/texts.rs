//! The sentences that customers and agents read, in Korean and English.
//!
//! Rules for addresses: an address stands alone on the last line of its sentence, nothing after it, because a
//! following particle or full stop breaks the tap.

mod agent;
mod card;
mod customer;
mod form;
mod line;
mod report;
mod when;

pub use agent::{
    channel_paused, instagram_window, kakao_never_opened, kakao_session_ended, keep_as_note, opted_out,
    send_by_sms, session_closed,
};
pub use card::{CardFault, CardPart, cards_apart};
pub use customer::{
    choose_below, file_size, link_button, link_button_sms, map_link, media_link, media_word, not_understood,
    place_lines, replies_head, replies_menu, retention_notice, sticker_word,
};
pub use form::{
    form_as_words, form_by_link, form_consent, form_done, form_optional, form_question, form_wrong,
};
pub use line::{LineWord, line, unsupported};
pub use report::{
    cluster_cut, form_answers_stay_loose, media_failed, moved_to_end, not_drawn, nothing_to_send,
    raw_payload_refused, split_into, unknown_block, variable_unknown,
};
pub use when::{day, day_and_time, seoul};

use crate::settings::Language;

/// The text of the language.
const fn pick<'a>(language: Language, ko: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Ko => ko,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests;
