//! The lines that agents read between the messages of a conversation.

use super::pick;
use crate::settings::Language;

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineWord<'a> {
    /// The customer befriended us.
    Followed,
    /// The customer unblocked us.
    Unblocked,
    /// The customer blocked us or ended the friendship.
    Unfollowed,
    /// We were added to a group.
    Joined,
    /// We were removed from a group.
    Left,
    /// So many members came into the group.
    MembersJoined(usize),
    /// So many members left the group.
    MembersLeft(usize),
    /// Something that only this platform has, by its name there.
    Notice(&'a str),
}

/// The line in that language.
pub fn line(language: Language, word: LineWord<'_>) -> String {
    let fixed = |ko, en| pick(language, ko, en).to_owned();
    match word {
        LineWord::Followed => fixed("고객이 채널을 친구로 추가했어요.", "The customer added the channel."),
        LineWord::Unblocked => fixed("고객이 차단을 풀었어요.", "The customer unblocked the channel."),
        LineWord::Unfollowed => fixed("고객이 채널을 차단했어요.", "The customer blocked the channel."),
        LineWord::Joined => fixed("그룹에 초대됐어요.", "The channel was added to a group."),
        LineWord::Left => fixed("그룹에서 나왔어요.", "The channel was removed from the group."),
        LineWord::MembersJoined(count) => match language {
            Language::Ko => format!("그룹에 {count}명이 들어왔어요."),
            Language::En => format!("{count} joined the group."),
        },
        LineWord::MembersLeft(count) => match language {
            Language::Ko => format!("그룹에서 {count}명이 나갔어요."),
            Language::En => format!("{count} left the group."),
        },
        LineWord::Notice(name) => match language {
            Language::Ko => format!("플랫폼 알림: {name}"),
            Language::En => format!("Platform notice: {name}"),
        },
    }
}

/// What stands for something that a platform sent and we cannot show, to the agent.
pub fn unsupported(language: Language, kind: &str) -> String {
    match language {
        Language::Ko => format!("아직 보여드릴 수 없는 메시지예요: {kind}"),
        Language::En => format!("We cannot show this yet: {kind}"),
    }
}
