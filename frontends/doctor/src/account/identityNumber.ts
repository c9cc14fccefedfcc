const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK_DIGITS = '10X98765432'

/** Half width and upper case, without the spaces that people write and the signs that copying brings along. */
export function tidyNumber(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '').toUpperCase()
}

/** Whether the last digit fits the others (GB 11643-1999); the rest is the service's to judge. */
export function isCheckDigitRight(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(number[place]), 0)
  return number[17] === CHECK_DIGITS[sum % 11]
}

/** Digits of a mobile number, without spaces, hyphens and the country's prefix. */
export function tidyPhone(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\p{Cf}-]/gu, '').replace(/^\+?86(?=1\d{10}$)/, '')
}

export function isPhone(number: string): boolean {
  return /^1[3-9]\d{9}$/.test(number)
}

/** The service's rule, told before anything is sent. */
export function isLoginName(name: string): boolean {
  return /^[A-Za-z]\w{3,19}$/.test(name)
}

/** Only what is surely no address is refused here. */
export function isEmail(address: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)
}
