//! A played Kakao with a channel connected to it, without a gateway between them.

use super::*;

pub(super) const NOW: Millis = Millis(1_794_981_600_123);
pub(super) const BASE: &str = "http://127.0.0.1:9/kakao";
pub(super) const USER: &str = CUSTOMERS[0].0;
pub(super) const PICTURE: MediaId = MediaId(uuid::Uuid::from_u128(7));

/// A played Kakao with a channel connected to it.
pub(super) struct Stage {
    pub(super) kakao: Arc<KakaoPhone>,
    pub(super) adapter: Box<dyn Adapter>,
    pub(super) clock: Clock,
    pub(super) deliveries: u8,
    pub(super) picture: Vec<u8>,
}

pub(super) fn stage(flavour: &str) -> Stage {
    let clock = Clock::manual(NOW);
    let kakao = Arc::new(KakaoPhone::new(clock.clone()));
    assert!(kakao.set_flavour(flavour));
    let account = kakao.account(BASE);
    let credentials = account
        .credentials
        .iter()
        .map(|(name, value)| (name.clone(), Secret::new(value.as_str().expect("a credential is text"))));
    let account =
        Opened { credentials: credentials.collect(), settings: account.settings, ..Opened::default() };
    let adapter = (PLATFORM.open)(&account).expect("the account opens");
    Stage { kakao, adapter, clock, deliveries: 0, picture: png(720, 720, 4_000) }
}

impl Stage {
    pub(super) fn act(&self, act: &Act) -> Vec<Event> {
        let hooks = self.kakao.act(USER, act, self.clock.now()).expect("the act is possible");
        self.events(&hooks)
    }

    pub(super) fn text(&self, text: &str) -> Vec<Event> {
        self.act(&Act::Text { text: text.to_owned() })
    }

    /// What the adapter reads of webhooks that it must accept.
    pub(super) fn events(&self, hooks: &[Hook]) -> Vec<Event> {
        let read = |hook: &Hook| {
            let request = request(hook);
            assert_eq!(self.adapter.verify(&request, NOW), Verdict::Accept, "{hook:?}");
            self.adapter.receive(&request).expect("the webhook is read")
        };
        hooks.iter().flat_map(read).collect()
    }

    pub(super) fn outgoing(&mut self, parts: Vec<Part>) -> Job {
        self.deliveries += 1;
        let facts = MediaFacts {
            id: PICTURE,
            url: "https://naru.example/m/t/box.png".to_owned(),
            preview_url: None,
            name: "box.png".to_owned(),
            mime: "image/png".to_owned(),
            bytes: self.picture.len() as u64,
            width: Some(720),
            height: Some(720),
            duration_ms: None,
        };
        Job::Send(Box::new(Outgoing {
            delivery: DeliveryId(time_ordered(NOW, [self.deliveries; 10])),
            message: MessageId(time_ordered(NOW, [self.deliveries; 10])),
            to: Recipient { external_id: USER.to_owned(), lane: USER.to_owned(), session: None },
            author: AuthorKind::Manager,
            parts,
            media: BTreeMap::from([(PICTURE, facts)]),
            reply_handle: None,
            quote: None,
        }))
    }

    /// Drives a job to its end as the gateway does; a lost answer is tried once more.
    pub(super) async fn drive(&self, job: &Job) -> Next {
        let mut answers = Answers::default();
        for _ in 0..20 {
            let call = match self.adapter.next(job, &answers, NOW) {
                Next::Call(call) => call,
                end => return end,
            };
            match self.make(&self.adapter.sign(&call, NOW)).await {
                Some(answer) => drop(answers.answered.insert(call.step, answer)),
                None => *answers.lost.entry(call.step).or_default() += 1,
            }
        }
        panic!("the job does not end");
    }

    pub(super) async fn make(&self, signed: &Signed) -> Option<Answer> {
        let path = signed.url.strip_prefix(BASE).expect("the call goes to the played Kakao");
        let mut request = HttpRequest::builder().method(signed.method.as_str()).uri(path);
        for (name, value) in &signed.headers {
            request = request.header(name, value);
        }
        let (kind, body) = self.encoded(&signed.body);
        let request = request.header("content-type", kind).body(Body::from(body)).expect("a request");
        let response = Arc::clone(&self.kakao).api().oneshot(request).await.expect("the routes answer");
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1 << 20).await.ok()?;
        Some(Answer { status, headers: Vec::new(), body, stored: None, at: NOW })
    }

    pub(super) fn encoded(&self, body: &CallBody) -> (&'static str, Vec<u8>) {
        match body {
            CallBody::Json(json) => ("application/json", json.to_string().into_bytes()),
            CallBody::Multipart(fields) => {
                let mut bytes = Vec::new();
                for field in fields {
                    let (head, content) = match field {
                        FormField::Text { name, value } => (format!("name=\"{name}\"\r\n"), value.as_bytes()),
                        FormField::Media { name, file_name, mime, .. } => (
                            format!("name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {mime}\r\n"),
                            self.picture.as_slice(),
                        ),
                    };
                    bytes.extend(format!("--x\r\nContent-Disposition: form-data; {head}\r\n").bytes());
                    bytes.extend(content);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"--x--\r\n");
                ("multipart/form-data; boundary=x", bytes)
            }
            _ => ("text/plain", Vec::new()),
        }
    }

    pub(super) async fn send(&mut self, parts: Vec<Part>) -> Next {
        let job = self.outgoing(parts);
        self.drive(&job).await
    }
}

pub(super) fn request(hook: &Hook) -> Request {
    let pair = |(name, value): &(String, String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        (name, HeaderValue::from_str(value).expect("a header's value"))
    };
    Request {
        method: axum::http::Method::POST,
        suffix: hook.suffix.trim_start_matches('/').to_owned(),
        query: String::new(),
        headers: hook.headers.iter().map(pair).collect::<HeaderMap>(),
        body: hook.body.clone(),
        source: Source::Hook,
        peer: None,
        url: String::new(),
        visitor: None,
        fetched: None,
    }
}

pub(super) fn words(text: &str) -> Part {
    Part::of("/blocks/0", PartBody::Text(Text::plain(text)))
}

pub(super) fn picture(text: &str) -> Part {
    let stored = StoredMedia { id: PICTURE, state: None, reason: None, mime: None, size: None };
    let text = if text.is_empty() { Text::default() } else { Text::plain(text) };
    let body = PartBody::Media { kind: MediaKind::Image, block: MediaBlock::of(Media::Stored(stored)), text };
    Part::of("/blocks/0", body)
}

pub(super) fn reply(label: &str, payload: &str) -> ReplyButton {
    ReplyButton { label: label.to_owned(), value: "v".to_owned(), payload: payload.to_owned() }
}

pub(super) fn sent() -> Next {
    Next::Done(Outcome::Sent { changes: Vec::new() })
}

pub(super) const FLAVOURS: [&str; 4] = ["direct", "happytalk_v1", "happytalk_v3", "bizgo"];
