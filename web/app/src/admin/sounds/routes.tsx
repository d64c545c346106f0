import type { AdminRoute } from '../frame/areas.ts'
import { HostileEnd } from './HostileEnd.tsx'
import { MusicForm } from './MusicForm.tsx'
import { MusicList } from './MusicList.tsx'
import { SoundForm } from './SoundForm.tsx'
import { SoundList } from './SoundList.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: SoundList },
  { path: 'new', screen: () => <SoundForm /> },
  { path: 'hostile-end', screen: HostileEnd },
  { path: 'music', screen: MusicList },
  { path: 'music/new', screen: () => <MusicForm /> },
  { path: 'music/:id', screen: ({ params }) => <MusicForm id={params.id} /> },
  { path: ':id', screen: ({ params }) => <SoundForm id={params.id} /> },
]
