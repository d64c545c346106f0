-- +goose Up

-- What a service is for and what it may use (GN-20), how its calls end (D1, D3), and the version that an editor saw.
alter table services
    add column kind text not null default 'consult' check (kind in ('consult', 'issue')),
    add column phone boolean not null default true,
    add column inbound boolean not null default true,
    add column outbound boolean not null default true,
    add column chat boolean not null default false,
    add column sms boolean not null default false,
    add column editor text not null default 'plain' check (editor in ('plain', 'rich')),
    add column languages text[] not null default '{ko,en}' check (cardinality(languages) between 1 and 10),
    add column time_zone text not null default 'Asia/Seoul' check (char_length(time_zone) between 1 and 64),
    add column after_call text not null default 'notice' check (after_call in ('notice', 'ticket_work', 'ready')),
    add column stay_ready_after_decline boolean not null default false,
    add column version integer not null default 1;

-- admin is 조직관리자 (AG-05), manager 관리자 of the services he manages (AG-06), agent 상담원 (AG-07). Who supervises has the right besides. A user
-- without a password has not accepted his invitation yet.
alter table users drop constraint users_role_check;
alter table users
    add constraint users_role_check check (role in ('admin', 'manager', 'supervisor', 'agent')),
    add column supervisor boolean not null default false,
    add column email text not null default '' check (char_length(email) <= 254),
    add column locale text not null default 'ko' check (locale in ('ko', 'en')),
    add column version integer not null default 1,
    alter column password_hash drop not null;
update users set supervisor = true where role = 'supervisor';

-- What a user may do in a service (AG-08 … AG-12). position 0 is the service he begins in.
create table service_members (
    user_id        uuid not null references users on delete cascade,
    service_id     uuid not null references services on delete cascade,
    position       integer not null default 0,
    manage         boolean not null default false,
    tickets        boolean not null default true,
    phone          boolean not null default false,
    forward        boolean not null default true,
    blind_transfer boolean not null default false,
    access_log     boolean not null default false,
    assignable     boolean not null default true,
    self_assign    boolean not null default false,
    primary key (user_id, service_id)
);

create index service_members_service on service_members (service_id);

insert into service_members (user_id, service_id, position, phone, blind_transfer)
select a.user_id, s.service_id, s.position, a.phone_permission, a.blind_transfer
from agent_services s join agents a on a.id = s.agent_id;

-- One-time links: to set a first or a new password, and to make the first 조직관리자. Only the SHA-256 of the token is kept.
create table invitations (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    user_id    uuid references users on delete cascade,
    purpose    text not null check (purpose in ('invite', 'reset', 'first_admin')),
    created_by uuid references users,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz,
    check ((purpose = 'first_admin') = (user_id is null))
);

create index invitations_user on invitations (user_id);

-- Every change, never changed itself: who, when, from where, what it was and what it became.
create table audit_log (
    id              bigint generated always as identity primary key,
    organisation_id uuid not null references organisations,
    service_id      uuid,
    at              timestamptz not null default now(),
    user_id         uuid,
    user_name       text not null default '',
    ip              inet,
    action          text not null check (action ~ '^[a-z_.]{1,64}$'),
    subject         text not null check (subject ~ '^[a-z_]{1,32}$'),
    subject_id      text not null default '' check (char_length(subject_id) <= 64),
    subject_name    text not null default '' check (char_length(subject_name) <= 200),
    before          jsonb,
    after           jsonb
);

create index audit_log_newest on audit_log (organisation_id, id desc);
create index audit_log_subject on audit_log (subject, subject_id, id desc);

-- +goose StatementBegin
create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
-- +goose StatementEnd

create trigger audit_log_append_only before update or delete on audit_log for each row execute function audit_log_is_append_only();

-- Who connected when (접속 로그, AG-16).
create table access_log (
    id              bigint generated always as identity primary key,
    organisation_id uuid not null references organisations,
    user_id         uuid references users on delete set null,
    login           text not null default '' check (char_length(login) <= 64),
    at              timestamptz not null default now(),
    event           text not null check (event in ('sign_in', 'sign_in_failed', 'sign_out', 'expired', 'forced_out', 'password_set')),
    ip              inet,
    user_agent      text not null default '' check (char_length(user_agent) <= 256)
);

create index access_log_newest on access_log (organisation_id, id desc);
create index access_log_user on access_log (user_id, id desc);

-- +goose Down

drop table access_log, audit_log, invitations, service_members;
drop function audit_log_is_append_only;
delete from users where password_hash is null or role = 'manager';
alter table users drop constraint users_role_check;
alter table users
    add constraint users_role_check check (role in ('admin', 'supervisor', 'agent')),
    drop column supervisor, drop column email, drop column locale, drop column version, alter column password_hash set not null;
alter table services
    drop column kind, drop column phone, drop column inbound, drop column outbound, drop column chat, drop column sms, drop column editor,
    drop column languages, drop column time_zone, drop column after_call, drop column stay_ready_after_decline, drop column version;
