-- +goose Up

-- What callers hear that admins made: announcements (with what they say, word for word) and hold music. file is the SHA-256 of the WAV
-- that Asterisk plays under the name of the id. Without a service it is of the whole organisation.
create table sounds (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    service_id      uuid references services,
    kind            text not null check (kind in ('announcement', 'music')),
    name            text not null check (char_length(name) between 1 and 100),
    language        text not null check (char_length(language) between 2 and 8),
    words           text not null default '' check (char_length(words) <= 2000),
    origin          text not null check (origin in ('upload', 'speech')),
    file            text not null check (file ~ '^[0-9a-f]{64}$'),
    length_ms       integer not null check (length_ms between 1 and 600000),
    shape           bytea not null check (octet_length(shape) <= 1000),
    version         integer not null default 1,
    created_at      timestamptz not null default now(),
    check (kind = 'music' or words <> '')
);

create index sounds_organisation on sounds (organisation_id, kind);
create index sounds_service on sounds (service_id);

-- What was uploaded or spoken and is not saved yet.
create table sound_drafts (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    user_id         uuid not null references users on delete cascade,
    origin          text not null check (origin in ('upload', 'speech')),
    file            text not null check (file ~ '^[0-9a-f]{64}$'),
    length_ms       integer not null check (length_ms between 1 and 600000),
    shape           bytea not null,
    created_at      timestamptz not null default now()
);

create index sound_drafts_age on sound_drafts (created_at);

-- Hold music: its tracks one after the other, then again. Queues name it by its id.
create table music (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    service_id      uuid references services,
    name            text not null check (char_length(name) between 1 and 100),
    version         integer not null default 1,
    created_at      timestamptz not null default now()
);

create index music_organisation on music (organisation_id);
create index music_service on music (service_id);

create table music_tracks (
    music_id uuid not null references music on delete cascade,
    position integer not null,
    sound_id uuid not null references sounds,
    primary key (music_id, position)
);

create index music_tracks_sound on music_tracks (sound_id);

-- What customers of a service hear at 강성종료, for each of its languages (D15).
create table service_hostile_ends (
    service_id uuid not null references services on delete cascade,
    language   text not null check (char_length(language) between 2 and 8),
    sound_id   uuid not null references sounds,
    primary key (service_id, language)
);

create index service_hostile_ends_sound on service_hostile_ends (sound_id);

alter table services add column sounds_version integer not null default 1;

-- +goose Down

alter table services drop column sounds_version;
drop table service_hostile_ends, music_tracks, music, sound_drafts, sounds;
