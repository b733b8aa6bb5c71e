//! The twelve conversations of the past three days, as they are told.

use naru_core::time::{DAY, HOUR, MINUTE, SECOND};

/// Something that happens in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// The customer writes.
    Says(&'static str),
    /// The customer comes in without a word.
    Enters(&'static str),
    /// The last webhook comes twice more.
    Again,
    /// We answer, in the composer's Markdown.
    Answers(&'static str),
    /// We answer with replies to choose from.
    Asks(&'static str, &'static [(&'static str, &'static str)]),
    /// The customer types this, after a menu was sent.
    Chooses(&'static str),
    /// The customer leaves the room.
    Leaves,
    /// The customer leaves and the platform's webhook is late: our next answer finds the session gone.
    LeavesUnheard,
    /// We close the conversation.
    Closes,
    /// So much time goes by.
    Later(i64),
}

/// One conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story {
    /// Where.
    pub(super) platform: &'static str,
    /// Which of the platform's customers.
    pub(super) customer: usize,
    /// How long before now it begins, in milliseconds.
    pub(super) ago: i64,
    /// What happens, half a minute apart.
    pub(super) beats: &'static [Beat],
}

const fn story(platform: &'static str, customer: usize, ago: i64, beats: &'static [Beat]) -> Story {
    Story { platform, customer, ago, beats }
}

use Beat::{Again, Answers, Asks, Chooses, Closes, Enters, Later, Leaves, LeavesUnheard, Says};

/// The conversations, in the order in which they begin.
pub(super) const STORIES: [Story; 12] = [
    story(
        "kakao",
        1,
        2 * DAY + 20 * HOUR,
        &[
            Says("어제 주문한 노트 언제 오나요?"),
            Answers("안녕하세요! 주문 번호를 알려 주시면 **바로** 확인해 드릴게요."),
            Says("1019번이요"),
            Answers("오늘 저녁에 도착합니다. [배송 조회](https://shop.example/orders/1019)"),
            Says("감사합니다!"),
            Closes,
        ],
    ),
    story(
        "line",
        1,
        2 * DAY + 17 * HOUR,
        &[
            Says("Hi, do you ship to Japan?"),
            Answers("Yes, we do. It takes five days."),
            Later(4 * MINUTE),
            Says("Great, thank you"),
            Closes,
        ],
    ),
    story(
        "webchat",
        0,
        2 * DAY + 9 * HOUR,
        &[
            Says("단체 주문은 할인이 되나요? 50권 정도예요."),
            Answers("네, 30권부터 **10%** 할인해 드려요."),
            Says("견적서 부탁드려요."),
            Answers("메일로 보내 드렸습니다."),
            Closes,
        ],
    ),
    story(
        "kakao",
        2,
        DAY + 22 * HOUR,
        &[
            Says("색이 사진과 달라요"),
            Asks(
                "불편을 드려 죄송해요. 어떻게 도와드릴까요?",
                &[("환불", "refund"), ("교환", "exchange"), ("상담원 연결", "person")],
            ),
            Chooses("교환"),
            Answers("교환으로 접수했어요. 내일 기사님이 방문합니다."),
        ],
    ),
    story(
        "line",
        2,
        DAY + 15 * HOUR,
        &[
            Says("포장 선물로 가능할까요?"),
            Later(3 * MINUTE),
            Answers("네, 주문할 때 선물 포장을 골라 주세요."),
        ],
    ),
    story("webchat", 1, DAY + 8 * HOUR, &[Enters("https://shop.example/notes")]),
    story(
        "kakao",
        3,
        DAY + 3 * HOUR,
        &[Says("영수증 다시 받을 수 있나요?"), Answers("네, 지금 보내 드릴게요."), Leaves],
    ),
    story("line", 3, 20 * HOUR, &[Enters("")]),
    story(
        "kakao",
        4,
        9 * HOUR,
        &[
            Says("주문 취소하고 싶어요. 1021번"),
            Answers("취소할까요? 취소하면 되돌릴 수 없어요."),
            LeavesUnheard,
            Answers("취소해 드렸습니다."),
        ],
    ),
    story("webchat", 2, 4 * HOUR, &[Says("펜 심만 따로 살 수 있나요?"), Again]),
    story(
        "line",
        0,
        2 * HOUR,
        &[
            Says("오늘 주문하면 언제 와요?"),
            Again,
            Answers("내일 오후에 도착해요."),
            Says("좋아요, 주문할게요"),
        ],
    ),
    story("kakao", 0, 40 * MINUTE, &[Says("안녕하세요"), Says("재입고 알림 신청했는데 연락이 없어요")]),
];

/// How far apart the beats of a story are.
pub(super) const PAUSE: i64 = 25 * SECOND;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stories_begin_one_after_the_other_and_do_not_overlap() {
        for pair in STORIES.windows(2) {
            let lasts: i64 =
                pair[0].beats.iter().map(|beat| if let Later(ms) = beat { *ms } else { PAUSE }).sum();
            assert!(pair[0].ago - lasts > pair[1].ago, "{:?} runs into the next", pair[0].beats[0]);
        }
    }

    #[test]
    fn they_hold_a_failed_send_an_ended_session_and_a_duplicate() {
        let holds = |wanted: Beat| STORIES.iter().any(|story| story.beats.contains(&wanted));
        assert!(holds(LeavesUnheard) && holds(Leaves) && holds(Again) && holds(Closes));
        assert_eq!(STORIES.len(), 12);
    }
}
