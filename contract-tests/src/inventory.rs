//! The rules of the inventory that are in force, with the lines of the seeds they come from.

/// A rule.
pub struct Rule {
    /// Its id in the inventory.
    pub id: &'static str,
    /// What it says, in few words.
    pub says: &'static str,
    /// Where the seeds say it: file and line.
    pub seeds: &'static str,
    /// Why no test names it yet; such a rule must not have one.
    pub waits: Option<&'static str>,
}

const fn rule(id: &'static str, says: &'static str, seeds: &'static str) -> Rule {
    Rule { id, says, seeds, waits: None }
}

const fn waits(id: &'static str, says: &'static str, seeds: &'static str, why: &'static str) -> Rule {
    Rule { id, says, seeds, waits: Some(why) }
}

const GUIDE: &str = "a matter of contracts and of the channel guide; nothing that Naru does";

/// Every rule of the groups D, K, SES, and the rulings that belong to them.
pub const RULES: &[Rule] = &[
    rule("D01", "a mention is shown as `@name`", "S0:201-203"),
    rule("D02", "emoji stay as they are", "S0:205-207"),
    rule("D03", "a link button becomes the sentence that names it", "S0:209-211"),
    rule("D04", "a link button becomes a hyperlink in e-mail", "S0:213"),
    rule("D05", "bold, italic and code are not applied", "S0:215-217"),
    rule("D06", "nothing can be sent to a phone call as a message", "S0:33, 193"),
    rule("D07", "forms do not work on external messengers", "S0:233"),
    rule("D08", "reply buttons on external messengers", "S0:337"),
    rule("D09", "what the seeds call not to be seen is shown as words", "S0:195"),
    rule("D10", "1,000 characters on Kakao, spaces and both scripts counted alike", "S4:32, 38"),
    rule("D11", "a file over the platform's limit becomes a link", "S2:141-145, S4:33-36"),
    waits(
        "D12",
        "an SMS always carries the link to the chat",
        "S0:145, 449-451",
        "comes with the SMS adapter",
    ),
    rule("D13", "where reads cannot be known, a sent message says no more than sent", "S2:221-223"),
    waits(
        "D14",
        "images captured by a question are not kept in the profile",
        "S0:245",
        "comes with the workflows",
    ),
    waits(
        "D15",
        "TalkTalk is absent from the seeds' downgrade table",
        "S0:197",
        "comes with the Naver adapter",
    ),
    rule("K01", "plain text: 1,000", "S4:32"),
    rule("K02", "plain image: one, 5 MB, jpg png gif", "S4:33"),
    rule("K03", "plain file: 300 MB", "S4:34"),
    rule("K04", "plain video: 300 MB", "S4:35"),
    rule("K05", "plain audio: 10 MB", "S4:36"),
    rule("K06", "rich text: 1,000 and five link buttons", "S4:38"),
    rule("K07", "rich image: 1,000, one image, five buttons", "S4:39"),
    rule("K08", "wide image: 76, two buttons side by side", "S4:40"),
    rule("K09", "wide item list: 25 and 30, three or four items", "S4:41"),
    rule("K10", "carousel feed: title 20, body 180, six items", "S4:42"),
    rule("K11", "item list and its many limits", "S4:43-49"),
    waits("K20", "the channel is a business channel with its home public", "S4:6", GUIDE),
    waits("K21", "only official dealers supply it", "S4:7-29", GUIDE),
    rule("K22", "a user key and nothing else is known of a customer", "S4:65"),
    rule("K23", "the button's place comes with the request", "S4:61"),
    waits("K24", "entrustment, privacy policy, consent", "S4:67-69", GUIDE),
    rule("K25", "the first automatic message says that chats are kept", "S4:70"),
    waits("K26", "only consult traffic is visible", "S4:71-73", GUIDE),
    waits("K27", "the channel manager's own chat menu is off", "S4:75", GUIDE),
    rule("K28", "blocks are made again through the API", "S4:76"),
    waits("K29", "buttons must be taken off sites when the contract ends", "S4:78", GUIDE),
    waits("K30", "entry points and their pictures", "S4:50-54", GUIDE),
    rule("SES01", "before a session opens, the business cannot speak", "S4:57"),
    rule("SES02", "a session starts by button, search or message", "S4:4, 57, 59"),
    waits(
        "SES03",
        "a PC button asks for an account or a QR scan",
        "S4:59",
        "happens inside Kakao; no webhook tells of it",
    ),
    rule("SES04", "a session begins when the customer speaks, not when the room opens", "S4:60-61"),
    waits("SES05", "a bot or menu may come before the agent", "S4:61", "comes with the workflows"),
    rule("SES06", "a session ends when the customer leaves or is silent too long", "S4:63"),
    rule("SES07", "after the end the business is silent until the customer speaks", "S4:63"),
    rule("SES08", "in the next session the same customer is recognised", "S4:64-65"),
    rule(
        "SES09",
        "a chat whose session is closed cannot be answered or opened again",
        "S0:49, 151, 155, 471, 477",
    ),
    waits("SES10", "out of hours, the input stays closed", "S0:469, 485", "comes with the business hours"),
    rule("C15", "a link button's words carry their address", "S0:211"),
    rule("C16", "the concrete form wins over \"cannot be seen\"", "S0:33, 195, 201-217"),
    rule("C17", "the smallest limit holds, and it is said which", "S2:143, S4:33-36"),
    rule("C18", "receipts are a capability of the channel and its dealer", "S2:223"),
    rule("C19", "link buttons are words by default and native by choice", "S4:38, S0:211"),
    rule("C25", "a session is idle after thirty days", "S4:63"),
    rule("C29", "marks are stripped by default and native by choice", "S0:215-217"),
];
