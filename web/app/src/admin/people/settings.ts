import type { AdminPerson, PersonSettings, ServiceRights } from '../../api/types.ts'

/** The rights that somebody may have in a service, in the order of the form. */
export const rights = [
  'tickets',
  'phone',
  'forward',
  'blind_transfer',
  'assignable',
  'self_assign',
  'manage',
  'access_log',
] as const satisfies readonly (keyof ServiceRights)[]

/** What only 조직관리자 gives. */
export const adminRights: readonly string[] = ['manage', 'access_log']

/** What somebody new begins with in a service. */
export function freshRights(id: string): ServiceRights {
  return {
    id,
    tickets: true,
    phone: false,
    forward: true,
    blind_transfer: false,
    assignable: true,
    self_assign: false,
    manage: false,
    access_log: false,
  }
}

export const fresh: PersonSettings = {
  login: '',
  name: '',
  email: '',
  role: 'agent',
  supervisor: false,
  locale: 'ko',
  services: [],
  groups: [],
}

/** What of somebody is edited. */
export function settingsOf(person: AdminPerson): PersonSettings {
  const { login, name, email, role, supervisor, locale } = person
  return {
    login,
    name,
    email,
    role,
    supervisor,
    locale: locale === 'en' ? 'en' : 'ko',
    services: person.services.map(({ name: _, ...r }) => r),
    groups: person.groups.map((group) => group.id),
  }
}
