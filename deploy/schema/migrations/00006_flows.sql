-- +goose Up

-- What inbound calls go through (시나리오, PH-12). version is the one that new calls begin with; every save makes another, and none is
-- changed after that, because calls finish on the version they began with.
create table flows (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    service_id      uuid not null references services,
    version         integer not null check (version > 0),
    created_at      timestamptz not null default now()
);

create index flows_service on flows (service_id);

create table flow_versions (
    flow_id       uuid not null references flows on delete cascade,
    version       integer not null check (version > 0),
    name          text not null check (char_length(name) between 1 and 100),
    time_zone     text not null check (char_length(time_zone) between 1 and 64),
    steps         jsonb not null check (jsonb_typeof(steps) = 'array'),
    note          text not null default '' check (char_length(note) <= 500),
    restored_from integer,
    user_id       uuid,
    user_name     text not null default '',
    at            timestamptz not null default now(),
    primary key (flow_id, version)
);

alter table flows add constraint flows_have_their_version foreign key (id, version) references flow_versions (flow_id, version) deferrable initially deferred;

-- Which flow a number that customers call leads to. A number that is here leads nowhere else.
create table flow_entries (
    number  text primary key check (number ~ '^\+?[0-9]{2,20}$'),
    flow_id uuid not null references flows
);

create index flow_entries_flow on flow_entries (flow_id);

-- +goose Down

alter table flows drop constraint flows_have_their_version;
drop table flow_entries, flow_versions, flows;
