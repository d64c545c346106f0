import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import {
  IconDotsVertical,
  IconHeadset,
  IconKeyboard,
  IconLogout,
  IconMicrophone,
  IconStethoscope,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { inCall } from '../phone/state.ts'
import { useMicrophoneLevel } from './useMicrophoneLevel.ts'

/** The microphone in use, how loud it is, and CTI 로그아웃. */
export function PanelFoot() {
  const { t } = useTranslation()
  const desk = useDesk()
  const place = useWorkplace()
  const windows = useWindows()
  const navigate = useNavigate()
  const meter = useMicrophoneLevel(desk.media.muted ? null : desk.media.microphone)
  const signedIn = desk.view !== null && desk.view.presence !== 'signed_out'
  const busy = inCall(desk)
  const signOut = () => {
    if (busy) notifications.show({ message: t('phone.signOutInCall'), color: 'orange' })
    else void place.desk.signOut()
  }
  return (
    <footer className="ph-foot">
      <IconHeadset className="i s" stroke={1.75} aria-hidden />
      <span className="cut grow" title={desk.media.device || undefined}>
        {desk.media.device || (desk.media.microphone ? t('phone.microphone') : t('phone.noMicrophone'))}
      </span>
      <IconMicrophone className="i s" stroke={1.75} aria-hidden />
      <span className="lvl" ref={meter} role="img" aria-label={t('phone.microphoneLevel')}>
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
      {signedIn && (
        <Menu position="top-end" width={200}>
          <Menu.Target>
            <button type="button" className="btn small quiet icon" aria-label={t('phone.ctiMenu')}>
              <IconDotsVertical className="i s" stroke={1.75} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconHeadset className="i s" stroke={1.75} aria-hidden />}
              onClick={() => windows.show('devices')}
            >
              {t('devices.title')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconStethoscope className="i s" stroke={1.75} aria-hidden />}
              onClick={() => void navigate({ to: '/phone/test' })}
            >
              {t('preflight.title')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconKeyboard className="i s" stroke={1.75} aria-hidden />}
              onClick={() => windows.show('shortcuts')}
            >
              {t('shortcut.list')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout className="i s" stroke={1.75} aria-hidden />} onClick={signOut}>
              {t('phone.signOut')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </footer>
  )
}
