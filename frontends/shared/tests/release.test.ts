import { beforeEach, describe, expect, it } from 'vitest'
import { needsFreshPage, noteArrival } from '../src/portal/release'

const gone = new TypeError('Failed to fetch dynamically imported module: /doctor/assets/HomePage-old.js')

describe('a page whose files a release has replaced', () => {
  beforeEach(() => sessionStorage.clear())

  it('is loaded anew, once', () => {
    expect(needsFreshPage(gone, '/business')).toBe(true)
    expect(needsFreshPage(gone, '/business')).toBe(false)
  })

  it('is loaded anew again after a page came up', () => {
    needsFreshPage(gone, '/business')
    noteArrival()
    expect(needsFreshPage(gone, '/business')).toBe(true)
  })

  it.each([new Error('boom'), 'text', null])('is not what another fault means (%s)', (fault) => {
    expect(needsFreshPage(fault, '/business')).toBe(false)
  })
})
