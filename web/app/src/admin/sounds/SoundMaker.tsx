import { IconFileMusic, IconMicrophone } from '@tabler/icons-react'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request, upload } from '../../api/client.ts'
import type { SoundDraft, SpeechJob } from '../../api/types.ts'
import { fieldWords, problemWords } from '../frame/problem.ts'
import { Player } from './Player.tsx'

interface Props {
  /** What it is to say, for the synthesiser; null: nothing is spoken here. */
  words: string | null
  language: string
  onMade: (draft: SoundDraft) => void
}

type State = { at: 'rest' } | { at: 'busy'; word: string } | { at: 'wrong'; word: string }

/** A file is uploaded, or the words are spoken, and what came of it can be heard before it is kept. */
export function SoundMaker({ words, language, onMade }: Props) {
  const { t } = useTranslation('admin')
  const [state, setState] = useState<State>({ at: 'rest' })
  const [draft, setDraft] = useState<SoundDraft | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const id = useId()
  const run = async (word: string, make: () => Promise<SoundDraft>) => {
    setState({ at: 'busy', word })
    try {
      const made = await make()
      setDraft(made)
      onMade(made)
      setState({ at: 'rest' })
    } catch (error) {
      const first = error instanceof ApiError ? error.errors[0] : undefined
      const large = error instanceof ApiError && error.code === 'too_large'
      setState({
        at: 'wrong',
        word: first ? fieldWords(t, first.code, first.params) : large ? t('sounds.tooLarge') : problemWords(t, error),
      })
    }
  }
  const take = (chosen: File | undefined) => {
    if (chosen) void run(t('sounds.uploading'), () => upload<SoundDraft>('/admin/sound-drafts', chosen, chosen.name))
  }
  const say = () =>
    void run(t('sounds.speaking'), () =>
      spoken(language, words ?? '', (before) =>
        setState({ at: 'busy', word: before > 0 ? t('sounds.queued', { count: before }) : t('sounds.speaking') }),
      ),
    )
  const busy = state.at === 'busy'
  return (
    <div className="soundmaker stack g3">
      <div className="row wrap">
        <input
          ref={file}
          id={id}
          type="file"
          hidden
          accept=".wav,.mp3,.ogg,audio/*"
          aria-label={t('sounds.upload')}
          onChange={(event) => {
            take(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
        <button type="button" className="btn" disabled={busy} onClick={() => file.current?.click()}>
          <IconFileMusic className="i s" stroke={1.75} aria-hidden />
          {t('sounds.upload')}
        </button>
        {words !== null && (
          <button type="button" className="btn" disabled={busy || words.trim() === ''} onClick={say}>
            <IconMicrophone className="i s" stroke={1.75} aria-hidden />
            {t('sounds.speak')}
          </button>
        )}
      </div>
      <p className="sm t2">{t('sounds.limits')}</p>
      <div role="status">{busy && <p className="sm">{state.word}</p>}</div>
      {state.at === 'wrong' && (
        <p className="strip" data-s="dead" role="alert">
          {state.word}
        </p>
      )}
      {draft && (
        <Player
          path={`/admin/sound-drafts/${draft.id}/sound`}
          name={t('sounds.preview')}
          lengthMs={draft.length_ms}
          shape={draft.shape}
        />
      )}
    </div>
  )
}

/** Has a text spoken and waits for it. before is told how many come first. */
async function spoken(language: string, text: string, before: (count: number) => void): Promise<SoundDraft> {
  let job = await request<SpeechJob>('POST', '/admin/speech', { language, text })
  while (job.state === 'queued' || job.state === 'running') {
    before(job.state === 'queued' ? job.before : 0)
    job = await request<SpeechJob>('GET', `/admin/speech/${job.id}?seen=${job.state}`)
  }
  if (job.draft) return job.draft
  throw new ApiError(422, 'invalid_request', {}, 0, {
    errors: [{ location: 'body.text', code: job.code ?? 'speech_failed' }],
  })
}
