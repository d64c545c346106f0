import './flows.css'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminService } from '../../api/types.ts'
import { Loaded } from '../form/Loaded.tsx'
import { useItem } from '../form/useItem.ts'
import { FlowEditor } from './FlowEditor.tsx'
import { type Flow, fresh } from './model.ts'

/** One flow: made, changed, tried out, taken back. */
export function FlowPage({ id }: { id?: string }) {
  const { item } = useItem<Flow>('/admin/flows', id)
  // A new flow becomes that of its id when it was made; one that was saved begins anew.
  if (id === undefined) return <NewFlow />
  return <Loaded item={item}>{(flow) => <FlowEditor key={`${flow.id} ${flow.newest}`} flow={flow} />}</Loaded>
}

/** A new flow belongs to a service from the beginning: what it can lead to is that service's. */
function NewFlow() {
  const { t } = useTranslation('admin')
  const services = useQuery({
    queryKey: ['admin', 'services', 'all'],
    queryFn: () => request<{ items: AdminService[] }>('GET', '/admin/services?per_page=100'),
  })
  const [chosen, choose] = useState<string | null>(null)
  return (
    <Loaded item={services}>
      {({ items }) => {
        const service = items.find((s) => s.id === chosen) ?? items[0]
        if (!service) return <p className="page admin">{t('services.empty')}</p>
        const flow: Flow = {
          id: '',
          service: service.id,
          service_name: service.name,
          newest: 0,
          version: 0,
          at: '',
          by: '',
          note: '',
          step_count: 0,
          name: '',
          numbers: [],
          time_zone: service.time_zone,
          steps: [fresh('say', [])],
        }
        return <FlowEditor key={service.id} flow={flow} services={items} onService={choose} />
      }}
    </Loaded>
  )
}
