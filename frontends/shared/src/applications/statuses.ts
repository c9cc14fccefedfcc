import type { Status } from '../api/types'
import type { GlyphName } from '../ui/GlyphIcon.vue'

/** How a status looks: a shape beside its word, and a tone. What it means is the workflow's business. */
interface Look {
  tone: 'info' | 'success' | 'warning' | 'danger' | 'quiet'
  glyph: GlyphName
}

export const LOOKS: Record<Status, Look> = {
  draft: { tone: 'quiet', glyph: 'pen' },
  institution_review: { tone: 'info', glyph: 'clock' },
  institution_returned: { tone: 'warning', glyph: 'return' },
  authority_review: { tone: 'info', glyph: 'clock' },
  correction_required: { tone: 'warning', glyph: 'alert' },
  accepted: { tone: 'info', glyph: 'clock' },
  countersign: { tone: 'info', glyph: 'clock' },
  approved: { tone: 'success', glyph: 'check' },
  refused: { tone: 'danger', glyph: 'cross' },
  not_accepted: { tone: 'danger', glyph: 'cross' },
  withdrawn: { tone: 'quiet', glyph: 'cross' },
  terminated: { tone: 'quiet', glyph: 'cross' },
  set_aside: { tone: 'quiet', glyph: 'cross' },
}
