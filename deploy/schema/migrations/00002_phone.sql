-- +goose Up

-- What agents of a service may dial.
alter table services
    add column foreign_numbers boolean not null default false,
    add column premium_numbers boolean not null default false;

-- The numbers that a service may show (발신번호, PH-44). Only completed ones may be used (PH-45); number is in national
-- form, digits only.
create table caller_ids (
    id         uuid primary key,
    service_id uuid not null references services on delete cascade,
    number     text not null check (number ~ '^[0-9]{3,15}$'),
    name       text not null default '' check (char_length(name) <= 64),
    state      text not null check (state in ('requested', 'reviewing', 'completed', 'rejected', 'expired')),
    position   integer not null,
    created_at timestamptz not null default now(),
    unique (service_id, number)
);

alter table queues add column waiting_limit integer not null default 0 check (waiting_limit between 0 and 10000);

alter table agents add column blind_transfer boolean not null default false;

-- The services in which an agent may call out; position 0 is the one he begins in.
create table agent_services (
    agent_id   uuid not null references agents on delete cascade,
    service_id uuid not null references services on delete cascade,
    position   integer not null default 0,
    primary key (agent_id, service_id)
);

create index agent_services_service on agent_services (service_id);

insert into agent_services (agent_id, service_id)
select distinct m.agent_id, q.service_id from queue_members m join queues q on q.id = m.queue_id;

create table agent_groups (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    name            text not null check (char_length(name) between 1 and 64),
    created_at      timestamptz not null default now(),
    unique (organisation_id, name)
);

create table agent_group_members (
    group_id uuid not null references agent_groups on delete cascade,
    agent_id uuid not null references agents on delete cascade,
    primary key (group_id, agent_id)
);

create index agent_group_members_agent on agent_group_members (agent_id);

create table customers (
    id              uuid primary key,
    organisation_id uuid not null references organisations,
    name            text not null check (char_length(name) between 1 and 64),
    grade           text not null default '' check (char_length(grade) <= 32),
    created_at      timestamptz not null default now(),
    unique (id, organisation_id)
);

-- A number leads to one customer of an organisation. It is in the form of directory.NumberKey.
create table customer_numbers (
    organisation_id uuid not null,
    number          text not null check (number ~ '^\+?[0-9]{2,32}$'),
    customer_id     uuid not null,
    primary key (organisation_id, number),
    foreign key (customer_id, organisation_id) references customers (id, organisation_id) on delete cascade
);

create index customer_numbers_customer on customer_numbers (customer_id);

-- An agent's own 자주 사용되는 번호 (PH-51 … PH-53): outside numbers stand as 9 and the number.
create table favourites (
    id         uuid primary key,
    agent_id   uuid not null references agents on delete cascade,
    name       text not null check (char_length(name) between 1 and 64),
    number     text not null check (number ~ '^[0-9]{2,32}$'),
    position   integer not null,
    created_at timestamptz not null default now(),
    unique (agent_id, position) deferrable initially deferred
);

-- customer_key is customer_number in the form in which numbers are compared (directory.NumberKey), empty when there is none.
alter table tickets
    add column direction text not null default 'inbound' check (direction in ('inbound', 'outbound')),
    add column customer_key text not null default '' check (customer_key ~ '^\+?[0-9]{0,32}$'),
    add column hostile_at timestamptz;

update tickets set customer_key = regexp_replace(customer_number, '^\+82', '0') where customer_number <> '';

create index tickets_of_customer on tickets (customer_key, number desc) where customer_key <> '';
create index tickets_hostile on tickets (customer_key) where hostile_at is not null;

alter table ticket_events add column target_id uuid references agents;

-- What an agent was offered, and took part in: one row for each, written when it is over. peer_id is the colleague who
-- called or consulted him, or whom he called.
create table call_history (
    id           bigint generated always as identity primary key,
    call_id      text not null check (char_length(call_id) between 1 and 64),
    agent_id     uuid not null references agents,
    leg_id       text not null check (char_length(leg_id) between 1 and 64),
    direction    text not null check (direction in ('inbound', 'outbound', 'internal')),
    peer_id      uuid references agents,
    number       text not null default '' check (char_length(number) <= 32),
    name         text not null default '' check (char_length(name) <= 64),
    queue        text not null default '' check (char_length(queue) <= 64),
    service_id   uuid references services,
    result       text not null check (result ~ '^[a-z_]{1,32}$'),
    ended_by     text not null check (ended_by in ('customer', 'agent', 'target', 'system')),
    reason       text not null default '' check (char_length(reason) <= 64),
    started_at   timestamptz not null,
    connected_at timestamptz,
    ended_at     timestamptz not null,
    talk_ms      bigint not null default 0 check (talk_ms >= 0),
    hold_ms      bigint not null default 0 check (hold_ms >= 0),
    constraint call_history_once unique (call_id, agent_id, leg_id)
);

create index call_history_newest on call_history (agent_id, started_at desc, id desc);
create index call_history_missed on call_history (agent_id, started_at desc, id desc)
    where connected_at is null and result in ('missed', 'lost', 'caller_gone');

-- +goose Down

drop table call_history, favourites, customer_numbers, customers, agent_group_members, agent_groups, agent_services, caller_ids;
alter table ticket_events drop column target_id;
alter table tickets drop column direction, drop column customer_key, drop column hostile_at;
alter table agents drop column blind_transfer;
alter table queues drop column waiting_limit;
alter table services drop column foreign_numbers, drop column premium_numbers;
