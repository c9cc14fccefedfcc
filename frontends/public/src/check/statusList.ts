import { Malformed } from './cbor'
import { Refused, SignedMessage, type Keys } from './message'

/** Values of the IETF's Token Status List; the last is the application's (`licences/status_list.py`). */
export const STATUSES = ['valid', 'revoked', 'suspended', 'superseded'] as const
export type ListedStatus = (typeof STATUSES)[number]

export interface StatusList {
  uri: string
  /** Milliseconds since 1970; what ended later is not in it. */
  issuedAt: number
  packed: Uint8Array
}

const MEDIA_TYPE = 'application/statuslist+cwt'
const [SUBJECT, ISSUED_AT, STATUS_LIST] = [2, 6, 65533]
const BITS = 2
const PER_BYTE = 4
const LONGEST = 2 << 20
const LARGEST_PACKED = 1_000_000
export const TIME_TO_LIVE_MS = 300_000

/** The list, if one of `keys` signed it, however old. Throws Refused. */
export async function readStatusList(content: Uint8Array, keys: Keys): Promise<StatusList> {
  if (content.length > LONGEST) throw new Refused('malformed')
  const message = SignedMessage.parse(content)
  if (message.type !== MEDIA_TYPE) throw new Refused('not_a_status_list')
  const claims = await message.verify(keys)
  const held = claims.get(STATUS_LIST)
  const [uri, issuedAt] = [claims.get(SUBJECT), claims.get(ISSUED_AT)]
  const compressed = held instanceof Map && held.get('bits') === BITS ? held.get('lst') : undefined
  if (typeof uri !== 'string' || typeof issuedAt !== 'number' || !(compressed instanceof Uint8Array)) {
    throw new Refused('malformed')
  }
  try {
    return { uri, issuedAt: issuedAt * 1000, packed: await inflate(compressed) }
  } catch {
    throw new Refused('malformed')
  }
}

/** The status at a place; null if the list does not reach that far. */
export function statusAt({ packed }: StatusList, index: number): ListedStatus | null {
  const byte = packed[Math.floor(index / PER_BYTE)]
  return byte === undefined ? null : STATUSES[(byte >> ((index % PER_BYTE) * BITS)) & 3]!
}

/** At most the largest list: a stream that swells further is not ours. */
async function inflate(compressed: Uint8Array): Promise<Uint8Array> {
  const content = new ReadableStream<BufferSource>({
    start(controller) {
      controller.enqueue(Uint8Array.from(compressed))
      controller.close()
    },
  })
  const stream = content.pipeThrough(new DecompressionStream('deflate'))
  const parts: Uint8Array[] = []
  let size = 0
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length
    if (size > LARGEST_PACKED) throw new Malformed('too long')
    parts.push(part.value)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
