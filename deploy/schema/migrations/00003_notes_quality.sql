-- +goose Up

-- 메모: what users write on a ticket for each other. key is the request's: sent again, it is the same note.
create table ticket_notes (
    id        bigint generated always as identity primary key,
    ticket    bigint not null references tickets on delete cascade,
    author_id uuid not null references users,
    key       text not null check (char_length(key) between 1 and 64),
    text      text not null check (char_length(text) between 1 and 4000),
    at        timestamptz not null default now(),
    constraint ticket_notes_once unique (author_id, key)
);

create index ticket_notes_newest on ticket_notes (ticket, id desc);

-- How an agent's part in a call sounded: one row for each stretch that one page measured, so that a reload in mid-call
-- makes two. mos and grade are computed here, from the figures beside them.
create table call_quality (
    call_id            text not null check (char_length(call_id) between 1 and 64),
    agent_id           uuid not null references agents,
    part               uuid not null,
    history_id         bigint not null references call_history on delete cascade,
    source             text not null default 'browser' check (source in ('browser', 'media')),
    started_at         timestamptz not null,
    duration_ms        bigint not null check (duration_ms between 1 and 86400000),
    loss               real not null check (loss between 0 and 1),
    jitter_ms          real not null check (jitter_ms between 0 and 60000),
    jitter_max_ms      real not null check (jitter_max_ms between 0 and 60000),
    rtt_ms             real not null check (rtt_ms between 0 and 60000),
    rtt_max_ms         real not null check (rtt_max_ms between 0 and 60000),
    no_incoming_ms     bigint not null check (no_incoming_ms between 0 and 86400000),
    no_outgoing_ms     bigint not null check (no_outgoing_ms between 0 and 86400000),
    dead_microphone_ms bigint not null check (dead_microphone_ms between 0 and 86400000),
    mos                real not null check (mos between 1 and 5),
    grade              text not null check (grade in ('good', 'fair', 'bad')),
    recorded_at        timestamptz not null default now(),
    constraint call_quality_once primary key (call_id, agent_id, part)
);

create index call_quality_of_history on call_quality (history_id);
create index call_quality_newest on call_quality (started_at);

-- +goose Down

drop table call_quality, ticket_notes;
