-- +goose Up

-- The lines to the telephone network. password is sealed with a key that is not in the database; position is the order in
-- which they are tried.
create table trunks (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    name            text not null check (char_length(name) between 1 and 64),
    enabled         boolean not null default true,
    address         text not null check (char_length(address) between 1 and 253),
    port            integer not null default 5060 check (port between 1 and 65535),
    transport       text not null default 'udp' check (transport in ('udp', 'tcp')),
    registers       boolean not null default false,
    username        text not null default '' check (char_length(username) <= 64),
    password        bytea,
    codecs          text[] not null default '{alaw,ulaw}' check (codecs <@ '{alaw,ulaw}' and cardinality(codecs) between 1 and 2),
    sources         text[] not null default '{}' check (cardinality(sources) <= 32),
    numbers         text[] not null default '{}' check (cardinality(numbers) <= 1000),
    lines           integer not null default 30 check (lines between 1 and 10000),
    position        integer not null default 0,
    version         integer not null default 1,
    created_at      timestamptz not null default now()
);

create index trunks_order on trunks (organisation_id, position, id);

-- What an agent's calls ring at (PH-13): his browser, or a SIP telephone that registers with credentials of ours. Only the
-- digest of the password is kept, and that is sealed. sip_user is new each time credentials are issued.
alter table agents
    add column phone text not null default 'browser' check (phone in ('browser', 'desk')),
    add column sip_user text unique check (sip_user ~ '^[0-9a-z-]{4,40}$'),
    add column sip_digest bytea,
    add column version integer not null default 1,
    add constraint agents_desk_has_credentials check (phone = 'browser' or sip_user is not null and sip_digest is not null);

-- +goose Down

alter table agents drop constraint agents_desk_has_credentials, drop column phone, drop column sip_user, drop column sip_digest, drop column version;
drop table trunks;
