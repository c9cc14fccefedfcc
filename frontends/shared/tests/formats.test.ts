import { describe, expect, it } from 'vitest'
import { formatAgo, formatDay, formatDeadline, formatMoment, formatTime } from '../src/formats'

describe('dates', () => {
  it('are those of Shanghai, whatever the zone of the machine', () => {
    expect(formatDay('2026-11-22T16:30:00Z')).toBe('2026年11月23日')
    expect(formatMoment('2026-11-22T16:03:00Z')).toBe('2026年11月23日 00:03')
    expect(formatTime('2026-11-23T06:03:00Z')).toBe('14:03')
  })

  it('stay the same day when they have no time', () => {
    expect(formatDay('2026-01-05')).toBe('2026年1月5日')
  })

  it('are empty for nothing', () => {
    expect(formatDay(null)).toBe('')
    expect(formatMoment(undefined)).toBe('')
  })

  it('are told relative to now for a month, by the days of Shanghai', () => {
    const now = new Date('2026-11-23T06:03:00Z')
    expect(formatAgo('2026-11-23T06:02:40Z', now)).toBe('刚刚')
    expect(formatAgo('2026-11-23T05:03:00Z', now)).toBe('1 小时前')
    expect(formatAgo('2026-11-22T15:00:00Z', now)).toBe('昨天')
    expect(formatAgo('2026-09-01T00:00:00Z', now)).toBe('')
  })
})

it('says lateness in words and working days', () => {
  expect(formatDeadline(-2)).toBe('逾期 2 个工作日')
  expect(formatDeadline(0)).toBe('今天到期')
  expect(formatDeadline(3)).toBe('还剩 3 个工作日')
  expect(formatDeadline(null)).toBe('')
})
