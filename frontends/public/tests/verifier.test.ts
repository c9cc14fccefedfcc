import { describe, expect, test } from 'vitest'
import { judge } from '../src/check/judge'
import { fromBase64url, hex, readKeys, Refused, type Keys } from '../src/check/message'
import { readStatusList, statusAt, type StatusList } from '../src/check/statusList'
import held from './vectors.json'

/** What the service's own verifier says of each code; it is tested with the same file. */
const { cases, flipped, lists } = held
const at = Date.UTC(2026, 10, 25, 9, 30)

async function known(): Promise<Keys> {
  return readKeys(JSON.stringify(held.keys))
}

async function listed(name: string | null, keys: Keys): Promise<StatusList[]> {
  if (!name) return []
  return [await readStatusList(fromBase64url(lists[name as keyof typeof lists]), keys)]
}

describe('a code', () => {
  test.each(cases)('$case: $outcome $reason', async (one) => {
    const keys = await known()
    const verdict = await judge(one.scanned, keys, await listed(one.list, keys), one.at)
    expect(verdict.outcome).toBe(one.outcome)
    expect(verdict.reason).toBe(one.reason)
    expect(verdict.listIssuedAt).toBe(one.list_issued_at)
    expect(verdict.claims?.number ?? null).toBe(one.number)
    const licence = verdict.claims?.kind === 'licence' ? verdict.claims : null
    expect([licence?.name ?? null, licence?.institution ?? null]).toEqual([one.name, one.institution])
    expect(licence?.issuedOn ?? null).toBe(one.issued_on)
  })

  test('is refused with any byte changed, for the same reason', async () => {
    const keys = await known()
    const content = fromBase64url(flipped.token)
    expect(flipped.flips.length).toBe(2 * content.length)
    for (const [place, flip, outcome, reason] of flipped.flips as [number, number, string, string][]) {
      const changed = Uint8Array.from(content)
      changed[place]! ^= flip
      const text = btoa(String.fromCharCode(...changed)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
      const verdict = await judge(text, keys, [], at)
      expect([place, flip, verdict.outcome, verdict.reason]).toEqual([place, flip, outcome, reason])
    }
  })
})

describe('a status list', () => {
  test('of a million places is read whole', async () => {
    const [list] = await listed('large', await known())
    expect(list!.packed.length).toBe(2 ** 20 / 4)
    expect([3, 100, 3 + 97 * 5000].map((place) => statusAt(list!, place))).toEqual(['revoked', 'revoked', 'revoked'])
    expect(statusAt(list!, 4)).toBe('valid')
    expect(statusAt(list!, 2 ** 20)).toBe(null)
  })

  test('that was changed, cut or signed by somebody else is not taken', async () => {
    const keys = await known()
    const content = fromBase64url(lists.revoked)
    const changed = Uint8Array.from(content)
    changed[content.length - 70]! ^= 1
    const nobodys = { issuer: keys.issuer, byId: new Map() }
    const refused: [Uint8Array, Keys, string][] = [
      [changed, keys, 'forged'],
      [content.subarray(0, -1), keys, 'malformed'],
      [content, nobodys, 'wrong_key'],
      [content, { issuer: 'https://other.example.cn', byId: keys.byId }, 'other_issuer'],
      [fromBase64url(flipped.token), keys, 'not_a_status_list'],
    ]
    for (const [bytes, by, reason] of refused) {
      await expect(readStatusList(bytes, by)).rejects.toEqual(new Refused(reason as Refused['reason']))
    }
  })
})

test('only keys for licences are taken from the published set', async () => {
  const other = { ...held.keys.keys[0]!, x5c: undefined, kid: 'AAAAAAAAAAA' }
  const keys = await readKeys(JSON.stringify({ ...held.keys, keys: [...held.keys.keys, other] }))
  expect(keys.byId.size).toBe(2)
  expect(keys.byId.has(hex(new Uint8Array(8)))).toBe(false)
})
