import type { PublicRegistration } from '@registry/shared/api/types'
import type { GlyphName } from '@registry/shared/ui/GlyphIcon.vue'

export type Status = PublicRegistration['status']

/** How a status looks: never by colour alone. */
export const LOOKS: Record<Status, { tag: string; glyph: GlyphName }> = {
  valid: { tag: 'tag-success', glyph: 'check' },
  filed: { tag: 'tag-warning', glyph: 'clock' },
  suspended: { tag: 'tag-danger', glyph: 'alert' },
  deregistered: { tag: 'tag-danger', glyph: 'cross' },
  revoked: { tag: 'tag-danger', glyph: 'cross' },
}
