import { Malformed, type Cbor, type CborMap } from './cbor'
import { fromBase64url, Refused, refusing, SignedMessage, type Keys } from './message'

/** What the two codes say; the service writes them (`licences/tokens.py`). */
export interface LicenceClaims {
  kind: 'licence'
  number: string
  version: number
  name: string
  certificateMasked: string
  institution: string
  /** Civil day in Asia/Shanghai, YYYY-MM-DD. */
  issuedOn: string
  /** Where the status list is published. */
  statusUri: string
  statusIndex: number
}

export interface PresentationClaims {
  kind: 'presentation'
  number: string
  version: number
  /** Milliseconds since 1970. */
  expiresAt: number
}

export const STATUS_LISTS_PATH = '/api/v1/licences/status-lists/'
const LONGEST = 4096
const CWT = 61
const [ISSUER, EXPIRES, TOKEN_ID, STATUS, OURS] = [1, 4, 7, 65535, -65537]
const DAY_MS = 86_400_000

/** The token in what was scanned or pasted: a code's address, or the token itself. Throws Refused (not_a_licence). */
export function findToken(scanned: string): string {
  let text = scanned.trim()
  if (text.includes('#') || text.includes('://')) {
    let address: URL
    try {
      address = new URL(text)
    } catch {
      throw new Refused('not_a_licence')
    }
    if (!/^https?:$/.test(address.protocol) || address.pathname !== '/v') throw new Refused('not_a_licence')
    text = address.hash.slice(1)
  }
  if (!/^[\w-]+$/.test(text)) throw new Refused('not_a_licence')
  return text
}

/**
 * What the token says, if one of `keys` signed it and it is not expired at `now` (milliseconds). Whether a licence
 * still counts is not in it. Throws Refused.
 */
export async function verifyToken(token: string, keys: Keys, now: number): Promise<LicenceClaims | PresentationClaims> {
  if (token.length > LONGEST) throw new Refused('malformed')
  const message = SignedMessage.parse(fromBase64url(token))
  if (message.type !== CWT) throw new Refused('not_a_licence')
  const claims = await message.verify(keys)
  const ours = claims.get(OURS)
  const kind = ours instanceof Map ? ours.get(0) : undefined
  if (!(ours instanceof Map) || (kind !== 1 && kind !== 2)) throw new Refused('not_a_licence')
  if (kind === 1) return refusing(() => readLicence(claims, ours))
  const shown = refusing(() => readPresentation(claims, ours))
  if (shown.expiresAt <= now) throw new Refused('expired')
  return shown
}

function readLicence(claims: CborMap, ours: CborMap): LicenceClaims {
  const status = claims.get(STATUS)
  const reference = status instanceof Map ? status.get('status_list') : undefined
  if (!(reference instanceof Map)) throw new Malformed()
  const statusUri = text(reference.get('uri'))
  if (!statusUri.startsWith(text(claims.get(ISSUER)) + STATUS_LISTS_PATH)) throw new Malformed()
  const photo = ours.get(6)
  if (!(photo instanceof Uint8Array)) throw new Malformed()
  return {
    kind: 'licence',
    number: text(ours.get(1)),
    version: number(ours.get(2)),
    name: text(ours.get(3)),
    certificateMasked: text(ours.get(4)),
    institution: text(ours.get(5)),
    issuedOn: day(number(ours.get(7))),
    statusUri,
    statusIndex: number(reference.get('idx')),
  }
}

function readPresentation(claims: CborMap, ours: CborMap): PresentationClaims {
  if (!(claims.get(TOKEN_ID) instanceof Uint8Array)) throw new Malformed()
  const expiresAt = number(claims.get(EXPIRES)) * 1000
  return { kind: 'presentation', number: text(ours.get(1)), version: number(ours.get(2)), expiresAt }
}

function text(value: Cbor | undefined): string {
  if (typeof value !== 'string') throw new Malformed()
  return value
}

function number(value: Cbor | undefined): number {
  if (typeof value !== 'number' || value < 0) throw new Malformed()
  return value
}

function day(days: number): string {
  const date = new Date(days * DAY_MS)
  if (Number.isNaN(date.getTime())) throw new Malformed()
  return date.toISOString().slice(0, 10)
}
