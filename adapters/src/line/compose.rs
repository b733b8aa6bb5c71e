//! How fitted parts join into LINE's bubbles: link buttons stand in a template under at most 160 graphemes of words,
//! quick replies stand under the last bubble, and a medium carries neither words nor buttons.

use naru_core::capabilities::Unit;
use naru_core::content::{LinkButton, Location, Media, MediaBlock, MediaKind, Text};
use naru_core::downgrade::{Action, Context, MediaFacts, Part, PartBody, Report};
use naru_core::settings::Language;

use super::address;
use super::capabilities::{BUTTON_URL, BUTTONS, BUTTONS_TEXT, PLACE, PREVIEW_BYTES, QUICK_REPLIES};
use super::utf16::clip;

/// Composes a message's parts.
pub(super) fn compose(parts: Vec<Part>, context: &Context<'_>, report: &mut Report) -> Vec<Part> {
    let mut composer = Composer { context, report, bubbles: Vec::new() };
    for part in parts {
        composer.place(part);
    }
    composer.replies_last();
    composer.bubbles
}

struct Composer<'a, 'b> {
    context: &'a Context<'b>,
    report: &'a mut Report,
    bubbles: Vec<Part>,
}

impl Composer<'_, '_> {
    fn place(&mut self, mut part: Part) {
        part.replies.append(&mut part.quick_replies);
        let buttons = std::mem::take(&mut part.buttons);
        match &part.body {
            PartBody::Text(_) => self.words(part, buttons),
            PartBody::Media { kind, block, text } => {
                let (kind, block, text) = (*kind, block.clone(), text.clone());
                self.medium(part, kind, &block, text, buttons);
            }
            PartBody::Location(place) => {
                let place = place.clone();
                self.location(part, place, buttons);
            }
            _ => self.apart(part, buttons),
        }
    }

    /// Words with or without buttons.
    fn words(&mut self, part: Part, buttons: Vec<LinkButton>) {
        let plain = part.plain();
        let empty = plain.trim().is_empty();
        if buttons.is_empty() {
            return if empty { self.replies_alone(part) } else { self.bubbles.push(part) };
        }
        if empty {
            return self.under_the_last(part, buttons);
        }
        if Unit::Graphemes.measure(&plain) <= BUTTONS_TEXT {
            return self.buttons(part, buttons);
        }
        let mut below = self.lead(&part.path);
        below.replies.clone_from(&part.replies);
        self.report.change(&part.path, "text", Action::Split, "", "buttons stand in a bubble of their own");
        self.bubbles.push(Part { replies: Vec::new(), ..part });
        self.buttons(below, buttons);
    }

    /// A row of reply buttons without words stands under the bubble before it.
    fn replies_alone(&mut self, part: Part) {
        if part.replies.is_empty() {
            return;
        }
        match self.bubbles.last_mut() {
            Some(last) => last.replies.extend(part.replies),
            None => {
                let words = match self.context.language {
                    Language::Ko => "아래에서 골라 주세요.",
                    Language::En => "Please choose below.",
                };
                self.bubbles.push(Part { body: PartBody::Text(Text::plain(words)), ..part });
            }
        }
    }

    /// Link buttons without words stand under the words before them where these fit, else under a sentence of ours.
    fn under_the_last(&mut self, mut part: Part, buttons: Vec<LinkButton>) {
        let fits = |last: &Part| {
            matches!(last.body, PartBody::Text(_))
                && last.buttons.is_empty()
                && Unit::Graphemes.measure(&last.plain()) <= BUTTONS_TEXT
        };
        match self.bubbles.pop_if(|last| fits(last)) {
            Some(mut last) => {
                last.replies.append(&mut part.replies);
                self.buttons(last, buttons);
            }
            None => {
                let lead = Part { replies: part.replies, ..self.lead(&part.path) };
                self.buttons(lead, buttons);
            }
        }
    }

    /// Words that fit a template, with their buttons; four to a template.
    fn buttons(&mut self, first: Part, buttons: Vec<LinkButton>) {
        let path = first.path.clone();
        let buttons: Vec<_> = buttons.into_iter().map(|button| self.reachable(&path, button)).collect();
        let mut next = Some(first);
        for row in buttons.chunks(BUTTONS) {
            let bubble = next.take().unwrap_or_else(|| self.lead(&path));
            self.bubbles.push(Part { buttons: row.to_vec(), ..bubble });
        }
    }

