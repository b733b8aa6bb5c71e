CREATE TABLE channel (
    id {id} PRIMARY KEY,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    hook_key {id} NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    identity TEXT NOT NULL,
    health TEXT NOT NULL,
    health_reason TEXT,
    paused BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);

CREATE TABLE channel_secret (
    channel_id {id} NOT NULL,
    field {id} NOT NULL,
    generation BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    nonce {bytes} NOT NULL,
    sealed {bytes} NOT NULL,
    hint TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    valid_until BIGINT,
    PRIMARY KEY (channel_id, field, generation)
);

CREATE TABLE journal (
    id {id} PRIMARY KEY,
    channel_id {id} NOT NULL,
    platform TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    method TEXT NOT NULL,
    suffix TEXT NOT NULL,
    query TEXT NOT NULL,
    headers TEXT NOT NULL,
    body {bytes} NOT NULL,
    body_ref TEXT,
    body_size BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT,
    status BIGINT NOT NULL,
    peer TEXT NOT NULL,
    visitor TEXT,
    trace_id TEXT NOT NULL
);

CREATE TABLE journal_state (
    journal_id {id} PRIMARY KEY,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    error TEXT,
    next_at BIGINT
);

CREATE TABLE event (
    channel_id {id} NOT NULL,
    event_key {id} NOT NULL,
    id {id} NOT NULL,
    journal_id {id} NOT NULL,
    lane {id} NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT,
    body TEXT NOT NULL,
    conversation_id {id},
    message_id {id},
    duplicates BIGINT NOT NULL,
    trace_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (channel_id, event_key)
);

CREATE INDEX event_by_journal ON event (journal_id);

CREATE INDEX event_repeated ON event (id) WHERE duplicates > 0;

CREATE TABLE event_state (
    event_id {id} PRIMARY KEY,
    channel_id {id} NOT NULL,
    event_key {id} NOT NULL,
    lane {id} NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    error TEXT,
    next_at BIGINT
);

CREATE INDEX event_state_by_lane ON event_state (channel_id, lane);

