import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'
import i18next from 'i18next'
import { darkTokens, lightTokens, scaleTokens } from './tokens.ts'

/** Shade 8 is the design's primary in light, shade 7 its fill in dark: both carry white words. */
const indigo: MantineColorsTuple = [
  '#eceefa',
  '#d8dcf5',
  '#b5beff',
  '#a2adf8',
  '#8f9cf5',
  '#7885e6',
  '#6573da',
  '#5664cc',
  '#3d4aa3',
  '#323e8c',
]

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  colors: { indigo },
  autoContrast: false,
  fontFamily: scaleTokens['--bh-font'],
  headings: { fontFamily: scaleTokens['--bh-font'], fontWeight: '700' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '999px' },
  defaultRadius: 'sm',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { md: '1.5' },
  shadows: { xs: 'var(--bh-shadow-1)', md: 'var(--bh-shadow-2)', xl: 'var(--bh-shadow-3)' },
  respectReducedMotion: true,
  focusRing: 'auto',
  // By name, so that a component's code is only loaded by the screens that use it.
  components: {
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md' } },
    Pagination: {
      defaultProps: { getControlProps: (control: PageControl) => ({ 'aria-label': i18next.t(`page.${control}`) }) },
    },
    Tooltip: { defaultProps: { openDelay: 400 } },
  },
})

type PageControl = 'first' | 'previous' | 'next' | 'last'

/** Mantine's own colours, said in our tokens. */
const mantine = {
  '--mantine-color-body': 'var(--bh-canvas)',
  '--mantine-color-text': 'var(--bh-text)',
  '--mantine-color-default': 'var(--bh-surface)',
  '--mantine-color-default-hover': 'var(--bh-hover)',
  '--mantine-color-default-border': 'var(--bh-line)',
  '--mantine-color-default-color': 'var(--bh-text)',
  '--mantine-color-dimmed': 'var(--bh-text-3)',
  '--mantine-color-placeholder': 'var(--bh-text-3)',
  '--mantine-color-error': 'var(--bh-dead-text)',
  '--mantine-color-anchor': 'var(--bh-primary-text)',
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { ...scaleTokens },
  light: { ...lightTokens, ...mantine },
  dark: { ...darkTokens, ...mantine },
})
