-- +goose Up

-- Why nobody of the service answered the call that the ticket stands for (부재중 전화), empty when somebody did.
alter table tickets add column missed text not null default '' check (missed ~ '^[a-z_]{0,32}$');

-- Everything that became true of calls, once each: epoch and seq name a fact for ever. Nothing here refers to other
-- tables: what happened stays what happened. Rows only come, in the order of time.
create table call_facts (
    epoch   uuid not null,
    seq     bigint not null check (seq > 0),
    call_id uuid not null,
    kind    text not null check (char_length(kind) between 1 and 64),
    at      timestamptz not null,
    agent   uuid,
    target  uuid,
    queue   uuid,
    service uuid,
    cause   text not null default '' check (char_length(cause) <= 128),
    payload jsonb not null check (jsonb_typeof(payload) = 'object'),
    primary key (epoch, seq)
);

create index call_facts_of_call on call_facts (call_id, seq);
create index call_facts_at on call_facts using brin (at) with (autosummarize = on);

-- What could not be recorded, and never can be: payload is the fact as it was. It is text, not jsonb, which refuses some
-- of what JSON may say.
create table facts_rejected (
    epoch       text not null,
    seq         bigint not null,
    part        text not null,
    call_id     text not null,
    kind        text not null,
    at          timestamptz not null,
    error       text not null,
    payload     text not null,
    rejected_at timestamptz not null default now(),
    primary key (epoch, seq, part)
);

-- +goose Down

drop table facts_rejected, call_facts;
alter table tickets drop column missed;
