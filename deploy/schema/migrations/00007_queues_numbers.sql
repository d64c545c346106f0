-- +goose Up

-- How a queue chooses among its agents, what its callers hear, and what counts as answered in time. music is a class of hold music, empty for
-- the usual one; say_every_seconds is how often callers are told their place, 0 = never. skills are what its agents must have.
alter table queues
    add column strategy text not null default 'longest_idle' check (strategy in ('longest_idle', 'round_robin', 'fewest_calls', 'priority')),
    add column answer_seconds integer not null default 20 check (answer_seconds between 1 and 3600),
    add column music text not null default '' check (char_length(music) <= 64),
    add column say_every_seconds integer not null default 0 check (say_every_seconds = 0 or say_every_seconds between 15 and 600),
    add column skills text[] not null default '{}' check (cardinality(skills) <= 20),
    add column version integer not null default 1;

create index queues_service on queues (service_id);

alter table queue_members add column priority smallint not null default 5 check (priority between 1 and 9);

-- Skills are words in the form in which names are compared.
alter table agents
    add column skills text[] not null default '{}' check (cardinality(skills) <= 50),
    add column skills_version integer not null default 1;

-- The proof of a number (통신서비스 이용증명원) and what came of it. expires_on is the last day, in the service's time zone, on which it may be shown.
alter table caller_ids
    add column expires_on date,
    add column reason text not null default '' check (char_length(reason) <= 500),
    add column document text check (document ~ '^[0-9a-f]{64}$'),
    add column document_name text not null default '' check (char_length(document_name) <= 120),
    add column document_type text not null default '' check (char_length(document_type) <= 64),
    add column document_size bigint not null default 0,
    add column version integer not null default 1;

-- A number that customers call leads to a queue, or through flow_entries to a flow, which then goes before. trunk_id is where it comes from.
alter table numbers
    alter column queue_id drop not null,
    add column id uuid not null unique default gen_random_uuid(),
    add column organisation_id uuid references organisations,
    add column name text not null default '' check (char_length(name) <= 64),
    add column trunk_id uuid,
    add column version integer not null default 1;

update numbers n set organisation_id = s.organisation_id from queues q join services s on s.id = q.service_id where q.id = n.queue_id;

-- +goose StatementBegin
create function flow_entries_are_numbers() returns trigger language plpgsql as $$
begin
    insert into numbers (number, organisation_id)
    select new.number, f.organisation_id from flows f where f.id = new.flow_id
    on conflict (number) do nothing;
    return null;
end $$;
-- +goose StatementEnd

create trigger flow_entries_are_numbers after insert on flow_entries for each row execute function flow_entries_are_numbers();

insert into numbers (number, organisation_id) select e.number, f.organisation_id from flow_entries e join flows f on f.id = e.flow_id
on conflict (number) do nothing;

create index numbers_queue on numbers (queue_id);

-- +goose Down

drop trigger flow_entries_are_numbers on flow_entries;
drop function flow_entries_are_numbers;
delete from numbers where queue_id is null;
alter table numbers
    alter column queue_id set not null,
    drop column id, drop column organisation_id, drop column name, drop column trunk_id, drop column version;
drop index numbers_queue;
alter table caller_ids
    drop column expires_on, drop column reason, drop column document, drop column document_name, drop column document_type,
    drop column document_size, drop column version;
alter table agents drop column skills, drop column skills_version;
alter table queue_members drop column priority;
drop index queues_service;
alter table queues
    drop column strategy, drop column answer_seconds, drop column music, drop column say_every_seconds, drop column skills, drop column version;
