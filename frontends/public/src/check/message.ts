import { decode, Malformed, Tag, toBeSigned, type Cbor, type CborMap } from './cbor'

/** Why something that is signed does not count; the service's words for it (`licences/reasons.py`). */
export type Reason =
  | 'malformed'
  | 'not_a_licence'
  | 'not_a_status_list'
  | 'other_issuer'
  | 'wrong_key'
  | 'forged'
  | 'expired'

export class Refused extends Error {
  override readonly name = 'Refused'

  constructor(readonly reason: Reason) {
    super(reason)
  }
}

/** The published keys by key id in hexadecimal, and whose they are. */
export interface Keys {
  issuer: string
  byId: ReadonlyMap<string, CryptoKey>
}

const SIGN1_TAG = 18
const ALGORITHM = 1
const KEY_ID = 4
const TYPE = 16
const ES256 = -7
const SIGNATURE_BYTES = 64
const KEY_ID_BYTES = 8
const ISSUER = 1

/** A COSE_Sign1 whose form is right and whose signature has not been looked at. */
export class SignedMessage {
  private constructor(
    private readonly header: Uint8Array,
    private readonly payload: Uint8Array,
    private readonly signature: Uint8Array,
    private readonly keyId: string,
    readonly type: Cbor,
  ) {}

  /** Throws Refused (malformed). */
  static parse(content: Uint8Array): SignedMessage {
    return refusing(() => {
      const message = decode(content)
      if (!(message instanceof Tag) || message.number !== SIGN1_TAG || !Array.isArray(message.value)) throw new Malformed()
      const [header, unprotected, payload, signature, ...more] = message.value
      const isWhole = header instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array
      if (!isWhole || more.length > 0 || !(unprotected instanceof Map) || unprotected.size > 0) throw new Malformed()
      if (signature.length !== SIGNATURE_BYTES) throw new Malformed()
      const names = decode(header)
      if (!(names instanceof Map) || names.size !== 3 || names.get(ALGORITHM) !== ES256) throw new Malformed()
      const [keyId, type] = [names.get(KEY_ID), names.get(TYPE)]
      if (!(keyId instanceof Uint8Array) || keyId.length !== KEY_ID_BYTES || type === undefined) throw new Malformed()
      return new SignedMessage(header, payload, signature, hex(keyId), type)
    })
  }

  /** The claims, once the signature is known to be of one of `keys` and the issuer to be theirs. Throws Refused. */
  async verify(keys: Keys): Promise<CborMap> {
    const key = keys.byId.get(this.keyId)
    if (!key) throw new Refused(this.claims().get(ISSUER) === keys.issuer ? 'wrong_key' : 'other_issuer')
    const signed = toBeSigned(this.header, this.payload)
    const signature = Uint8Array.from(this.signature)
    const isTheirs = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, signed)
    if (!isTheirs) throw new Refused('forged')
    const claims = this.claims()
    if (claims.get(ISSUER) !== keys.issuer) throw new Refused('other_issuer')
    return claims
  }

  private claims(): CborMap {
    return refusing(() => {
      const claims = decode(this.payload)
      if (!(claims instanceof Map)) throw new Malformed()
      return claims
    })
  }
}

/** Runs a reader; what it finds malformed is refused as such. */
export function refusing<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) throw new Refused('malformed')
    throw error
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A JWK set as the service publishes it (`/.well-known/jwks.json`): the keys that have certificates are licences'. */
interface KeySet {
  issuer: string
  keys: (JsonWebKey & { kid: string; x5c?: string[] })[]
}

/** The keys of a published set, retired ones too. */
export async function readKeys(content: string): Promise<Keys> {
  const { issuer, keys } = JSON.parse(content) as KeySet
  const byId = new Map<string, CryptoKey>()
  for (const { kid, kty, crv, x, y } of keys.filter((one) => one.x5c)) {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify'])
    byId.set(hex(fromBase64url(kid)), key)
  }
  return { issuer, byId }
}

/** The bytes of the one spelling that base64url without padding has for them. Throws Refused (malformed). */
export function fromBase64url(text: string): Uint8Array {
  const bytes = refusing(() => {
    if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) throw new Malformed()
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
  })
  // Unused bits at the end could spell the same bytes in another way.
  const again = btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  if (again !== text) throw new Refused('malformed')
  return bytes
}
