import { texts } from './texts'

const SHORTEST = 6
const LONGEST = 16
const PLAIN = /^[A-Za-z0-9]+$/

/** The manual's rules of a doctor's password, each with whether it is met. 17 characters are refused, never cut. */
export function passwordRules(password: string) {
  return [
    { title: texts.password.length, met: password.length >= SHORTEST && password.length <= LONGEST },
    { title: texts.password.letter, met: /[A-Za-z]/.test(password) },
    { title: texts.password.digit, met: /\d/.test(password) },
    { title: texts.password.plain, met: PLAIN.test(password) },
  ]
}

/** What is wrong with a new password; empty when nothing is. */
export function passwordFault(password: string): string {
  if (!password) return texts.password.missing
  if (password.length < SHORTEST) return texts.password.tooShort
  if (password.length > LONGEST) return texts.password.tooLong
  if (!PLAIN.test(password)) return texts.password.onlyPlain
  if (!/[A-Za-z]/.test(password)) return texts.password.noLetter
  return /\d/.test(password) ? '' : texts.password.noDigit
}

/** What is wrong with its repetition. */
export function repetitionFault(password: string, again: string): string {
  if (!again) return texts.password.missingAgain
  return again === password ? '' : texts.password.differs
}
