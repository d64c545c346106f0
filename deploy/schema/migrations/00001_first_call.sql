-- +goose Up

create table organisations (
    id         uuid primary key,
    name       text not null check (char_length(name) between 1 and 100),
    created_at timestamptz not null default now()
);

create table services (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    name            text not null check (char_length(name) between 1 and 100),
    created_at      timestamptz not null default now(),
    unique (organisation_id, name)
);

-- login_key is the login as it is compared: directory.FoldLogin, whatever the database's locale.
create table users (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    login           text not null check (char_length(login) between 1 and 64),
    login_key       text not null unique check (char_length(login_key) between 1 and 64 and login_key = lower(login_key)),
    name            text not null check (char_length(name) between 1 and 64),
    role            text not null check (role in ('admin', 'supervisor', 'agent')),
    password_hash   text not null check (password_hash like '$argon2id$%'),
    disabled        boolean not null default false,
    created_at      timestamptz not null default now()
);

create table agents (
    id               uuid primary key,
    user_id          uuid not null unique references users,
    cti_id           text not null unique check (cti_id ~ '^[A-Za-z0-9._-]{1,32}$'),
    cti_number       text not null unique check (cti_number ~ '^[0-9]{2,10}$'),
    phone_permission boolean not null default false,
    created_at       timestamptz not null default now()
);

create table queues (
    id              uuid primary key,
    service_id      uuid not null references services,
    name            text not null check (char_length(name) between 1 and 64),
    number          text not null unique check (number ~ '^[0-9]{2,10}$'),
    reclaim_seconds integer not null default 30 check (reclaim_seconds between 1 and 600),
    miss_limit      integer not null default 2 check (miss_limit between 0 and 100),
    created_at      timestamptz not null default now(),
    unique (service_id, name)
);

create table queue_members (
    queue_id uuid not null references queues on delete cascade,
    agent_id uuid not null references agents on delete cascade,
    primary key (queue_id, agent_id)
);

create index queue_members_agent on queue_members (agent_id);

create table numbers (
    number   text primary key check (number ~ '^\+?[0-9]{2,20}$'),
    queue_id uuid not null references queues
);

-- Only the SHA-256 of a session's token is kept: what is read here cannot sign anybody in.
create table sessions (
    token_hash   bytea primary key check (octet_length(token_hash) = 32),
    user_id      uuid not null references users on delete cascade,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null,
    ip           inet,
    user_agent   text not null default '' check (char_length(user_agent) <= 256)
);

create index sessions_expiry on sessions (expires_at);
create index sessions_user on sessions (user_id);

create table tickets (
    number          bigint generated always as identity primary key,
    service_id      uuid not null references services,
    channel         text not null check (channel in ('phone')),
    status          text not null check (status in ('unassigned', 'processing', 'pending', 'resolved', 'completed')),
    subject         text not null default '' check (char_length(subject) <= 200),
    customer_number text not null default '' check (customer_number ~ '^\+?[0-9]{0,32}$'),
    customer_name   text not null default '' check (char_length(customer_name) <= 64),
    agent_id        uuid references agents,
    call_id         text check (char_length(call_id) between 1 and 64),
    connected_at    timestamptz,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    constraint tickets_one_per_call_and_service unique (call_id, service_id),
    constraint tickets_processing_has_agent check (status <> 'processing' or agent_id is not null)
);

create index tickets_newest_of_service on tickets (service_id, number desc);
create index tickets_newest_of_agent on tickets (agent_id, number desc);

-- What happened to a call: the 이벤트 of its tickets. The rows before the connect exist before any ticket does,
-- so they belong to the call; key names the fact that a row records.
create table ticket_events (
    id       bigint generated always as identity primary key,
    call_id  text not null check (char_length(call_id) between 1 and 64),
    key      text not null check (char_length(key) between 1 and 64),
    at       timestamptz not null,
    kind     text not null check (kind ~ '^[a-z_]{1,32}$'),
    agent_id uuid references agents,
    params   jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    unique (call_id, key)
);

-- +goose Down

drop table ticket_events, tickets, sessions, numbers, queue_members, queues, agents, users, services, organisations;
