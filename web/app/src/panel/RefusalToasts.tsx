import { notifications } from '@mantine/notifications'
import type { TFunction } from 'i18next'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import type { Refusal } from '../phone/desk.ts'
import { refusedWord } from './refused.ts'

const known = [
  'not_your_call',
  'not_signed_in',
  'no_phone',
  'not_reachable',
  'in_call',
  'switch_down',
  'draining',
] as const
/** What a call window was refused, and says itself; said here when it came from elsewhere. */
const ofCalls = ['target_not_ready', 'queue_full', 'queue_empty', 'trunk_down', 'not_allowed'] as const

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
      message: wordFor(refusal, t),
      color: 'red',
      autoClose: false,
      closeButtonProps: { 'aria-label': t('app.close') },
    })
  }, [refusal, t])
  return null
}

function wordFor(refusal: Refusal, t: TFunction): string {
  if (ofCalls.some((code) => code === refusal.code)) return refusedWord(refusal.code, t)
  return t(`refusal.${known.find((code) => code === refusal.code) ?? 'other'}`)
}
