/**
 * One thing a person means to do, such as submitting this application. A retry of the same request carries the same
 * `Idempotency-Key`, so a lost answer is never a second decision; another body, or a settled request, gets a new one.
 */
export class Intent {
  private key: string | null = null
  private meaning = ''

  /** The key for a request; `meaning` is all that makes it this request (path, version, body). */
  keyFor(meaning: string): string {
    if (this.key === null || meaning !== this.meaning) {
      this.key = randomKey()
      this.meaning = meaning
    }
    return this.key
  }

  /** The service has given its final answer. */
  settle(): void {
    this.key = null
  }
}

/** crypto.randomUUID exists only in secure contexts; a portal on plain http in a local network has none. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
