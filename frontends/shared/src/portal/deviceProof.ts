import type { components } from '../api/contract'

export type Puzzle = components['schemas']['Puzzle']

/**
 * altcha's solver (version 2), with progress: its own library has none, and brings the peers of twelve web frameworks.
 * No worker: crypto.subtle computes off the page's thread, so the page stays at hand, and the policy stays strict.
 */
const AT_ONCE = 4
const HASH = 'SHA-256'

/** Whether this browser can: crypto.subtle is there on https and on the machine itself only. */
export function canSolve(): boolean {
  return Boolean(globalThis.crypto?.subtle)
}

/**
 * Tries the counters of a puzzle one after the other; gives the proof of work for `human_proof`.
 * `onProgress` gets the part that was tried, 0 to 1. Throws DOMException "AbortError" when `signal` fires, and Error
 * for a puzzle without solution.
 */
export async function solve(
  puzzle: Puzzle,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (part: number) => void },
): Promise<string> {
  const { nonce, salt, cost, keyLength, keyPrefix, data, algorithm } = puzzle.parameters
  if (algorithm !== `PBKDF2/${HASH}`) throw new Error(`unknown puzzle: ${algorithm}`)
  const terms = { salt: fromHex(salt), iterations: cost, bits: keyLength * 8 }
  for (let first = 0; first < data.counters; first += AT_ONCE) {
    if (signal.aborted) throw new DOMException('cancelled', 'AbortError')
    const counters = Array.from({ length: Math.min(AT_ONCE, data.counters - first) }, (_, step) => first + step)
    const keys = await Promise.all(counters.map((counter) => derive(password(nonce, counter), terms)))
    const found = keys.findIndex((key) => key.startsWith(keyPrefix))
    if (found >= 0) return btoa(JSON.stringify({ challenge: puzzle, solution: { counter: first + found, derivedKey: keys[found] } }))
    onProgress(Math.min(1, (first + AT_ONCE) / data.counters))
  }
  throw new Error('the puzzle has no solution')
}

/** The nonce, and the counter as four bytes, the highest first. */
function password(nonce: string, counter: number): Uint8Array<ArrayBuffer> {
  const start = fromHex(nonce)
  const bytes = new Uint8Array(start.length + 4)
  bytes.set(start)
  new DataView(bytes.buffer).setUint32(start.length, counter)
  return bytes
}

async function derive(
  secret: Uint8Array<ArrayBuffer>,
  { salt, iterations, bits }: { salt: Uint8Array<ArrayBuffer>; iterations: number; bits: number },
): Promise<string> {
  const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
  const derived = await crypto.subtle.deriveBits({ name: 'PBKDF2', salt, iterations, hash: HASH }, key, bits)
  return Array.from(new Uint8Array(derived), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}
