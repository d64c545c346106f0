import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import type { Refusal } from '../phone/desk.ts'

const known = ['not_your_call', 'not_signed_in', 'no_phone', 'not_reachable', 'in_call', 'switch_down'] as const

/** Says why the server refused what was pressed. It stays until it is closed or the next thing is pressed. */
export function RefusalToasts() {
  const { t } = useTranslation()
  const { refusal } = useDesk()
  useEffect(() => {
    if (!refusal) {
      notifications.hide('refusal')
      return
    }
    notifications.show({
      id: 'refusal',
      title: t('refusal.title'),
      message: t(`refusal.${wordFor(refusal)}`),
      color: 'red',
      autoClose: false,
      closeButtonProps: { 'aria-label': t('app.close') },
    })
  }, [refusal, t])
  return null
}

function wordFor(refusal: Refusal): (typeof known)[number] | 'other' {
  return known.find((code) => code === refusal.code) ?? 'other'
}
