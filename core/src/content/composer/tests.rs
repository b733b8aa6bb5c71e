use proptest::prelude::*;

use super::*;
use crate::content::plain_text;

fn spans(text: &str) -> Vec<Span> {
    match parse_markdown(text).blocks.remove(0) {
        Block::Text(text) => text.spans,
        other => panic!("expected a text, found {other:?}"),
    }
}

fn marked_words(text: &str, marks: &[Mark]) -> Span {
    Span::Text(TextSpan { text: text.to_owned(), marks: marks.to_vec(), link: None })
}

#[test]
fn each_mark_is_read() {
    assert_eq!(
        spans("**굵게** *기울임* `코드` ~~취소~~"),
        [
            marked_words("굵게", &[Mark::Bold]),
            Span::plain(" "),
            marked_words("기울임", &[Mark::Italic]),
            Span::plain(" "),
            marked_words("코드", &[Mark::Code]),
            Span::plain(" "),
            marked_words("취소", &[Mark::Strike]),
        ]
    );
}

#[test]
fn marks_nest() {
    assert_eq!(
        spans("**a *b* c**"),
        [
            marked_words("a ", &[Mark::Bold]),
            marked_words("b", &[Mark::Bold, Mark::Italic]),
            marked_words(" c", &[Mark::Bold]),
        ]
    );
    assert_eq!(spans("***a***"), [marked_words("a", &[Mark::Bold, Mark::Italic])]);
}

#[test]
fn a_korean_particle_may_follow_a_mark() {
    assert_eq!(
        spans("*배송*은 **내일**이에요"),
        [
            marked_words("배송", &[Mark::Italic]),
            Span::plain("은 "),
            marked_words("내일", &[Mark::Bold]),
            Span::plain("이에요"),
        ]
    );
}

#[test]
fn links_mentions_and_variables_are_read() {
    assert_eq!(
        spans(
            "[여기](https://a.example/x_(y)) @[김매니저](manager:M1) @[배송](team:) {{contact.name|고객}}님"
        ),
        [
            Span::Text(TextSpan {
                text: "여기".to_owned(),
                marks: Vec::new(),
                link: Some("https://a.example/x_(y)".to_owned()),
            }),
            Span::plain(" "),
            mention_of(MentionKind::Manager, Some("M1"), "김매니저"),
            Span::plain(" "),
            mention_of(MentionKind::Team, None, "배송"),
            Span::plain(" "),
            Span::Variable(VariableSpan {
                variable: "contact.name".to_owned(), fallback: "고객".to_owned()
            }),
            Span::plain("님"),
        ]
    );
}

fn mention_of(kind: MentionKind, id: Option<&str>, name: &str) -> Span {
    let mention = Mention { kind, id: id.map(str::to_owned), name: name.to_owned() };
    Span::Mention(MentionSpan { mention })
}

#[test]
fn what_is_no_mark_stays_as_it_was_typed() {
    for typed in [
        "c******@g.com",
        "2*3*4 = 24",
        "* 하나\n* 둘",
        "** 빈 **",
        "a ~ b ~~",
        "`",
        "``",
        "[라벨](javascript:alert(1))",
        "[라벨](example.com)",
        "[라벨]",
        "@[이름](robot:1)",
        "@김매니저",
        "{{}} {{a b}} {x}",
        "{{contact.name",
        "C:\\Users\\n",
        "# 제목 <b> & _밑줄_",
        "**문단\n\n사이**",
        "",
    ] {
        assert_eq!(spans(typed), [Span::plain(typed)], "{typed}");
    }
}

#[test]
fn a_backslash_makes_a_mark_an_ordinary_character() {
    assert_eq!(
        spans(r"\*a\* \`b\` \[c](d) \@[e](team:1) \{{f}} \\"),
        [Span::plain(r"*a* `b` [c](d) @[e](team:1) {{f}} \")]
    );
    assert_eq!(spans(r"**a\*\*b**"), [marked_words("a**b", &[Mark::Bold])]);
}

#[test]
fn code_holds_no_marks() {
    assert_eq!(spans("`**a** \\*`"), [marked_words("**a** \\*", &[Mark::Code])]);
    assert_eq!(spans("**`a**b`**"), [marked_words("a**b", &[Mark::Bold, Mark::Code])]);
}

#[test]
fn a_long_text_of_opened_marks_is_read_in_a_moment() {
    for bit in ["*a ", "**a ", "~~a", "[", "@[", "`", "{{", "[*", "\\", "[a](", "***a "] {
        let typed = bit.repeat(60_000 / bit.len());
        assert!(plain_text(&parse_markdown(&typed)).len() <= typed.len(), "{bit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn words_without_a_marks_character_stay(text in "[^\\\\*`~\\[\\]@{}]{0,60}") {
        prop_assert_eq!(plain_text(&parse_markdown(&text)), text);
    }

    #[test]
    fn nothing_typed_panics_or_takes_long(text in "[*`~\\[\\]@{}()a \\\\\n]{0,200}") {
        let read = plain_text(&parse_markdown(&text));
        prop_assert!(read.len() <= text.len());
    }
}