CREATE TABLE contact (
    id {id} PRIMARY KEY,
    name TEXT,
    language TEXT,
    profile TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE identity (
    id {id} PRIMARY KEY,
    channel_id {id} NOT NULL,
    external_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    member BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    unreachable BIGINT NOT NULL,
    profile_state TEXT NOT NULL,
    profile_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (channel_id, external_id)
);

CREATE INDEX identity_by_contact ON identity (contact_id);

CREATE INDEX identity_profiles ON identity (id) WHERE profile_state = 'wanted';

CREATE TABLE conversation (
    id {id} PRIMARY KEY,
    channel_id {id} NOT NULL,
    identity_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    lane {id} NOT NULL,
    state TEXT NOT NULL,
    held_until BIGINT,
    control TEXT NOT NULL,
    priority TEXT NOT NULL,
    assignee_id {id},
    team_id {id},
    description TEXT NOT NULL,
    goal TEXT,
    rating TEXT,
    origin TEXT NOT NULL,
    session_no BIGINT NOT NULL,
    session TEXT,
    seq BIGINT NOT NULL,
    unread BIGINT NOT NULL,
    last_message_id {id},
    last_message_at BIGINT NOT NULL,
    menus TEXT NOT NULL,
    closed_by TEXT,
    closed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX conversation_by_activity ON conversation (last_message_at, id);

CREATE INDEX conversation_by_contact ON conversation (contact_id);

CREATE TABLE lane (
    channel_id {id} NOT NULL,
    lane {id} NOT NULL,
    conversation_id {id} NOT NULL,
    PRIMARY KEY (channel_id, lane)
);

CREATE TABLE message (
    id {id} PRIMARY KEY,
    conversation_id {id} NOT NULL,
    channel_id {id} NOT NULL,
    seq BIGINT NOT NULL,
    direction TEXT NOT NULL,
    author TEXT NOT NULL,
    author_id {id},
    author_name TEXT,
    content TEXT NOT NULL,
    text TEXT NOT NULL,
    choice TEXT,
    choices TEXT,
    external_id TEXT,
    reply_to TEXT,
    subject TEXT,
    reactions TEXT NOT NULL,
    extra TEXT NOT NULL,
    report TEXT,
    edited_at BIGINT,
    unsent_at BIGINT,
    platform_at BIGINT,
    created_at BIGINT NOT NULL,
    event_id {id},
    trace_id TEXT NOT NULL,
    UNIQUE (conversation_id, seq)
);

CREATE INDEX message_by_external ON message (conversation_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE message_history (
    message_id {id} NOT NULL,
    n BIGINT NOT NULL,
    content TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, n)
);

CREATE TABLE part_external (
    channel_id {id} NOT NULL,
    external_id {id} NOT NULL,
    message_id {id} NOT NULL,
    conversation_id {id} NOT NULL,
    part BIGINT NOT NULL,
    PRIMARY KEY (channel_id, external_id)
);

CREATE TABLE delivery (
    id {id} PRIMARY KEY,
    kind TEXT NOT NULL,
    message_id {id},
    conversation_id {id} NOT NULL,
    channel_id {id} NOT NULL,
    seq BIGINT NOT NULL,
    session_no BIGINT NOT NULL,
    decision TEXT NOT NULL,
    state TEXT NOT NULL,
    automatic BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    parts_sent BIGINT NOT NULL,
    external_ids TEXT NOT NULL,
    job TEXT NOT NULL,
    error TEXT,
    cost TEXT,
    attempt BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    deadline BIGINT,
    unknown_until BIGINT,
    joined_to {id},
    trace_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX delivery_by_message ON delivery (message_id);

CREATE INDEX delivery_by_conversation ON delivery (conversation_id, seq);

CREATE INDEX delivery_open ON delivery (next_at, id) WHERE state IN ('queued', 'sending', 'held', 'unknown');

CREATE INDEX delivery_head ON delivery (conversation_id, seq, id)
    WHERE state IN ('queued', 'sending', 'held', 'unknown');

CREATE INDEX delivery_waiting ON delivery (deadline) WHERE state IN ('queued', 'held');

CREATE INDEX delivery_doubtful ON delivery (unknown_until) WHERE state = 'unknown';

CREATE INDEX delivery_by_channel ON delivery (channel_id, state);

CREATE TABLE delivery_call (
    delivery_id {id} NOT NULL,
    n BIGINT NOT NULL,
    step TEXT NOT NULL,
    call TEXT NOT NULL,
    answer TEXT,
    outcome TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (delivery_id, n)
);

CREATE TABLE channel_gate (
    channel_id {id} NOT NULL,
    host {id} NOT NULL,
    open_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    reason TEXT NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (channel_id, host)
);

CREATE TABLE timer (
    id {id} PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id {id} NOT NULL,
    number BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX timer_by_due ON timer (due_at, id);

CREATE INDEX timer_by_subject ON timer (subject_id);

CREATE TABLE domain_event (
    position BIGINT PRIMARY KEY,
    id {id} NOT NULL UNIQUE,
    type TEXT NOT NULL,
    channel_id {id},
    conversation_id {id},
    seq BIGINT,
    occurred_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    causation_id TEXT,
    trace_id TEXT,
    data TEXT NOT NULL
);

CREATE TABLE event_head (
    one BIGINT PRIMARY KEY,
    position BIGINT NOT NULL
);

INSERT INTO event_head (one, position) VALUES (1, 0);

CREATE TABLE media (
    id {id} PRIMARY KEY,
    token {id} NOT NULL UNIQUE,
    sha256 TEXT,
    name TEXT NOT NULL,
    mime TEXT,
    size BIGINT,
    width BIGINT,
    height BIGINT,
    duration_ms BIGINT,
    state TEXT NOT NULL,
    reason TEXT,
    source TEXT,
    channel_id {id},
    conversation_id {id},
    message_id {id},
    tries BIGINT NOT NULL,
    next_at BIGINT,
    trace_id TEXT,
    created_at BIGINT NOT NULL
);

CREATE INDEX media_pending ON media (next_at) WHERE state = 'pending';

CREATE TABLE short_link (
    token {id} PRIMARY KEY,
    url TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE visitor (
    token_hash {id} PRIMARY KEY,
    channel_id {id} NOT NULL,
    external_id {id} NOT NULL,
    member_id TEXT,
    profile TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE frame (
    channel_id {id} NOT NULL,
    external_id {id} NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    frame_key {id} NOT NULL,
    message_id {id},
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (channel_id, external_id, seq),
    UNIQUE (channel_id, external_id, frame_key)
);

CREATE TABLE operator (
    id {id} PRIMARY KEY,
    email {id} NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE login_session (
    token_hash {id} PRIMARY KEY,
    operator_id {id} NOT NULL,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE login_link (
    token_hash {id} PRIMARY KEY,
    operator_id {id},
    purpose TEXT NOT NULL,
    valid_until BIGINT NOT NULL
);

CREATE TABLE api_key (
    id {id} PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

CREATE TABLE idempotency (
    api_key_id {id} NOT NULL,
    idempotency_key {id} NOT NULL,
    request_hash TEXT NOT NULL,
    message_id {id} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, idempotency_key)
);
