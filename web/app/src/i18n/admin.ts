import i18next from 'i18next'
import type { Words } from './catalogue.ts'
import type { koAdmin } from './ko.admin.ts'

export type AdminCatalogue = Words<typeof koAdmin>

/** Adds the administration's words, in Korean, to which every language falls back, and in the one that is spoken. */
export async function speakAdmin(): Promise<void> {
  const add = async (language: string) => {
    if (i18next.hasResourceBundle(language, 'admin')) return
    if (language === 'ko') i18next.addResourceBundle('ko', 'admin', (await import('./ko.admin.ts')).koAdmin)
    if (language === 'en') i18next.addResourceBundle('en', 'admin', (await import('./en.admin.ts')).enAdmin)
  }
  await Promise.all([add('ko'), add(i18next.language)])
  i18next.on('languageChanged', (language) => void add(language))
}
