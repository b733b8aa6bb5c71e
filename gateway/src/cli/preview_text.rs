//! A rendition, drawn for a terminal: the bubbles one below the other, then every change in words.

use std::fmt::Write;

use naru_core::adapter::{Platform, Words};
use naru_core::capabilities::CostClass;
use naru_core::downgrade::PartKind;
use naru_core::settings::Language;

use crate::preview::{Cost, Drawn, Rendition, Verdict, change_in_words, verdict_in_words};

/// The text, in the language of the channel's texts.
pub(super) fn write(rendition: &Rendition, platform: &Platform, language: Language) -> String {
    let mut page = Page { text: String::new(), language };
    page.head(rendition, platform);
    for (index, part) in rendition.parts.iter().enumerate() {
        page.bubble(index + 1, part);
    }
    page.changes(rendition);
    page.foot(rendition);
    page.text
}

struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn pick(&self, ko: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Ko => ko,
            Language::En => en,
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn head(&mut self, rendition: &Rendition, platform: &Platform) {
        let Words { ko, en } = platform.title;
        let title = self.pick(ko, en);
        let verdict = verdict_in_words(self.language, rendition.verdict, rendition.changes.len());
        self.line(&format!("{title} · {verdict}"));
        if let Some(reason) = &rendition.reason {
            self.line("");
            self.line(&format!("  {} ({})", reason.detail, reason.rule));
        }
        for fault in &rendition.errors {
            let place = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
            self.line(&format!("  {place}: {}", fault.detail));
        }
    }

    fn bubble(&mut self, number: usize, part: &Drawn) {
        let size = part
            .size
            .map(|size| format!(" · {}/{} {}", size.value, size.max, unit_name(size.unit)))
            .unwrap_or_default();
        self.line("");
        self.line(&format!("╭ {number} · {}{size}", self.kind(part.kind)));
        for line in part.in_words().lines() {
            self.line(&format!("│ {line}"));
        }
        for button in &part.buttons {
            self.line(&format!("│ [ {} ] → {}", button.label, button.url));
        }
        if !part.replies.is_empty() {
            let labels: Vec<_> = part.replies.iter().map(|reply| format!("( {} )", reply.label)).collect();
            self.line(&format!("│ {}", labels.join(" ")));
        }
        self.line("╰");
    }

    fn changes(&mut self, rendition: &Rendition) {
        if !rendition.changes.is_empty() {
            self.line("");
            let head = self.pick("바뀐 것", "What changed");
            self.line(head);
        }
        for change in &rendition.changes {
            let words = change_in_words(self.language, change);
            let detail = change.detail.trim();
            match (detail.is_empty(), detail.contains('\n')) {
                (true, _) => self.line(&format!("  · {words}  {}", change.path)),
                (false, false) => self.line(&format!("  · {words}: {detail}  {}", change.path)),
                (false, true) => {
                    self.line(&format!("  · {words}:  {}", change.path));
                    for line in detail.lines() {
                        self.line(&format!("      {line}"));
                    }
                }
            }
        }
        if !rendition.lost.is_empty() {
            self.line("");
            let head = self.pick("고객에게 보이지 않는 것", "What the customer will not see");
            self.line(head);
        }
        for loss in &rendition.lost {
            self.line(&format!("  · {}: {}", loss.path, loss.detail));
        }
    }

    fn foot(&mut self, rendition: &Rendition) {
        if rendition.verdict == Verdict::Rejected {
            return;
        }
        let mut notes = vec![self.cost(rendition.cost)];
        if rendition.session.required {
            let note = self.pick("고객이 먼저 말을 건 뒤에만", "only after the customer has written");
            notes.push(note.to_owned());
        }
        self.line("");
        self.line(&notes.join(" · "));
    }

    fn cost(&self, cost: Cost) -> String {
        let words = match cost.class {
            CostClass::FreeReply => self.pick("무료 답장", "a free reply"),
            CostClass::PaidPush => {
                self.pick("유료 푸시 (답장 토큰이 있으면 무료)", "a paid push (free by reply token)")
            }
            CostClass::Segments => self.pick("건당 요금", "by segment"),
            CostClass::None => self.pick("요금 없음", "no charge"),
        };
        let mut text = words.to_owned();
        if let Some(segments) = cost.segments {
            write!(text, " × {segments}").expect("a string takes everything");
        }
        text
    }

    fn kind(&self, kind: PartKind) -> &'static str {
        match kind {
            PartKind::Text => self.pick("글", "text"),
            PartKind::Image => self.pick("이미지", "image"),
            PartKind::File => self.pick("파일", "file"),
            PartKind::Video => self.pick("동영상", "video"),
            PartKind::Audio => self.pick("음성", "recording"),
            PartKind::Rich => self.pick("버튼이나 그림이 있는 글", "text with buttons or picture"),
            PartKind::Cards => self.pick("카드", "cards"),
            PartKind::Location => self.pick("위치", "place"),
            PartKind::Sticker => self.pick("스티커", "sticker"),
            PartKind::Form => self.pick("폼", "form"),
            PartKind::Override => self.pick("메신저 고유 형식", "the platform's own payload"),
        }
    }
}

/// A unit by its name in the API.
fn unit_name(unit: naru_core::capabilities::Unit) -> String {
    serde_json::to_value(unit).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
