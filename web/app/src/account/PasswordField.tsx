import { PasswordInput } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

interface Props {
  label: string
  name: string
  value: string
  error?: string
  hint?: string
  current?: boolean
  onChange: (value: string) => void
}

/** A field for a password, which can be looked at. */
export function PasswordField({ label, name, value, error, hint, current, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <PasswordInput
      label={label}
      name={name}
      description={hint}
      error={error}
      required
      maxLength={1024}
      autoComplete={current ? 'current-password' : 'new-password'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleIcon={Eye}
      visibilityToggleButtonProps={{ 'aria-label': t('signin.showPassword'), tabIndex: 0 }}
    />
  )
}

function Eye({ reveal }: { reveal: boolean }) {
  const Icon = reveal ? IconEyeOff : IconEye
  return <Icon className="i" stroke={1.75} aria-hidden />
}

export interface Pair {
  password: string
  again: string
}

/** What is wrong with a new password before the server is asked. */
export function pairErrors(
  { password, again }: Pair,
  words: { required: string; different: string },
): Partial<Record<keyof Pair, string>> {
  if (password === '') return { password: words.required }
  return password === again ? {} : { again: words.different }
}
