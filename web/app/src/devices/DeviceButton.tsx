import { IconHeadset } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useWindows } from '../app/windows.ts'

/** Opens 소리 설정. */
export function DeviceButton() {
  const { t } = useTranslation()
  const windows = useWindows()
  const open = windows.open === 'devices'
  return (
    <button
      type="button"
      className="ib"
      aria-label={t('devices.open')}
      aria-expanded={open}
      onClick={() => (open ? windows.close() : windows.show('devices'))}
    >
      <IconHeadset className="i" stroke={1.75} aria-hidden />
    </button>
  )
}