    /// An address that grows past the limit when it is encoded becomes a short one.
    fn reachable(&mut self, path: &str, button: LinkButton) -> LinkButton {
        match self.context.short_link {
            Some(short) if address::encode(&button.url).len() > BUTTON_URL => {
                let url = short(&button.url);
                self.report.change(path, "link_button", Action::Linked, "", &url);
                LinkButton { url, ..button }
            }
            _ => button,
        }
    }

    /// A medium stands alone; words and buttons follow it.
    fn medium(
        &mut self,
        part: Part,
        kind: MediaKind,
        block: &MediaBlock,
        text: Text,
        buttons: Vec<LinkButton>,
    ) {
        let facts = self.context.media.get(&key(&block.media));
        let bare = PartBody::Media { kind, block: block.clone(), text: Text::default() };
        let body = match facts.and_then(|facts| missing(kind, block, facts).map(|why| (facts, why))) {
            Some((facts, why)) => {
                let name = kind_name(kind);
                self.report.change(&part.path, name, Action::Linked, "", format!("{}: {why}", facts.url));
                PartBody::Text(Text::plain(format!("{}\n{}", facts.name, facts.url)))
            }
            None => bare,
        };
        let words = Part { menu: part.menu.clone(), ..Part::of(&part.path, PartBody::Text(text)) };
        self.bubbles.push(Part { body, menu: None, ..part });
        if !words.plain().trim().is_empty() || !buttons.is_empty() {
            self.words(words, buttons);
        }
    }

    /// A place needs a head and an address of at most 100 characters each; longer ones go ahead in words.
    fn location(&mut self, part: Part, place: Location, buttons: Vec<LinkButton>) {
        let whole =
            [&place.title, &place.address].map(|text| text.as_deref().unwrap_or_default().trim().to_owned());
        if whole.iter().any(|text| clip(text, PLACE).len() < text.len()) {
            let words = whole.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n");
            self.report.change(
                &part.path,
                "location",
                Action::Split,
                "",
                "the whole address stands before the map",
            );
            self.bubbles.push(Part::of(&part.path, PartBody::Text(Text::plain(words))));
        }
        let [title, address] =
            whole.map(|text| Some(clip(&text, PLACE).to_owned()).filter(|text| !text.is_empty()));
        let body = PartBody::Location(Location { title, address, ..place });
        self.apart(Part { body, ..part }, buttons);
    }

    /// A bubble that takes no buttons; they follow it.
    fn apart(&mut self, part: Part, buttons: Vec<LinkButton>) {
        let path = part.path.clone();
        self.bubbles.push(part);
        if !buttons.is_empty() {
            let lead = self.lead(&path);
            self.buttons(lead, buttons);
        }
    }

    fn lead(&self, path: &str) -> Part {
        Part::of(path, PartBody::Text(Text::plain(lead(self.context.language))))
    }

    /// LINE shows the quick replies of the newest message only, so all of them stand under the last bubble.
    fn replies_last(&mut self) {
        let mut all = Vec::new();
        for bubble in &mut self.bubbles {
            all.append(&mut bubble.replies);
        }
        let Some(last) = self.bubbles.last_mut() else { return };
        for lost in all.split_off(all.len().min(QUICK_REPLIES)) {
            self.report.lose(&last.path, "reply_buttons", "", lost.label);
        }
        last.replies = all;
    }
}

/// The words over buttons that have none of their own.
fn lead(language: Language) -> &'static str {
    match language {
        Language::Ko => "버튼을 눌러보세요",
        Language::En => "Tap to open",
    }
}

/// What LINE wants of a medium and we do not have; `None` where nothing is missing.
fn missing(kind: MediaKind, block: &MediaBlock, facts: &MediaFacts) -> Option<&'static str> {
    match kind {
        MediaKind::Image if facts.preview_url.is_none() && facts.bytes > PREVIEW_BYTES => {
            Some("LINE wants a preview of at most 1 MB beside a larger picture")
        }
        MediaKind::Video if facts.preview_url.is_none() => Some("LINE wants a still picture beside a video"),
        MediaKind::Audio if block.duration_ms.or(facts.duration_ms).is_none() => {
            Some("LINE wants a recording's length, and it is not known")
        }
        _ => None,
    }
}

/// The key of a medium in the context: its id or its address.
fn key(media: &Media) -> String {
    match media {
        Media::Stored(stored) => stored.id.to_string(),
        Media::Remote(remote) => remote.url.clone(),
        Media::Platform(platform) => platform.reference.clone(),
    }
}

fn kind_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::File => "file",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
    }
}
