import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { AdminCatalogue } from './admin.ts'
import type { Catalogue } from './catalogue.ts'
import { ko } from './ko.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Catalogue; admin: AdminCatalogue }
  }
}

export const languages = ['ko', 'en'] as const
export type Language = (typeof languages)[number]

/** Each language by its own name. */
export const languageNames: Record<Language, string> = { ko: '한국어', en: 'English' }

const storageKey = 'bellhop.language'

function firstLanguage(): Language {
  return localStorage.getItem(storageKey) === 'en' ? 'en' : 'ko'
}

/** Korean is part of the first load, because every other language falls back to it. The others come when they are wanted. */
export async function startTranslation(): Promise<void> {
  void i18next.use(initReactI18next).init({
    lng: 'ko',
    fallbackLng: 'ko',
    resources: { ko: { translation: ko } },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false }, // React escapes.
    react: { bindI18nStore: 'added' }, // Words that come later are drawn when they have come.
    initAsync: false,
  })
  document.documentElement.lang = i18next.language
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language
  })
  await speak(firstLanguage())
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(storageKey, language)
  void speak(language)
}

/** Words that do not come leave the language as it is. */
async function speak(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const words = await import('./en.ts').catch(() => null)
    if (!words) return
    i18next.addResourceBundle('en', 'translation', words.en)
  }
  await i18next.changeLanguage(language)
}
