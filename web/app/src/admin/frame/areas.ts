import type { Icon } from '@tabler/icons-react'
import {
  IconBuildingStore,
  IconClock,
  IconDeviceLandlinePhone,
  IconHistory,
  IconList,
  IconListCheck,
  IconNetwork,
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconPlugConnected,
  IconRoute,
  IconUsers,
  IconUsersGroup,
  IconVolume,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Right } from './rights.ts'

/** The screen of one path of an area. */
export interface AdminRoute {
  /** Below the area: '' is its first screen; ':id' stands for one part of the address. */
  path: string
  screen: ComponentType<{ params: Record<string, string> }>
}

/** One entry of the menu, with everything below it. Its code comes when it is opened. */
export interface Area {
  /** Below /admin, and the key of its word: menu.<path>. */
  path: string
  icon: Icon
  group: 'organisation' | 'phone' | 'system'
  need: Right
  load: () => Promise<{ routes: AdminRoute[] }>
}

/** The menu, in its order. */
export const areas = [
  {
    path: 'services',
    icon: IconBuildingStore,
    group: 'organisation',
    need: 'service',
    load: () => import('../services/routes.tsx'),
  },
  {
    path: 'people',
    icon: IconUsers,
    group: 'organisation',
    need: 'people',
    load: () => import('../people/routes.tsx'),
  },
  {
    path: 'groups',
    icon: IconUsersGroup,
    group: 'organisation',
    need: 'people',
    load: () => import('../groups/routes.tsx'),
  },
  { path: 'flows', icon: IconRoute, group: 'phone', need: 'service', load: () => import('../flows/routes.tsx') },
  {
    path: 'queues',
    icon: IconList,
    group: 'phone',
    need: 'people',
    load: () => import('../queues/routes.tsx'),
  },
  {
    path: 'numbers',
    icon: IconPhoneIncoming,
    group: 'phone',
    need: 'service',
    load: () => import('../numbers/routes.tsx'),
  },
  {
    path: 'caller-ids',
    icon: IconPhoneOutgoing,
    group: 'phone',
    need: 'service',
    load: () => import('../callerids/routes.tsx'),
  },
  { path: 'sounds', icon: IconVolume, group: 'phone', need: 'service', load: () => import('../sounds/routes.tsx') },
  {
    path: 'cti',
    icon: IconDeviceLandlinePhone,
    group: 'phone',
    need: 'organisation',
    load: () => import('../cti/routes.tsx'),
  },
  {
    path: 'trunks',
    icon: IconPlugConnected,
    group: 'phone',
    need: 'organisation',
    load: () => import('../trunks/routes.tsx'),
  },
  {
    path: 'setup',
    icon: IconListCheck,
    group: 'system',
    need: 'organisation',
    load: () => import('../setup/routes.tsx'),
  },
  {
    path: 'network',
    icon: IconNetwork,
    group: 'system',
    need: 'organisation',
    load: () => import('../network/routes.tsx'),
  },
  { path: 'audit', icon: IconHistory, group: 'system', need: 'service', load: () => import('../audit/routes.tsx') },
  {
    path: 'access-log',
    icon: IconClock,
    group: 'system',
    need: 'accessLog',
    load: () => import('../audit/access.routes.tsx'),
  },
] as const satisfies readonly Area[]

export type AreaPath = (typeof areas)[number]['path']
