import { IconChevronDown, IconVolume } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { Pop } from '../app/Pop.tsx'
import { useWindows } from '../app/windows.ts'
import { useMicrophoneLevel } from '../panel/useMicrophoneLevel.ts'
import { browserMicrophone } from '../phone/microphone.ts'
import type { Device, Role } from './choice.ts'
import { playTone } from './testTone.ts'
import { canChooseSpeaker, useDevices } from './useDevices.ts'

/** 소리 설정: which microphone, which loudspeaker, and where the phone rings. */
export function DeviceSettings() {
  const { close: onClose } = useWindows()
  const { t } = useTranslation()
  const { devices, tone } = useWorkplace()
  const { microphones, speakers } = useDevices()
  useEffect(() => void devices.refresh(), [devices])
  const named = microphones.length > 0
  return (
    <Pop title={t('devices.title')} className="devices" onClose={onClose}>
      <Choose of="microphone" devices={microphones}>
        <Level />
      </Choose>
      {!named && <Allow />}
      {canChooseSpeaker ? (
        <>
          <Choose of="speaker" devices={speakers}>
            <Play label={t('devices.trySpeaker')} play={() => playTone(devices.idOf('speaker'))} />
          </Choose>
          <Choose of="ringer" devices={speakers}>
            <Play label={t('devices.tryRinger')} play={async () => tone.try()} />
          </Choose>
        </>
      ) : (
        <p className="sm t2">{t('devices.noSinks')}</p>
      )}
      <p className="row xs t2">
        <span className="grow">{t('devices.remembered')}</span>
        <Link to="/phone/test" className="nowrap" onClick={onClose}>
          {t('devices.check')}
        </Link>
      </p>
    </Pop>
  )
}

function Choose({ of: role, devices, children }: { of: Role; devices: readonly Device[]; children: ReactNode }) {
  const { t } = useTranslation()
  const place = useWorkplace()
  const { choice } = useDevices()
  const id = useId()
  const missing = place.devices.missing(role)
  return (
    <div className="stack g1">
      <label htmlFor={id} className="sm m">
        {t(`devices.${role}`)}
      </label>
      <div className="row">
        <div className="select">
          <select
            id={id}
            value={missing ? 'missing' : place.devices.idOf(role)}
            onChange={({ target }) =>
              place.devices.choose(role, devices.find((device) => device.id === target.value) ?? null)
            }
          >
            <option value="">{t('devices.system')}</option>
            {missing && <option value="missing">{t('devices.missing', { device: choice[role]?.label })}</option>}
            {devices.map((device) => (
              <option key={device.id} value={device.id}>
                {device.label}
              </option>
            ))}
          </select>
          <IconChevronDown className="i s" stroke={1.75} aria-hidden />
        </div>
        {children}
      </div>
      {missing && <p className="xs t2">{t('devices.missingHint')}</p>}
    </div>
  )
}

/** How loud the microphone is: the phone's own while it is open, else one opened only for this. */
function Level() {
  const { t } = useTranslation()
  const { devices } = useWorkplace()
  const { media } = useDesk()
  const [own, setOwn] = useState<MediaStream | null>(null)
  const named = useDevices().microphones.length > 0
  const id = devices.idOf('microphone')
  const used = media.microphone !== null
  useEffect(() => {
    if (used || !named) return
    let stream: MediaStream | null = null
    let left = false
    const close = () => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    browserMicrophone(id).then(
      (opened) => {
        stream = opened
        if (left) close()
        else setOwn(opened)
      },
      () => undefined,
    )
    return () => {
      left = true
      close()
      setOwn(null)
    }
  }, [used, named, id])
  const meter = useMicrophoneLevel(media.microphone ?? own)
  return (
    <span className="lvl wide" ref={meter} role="img" aria-label={t('devices.level')} title={t('devices.levelHint')}>
      <i />
      <i />
      <i />
      <i />
      <i />
    </span>
  )
}

/** Names are told only to a page that may use the microphone. */
function Allow() {
  const { t } = useTranslation()
  const { devices } = useWorkplace()
  const allow = async () => {
    const stream = await browserMicrophone().catch(() => null)
    await devices.refresh()
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  return (
    <div className="row sm">
      <span className="grow t2">{t('devices.namesHint')}</span>
      <button type="button" className="btn small" onClick={() => void allow()}>
        {t('devices.allow')}
      </button>
    </div>
  )
}

function Play({ label, play }: { label: string; play: () => Promise<void> }) {
  return (
    <button type="button" className="btn icon" aria-label={label} title={label} onClick={() => void play()}>
      <IconVolume className="i" stroke={1.75} aria-hidden />
    </button>
  )
}
