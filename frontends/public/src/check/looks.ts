import type { GlyphName } from '@registry/shared/ui/GlyphIcon.vue'
import type { Finding } from './useCheck'
import { texts } from './texts'

/** How an outcome looks: a colour, a sign and words; the colour alone says nothing. */
export interface Look {
  tone: 'success' | 'warning' | 'danger'
  glyph: GlyphName
  title: string
  detail: string
}

type Name = keyof typeof texts.outcomes

const SIGNS: Record<Name, Pick<Look, 'tone' | 'glyph'>> = {
  valid: { tone: 'success', glyph: 'check' },
  listedValid: { tone: 'success', glyph: 'check' },
  shown: { tone: 'success', glyph: 'check' },
  unchecked: { tone: 'warning', glyph: 'help' },
  superseded: { tone: 'warning', glyph: 'clock' },
  expired: { tone: 'warning', glyph: 'clock' },
  suspended: { tone: 'danger', glyph: 'alert' },
  not_in_force: { tone: 'danger', glyph: 'alert' },
  revoked: { tone: 'danger', glyph: 'cross' },
  unknown: { tone: 'danger', glyph: 'cross' },
  refused: { tone: 'danger', glyph: 'cross' },
}

/** The words and the sign for what a check came to. */
export function lookOf(finding: Finding): Look {
  if (finding.by === 'nobody') return { tone: 'warning', glyph: 'help', ...texts.noKeys }
  const name = nameOf(finding)
  const { title, detail } = texts.outcomes[name]
  const reason = reasonOf(finding)
  return { ...SIGNS[name], title, detail: name === 'refused' && reason ? `${reason}${detail}` : detail }
}

function nameOf(finding: Exclude<Finding, { by: 'nobody' }>): Name {
  if (finding.by === 'reader') return 'refused'
  if (finding.by === 'register') return finding.answer.outcome === 'forged' ? 'refused' : finding.answer.outcome
  // Found out by the device, a licence is only as valid as its list.
  return finding.verdict.outcome === 'valid' ? 'listedValid' : finding.verdict.outcome
}

function reasonOf(finding: Exclude<Finding, { by: 'nobody' }>): string {
  const reason =
    finding.by === 'register' ? finding.answer.reason : finding.by === 'device' ? finding.verdict.reason : finding.reason
  return reason && reason in texts.reasons ? texts.reasons[reason as keyof typeof texts.reasons] : ''
}
