import { useParams } from '@tanstack/react-router'
import { CallStory } from './CallStory.tsx'

/** /calls/:call */
export function StoryPage() {
  const { call } = useParams({ from: '/calls/$call' })
  return <CallStory key={call} call={call} />
}
