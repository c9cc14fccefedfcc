/**
 * The part of CBOR (RFC 8949) that licences are made of, read strictly: definite lengths, shortest heads, sorted and
 * unique keys. So a signed message has one spelling, as in the service's own reader (`licences/cose.py`).
 */
export type Cbor = number | string | boolean | null | Uint8Array | Cbor[] | CborMap | Tag
export type CborMap = Map<number | string, Cbor>

export class Tag {
  constructor(
    readonly number: number,
    readonly value: Cbor,
  ) {}
}

export class Malformed extends Error {
  override readonly name = 'Malformed'
}

const DEEPEST = 8
const INTEGER = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6
const SIMPLE: Record<number, boolean | null> = { 20: false, 21: true, 22: null }

/** The one value that the bytes hold. Throws Malformed. */
export function decode(content: Uint8Array): Cbor {
  const reader = new Reader(content)
  const value = reader.value(0)
  if (!reader.atEnd) throw new Malformed('more than one value')
  return value
}

class Reader {
  private at = 0
  private readonly view: DataView

  constructor(private readonly content: Uint8Array) {
    this.view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  }

  get atEnd(): boolean {
    return this.at === this.content.length
  }

  value(depth: number): Cbor {
    if (depth > DEEPEST) throw new Malformed('too deep')
    const [kind, size] = this.head()
    switch (kind) {
      case INTEGER:
        return size
      case NEGATIVE:
        return -1 - size
      case BYTES:
        return this.take(size)
      case TEXT:
        return text(this.take(size))
      case ARRAY:
        return this.list(size, depth)
      case MAP:
        return this.map(size, depth)
      case TAG:
        return new Tag(size, this.value(depth + 1))
      default: {
        const simple = SIMPLE[size]
        if (simple === undefined) throw new Malformed('no such simple value')
        return simple
      }
    }
  }

  private head(): [kind: number, size: number] {
    const first = this.take(1)[0]!
    const [kind, short] = [first >> 5, first & 31]
    if (short < 24) return [kind, short]
    if (short > 27 || kind > TAG) throw new Malformed('indefinite, reserved or a float')
    const length = 2 ** (short - 24)
    const start = this.at
    this.take(length)
    const size = this.number(start, length)
    // The shortest head that holds the number, and a number that JavaScript holds exactly.
    const smallest = length === 1 ? 24 : 2 ** (4 * length)
    if (size < smallest || size > Number.MAX_SAFE_INTEGER) throw new Malformed('not the shortest head')
    return [kind, size]
  }

  private number(start: number, length: number): number {
    if (length === 1) return this.view.getUint8(start)
    if (length === 2) return this.view.getUint16(start)
    if (length === 4) return this.view.getUint32(start)
    return this.view.getUint32(start) * 2 ** 32 + this.view.getUint32(start + 4)
  }

  private take(length: number): Uint8Array {
    if (length > this.content.length - this.at) throw new Malformed('cut short')
    return this.content.subarray(this.at, (this.at += length))
  }

  private list(size: number, depth: number): Cbor[] {
    if (size > this.content.length - this.at) throw new Malformed('cut short')
    return Array.from({ length: size }, () => this.value(depth + 1))
  }

  private map(size: number, depth: number): CborMap {
    if (size > this.content.length - this.at) throw new Malformed('cut short')
    const found: CborMap = new Map()
    let before: Uint8Array | null = null
    for (let pair = 0; pair < size; pair += 1) {
      const start = this.at
      const key = this.value(depth + 1)
      if (typeof key !== 'number' && typeof key !== 'string') throw new Malformed('a key of another kind')
      const written = this.content.subarray(start, this.at)
      if (before && !comesAfter(written, before)) throw new Malformed('keys out of order')
      before = written
      found.set(key, this.value(depth + 1))
    }
    return found
  }
}

function text(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    throw new Malformed('not UTF-8')
  }
}

/** Shorter keys first, then byte by byte (RFC 7049 3.9, which the service's writer follows). */
function comesAfter(key: Uint8Array, before: Uint8Array): boolean {
  if (key.length !== before.length) return key.length > before.length
  const differs = key.findIndex((byte, index) => byte !== before[index])
  return differs >= 0 && key[differs]! > before[differs]!
}

/** A byte string's or a text's head and content; other kinds are not written here. */
function written(kind: number, content: Uint8Array): number[] {
  const size = content.length
  const head =
    size < 24 ? [size] : size < 256 ? [24, size] : size < 65536 ? [25, size >> 8, size & 255] : [
      26, size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255,
    ]
  head[0]! |= kind << 5
  return head
}

/** What ES256 of a COSE_Sign1 signs (RFC 9052 4.4): ["Signature1", protected, h'', payload]. */
export function toBeSigned(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const context = new TextEncoder().encode('Signature1')
  const parts = [context, protectedHeader, new Uint8Array(), payload]
  const bytes = parts.flatMap((part, index) => [...written(index === 0 ? TEXT : BYTES, part), ...part])
  return Uint8Array.from([(ARRAY << 5) | parts.length, ...bytes])
}
