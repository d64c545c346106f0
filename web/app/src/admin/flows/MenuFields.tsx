import { NumberInput, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { keyOrder, type Step } from './model.ts'
import type { FieldsProps } from './StepPanel.tsx'
import { SoundSelect, TargetSelect } from './selects.tsx'

/** The keys of a menu, what each is for and where it leads. */
export function MenuFields({ c, step, onChange }: FieldsProps) {
  const { t } = useTranslation('admin')
  const keys = keyOrder.filter((key) => step.keys && key in step.keys)
  const free = keyOrder.filter((key) => !keys.includes(key))
  const setKey = (key: string, to: string) => onChange({ ...step, keys: { ...step.keys, [key]: to } })
  return (
    <>
      <SoundSelect c={c} value={step.sound} onChange={(sound) => onChange({ ...step, sound })} />
      <fieldset className="stack g2 keys">
        <legend>{t('flows.panel.keys')}</legend>
        {keys.map((key) => (
          <div key={key} className="keyrow">
            <span className="key num" aria-hidden>
              {key}
            </span>
            <div className="stack g1 grow">
              <TextInput
                label={t('flows.panel.keyLabel', { key })}
                maxLength={60}
                value={step.labels?.[key] ?? ''}
                onChange={(e) => onChange({ ...step, labels: { ...step.labels, [key]: e.currentTarget.value } })}
              />
              <TargetSelect
                c={c}
                self=""
                label={t('flows.panel.keyTarget', { key })}
                value={step.keys?.[key]}
                onChange={(to) => setKey(key, to)}
              />
            </div>
            <button
              type="button"
              className="btn small quiet icon"
              aria-label={t('flows.panel.keyRemove', { key })}
              onClick={() => onChange(without(step, key))}
            >
              <IconX className="i s" stroke={1.75} aria-hidden />
            </button>
          </div>
        ))}
        {free[0] && (
          <fieldset className="row wrap">
            <legend className="vh">{t('flows.panel.keyAdd')}</legend>
            <IconPlus className="i s" stroke={1.75} aria-hidden />
            {free.map((key) => (
              <button
                key={key}
                type="button"
                className="btn small num"
                aria-label={`${t('flows.panel.keyAdd')} ${key}`}
                onClick={() => setKey(key, '')}
              >
                {key}
              </button>
            ))}
          </fieldset>
        )}
      </fieldset>
      <div className="two">
        <NumberInput
          label={t('flows.panel.wait')}
          min={1}
          max={60}
          allowDecimal={false}
          value={step.wait || 5}
          onChange={(wait) => onChange({ ...step, wait: Number(wait) || 0 })}
        />
        <NumberInput
          label={t('flows.panel.tries')}
          min={1}
          max={9}
          allowDecimal={false}
          value={step.tries || 3}
          onChange={(tries) => onChange({ ...step, tries: Number(tries) || 0 })}
        />
      </div>
      <TargetSelect
        c={c}
        self={step.id}
        label={t('flows.panel.elseMenu')}
        value={step.else}
        onChange={(to) => onChange({ ...step, else: to })}
      />
    </>
  )
}

function without(step: Step, gone: string): Step {
  const keep = (of: Record<string, string> | undefined) =>
    Object.fromEntries(Object.entries(of ?? {}).filter(([key]) => key !== gone))
  return { ...step, keys: keep(step.keys), labels: keep(step.labels) }
}
