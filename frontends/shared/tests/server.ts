import { vi } from 'vitest'

export interface Asked {
  method: string
  url: string
  headers: Record<string, string>
  body: unknown
}

type Answer = Response | Error

/** An answer of the service in JSON; refusals are problem documents. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const kind = status < 400 ? 'application/json' : 'application/problem+json'
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': kind, ...headers } })
}

/** Stands in for the network: gives the answers one after the other, and keeps what was asked. */
export function serve(...answers: Answer[]): Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : init.body
    asked.push({ method: init.method ?? '', url, headers: init.headers as Record<string, string>, body })
    const answer = answers.shift()
    if (!answer) throw new Error(`nothing was prepared for ${init.method} ${url}`)
    if (answer instanceof Error) throw answer
    return answer
  })
  return asked
}
