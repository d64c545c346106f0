-- +goose Up

-- What an agent may do on the phone is said for each service (service_members) from now on.
insert into service_members (user_id, service_id, phone, blind_transfer)
select distinct a.user_id, q.service_id, a.phone_permission, a.blind_transfer
from agents a join queue_members m on m.agent_id = a.id join queues q on q.id = m.queue_id
on conflict do nothing;

drop table agent_services;
alter table agents drop column phone_permission, drop column blind_transfer;

-- A group has users, with a phone or without one (AG-14, AG-17). Names that look the same are the same.
alter table agent_groups
    add column name_key text generated always as (lower(normalize(name, NFKC))) stored,
    add column version integer not null default 1,
    add constraint agent_groups_one_of_a_name unique (organisation_id, name_key);

create table group_members (
    group_id uuid not null references agent_groups on delete cascade,
    user_id  uuid not null references users on delete cascade,
    primary key (group_id, user_id)
);

create index group_members_user on group_members (user_id);

insert into group_members (group_id, user_id)
select m.group_id, a.user_id from agent_group_members m join agents a on a.id = m.agent_id;

drop table agent_group_members;

-- What a list of people is searched in.
alter table users
    add column searched text generated always as (lower(normalize(name || ' ' || login || ' ' || email, NFC))) stored;

create index users_organisation on users (organisation_id);

alter table invitations
    drop constraint invitations_created_by_fkey,
    add constraint invitations_created_by_fkey foreign key (created_by) references users on delete set null;

-- A session that is to end as soon as the call is over in which its user is.
alter table sessions add column leaving boolean not null default false;

-- +goose Down

alter table sessions drop column leaving;
drop index users_organisation;
alter table users drop column searched;

create table agent_group_members (
    group_id uuid not null references agent_groups on delete cascade,
    agent_id uuid not null references agents on delete cascade,
    primary key (group_id, agent_id)
);
create index agent_group_members_agent on agent_group_members (agent_id);
insert into agent_group_members (group_id, agent_id)
select m.group_id, a.id from group_members m join agents a on a.user_id = m.user_id;
drop table group_members;
alter table agent_groups drop constraint agent_groups_one_of_a_name, drop column name_key, drop column version;

alter table agents
    add column phone_permission boolean not null default false,
    add column blind_transfer boolean not null default false;
update agents a set
    phone_permission = exists (select from service_members m where m.user_id = a.user_id and m.phone),
    blind_transfer = exists (select from service_members m where m.user_id = a.user_id and m.blind_transfer);
create table agent_services (
    agent_id   uuid not null references agents on delete cascade,
    service_id uuid not null references services on delete cascade,
    position   integer not null default 0,
    primary key (agent_id, service_id)
);
create index agent_services_service on agent_services (service_id);
insert into agent_services (agent_id, service_id, position)
select a.id, m.service_id, m.position from service_members m join agents a on a.user_id = m.user_id;
