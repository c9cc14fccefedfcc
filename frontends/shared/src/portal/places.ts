/** A place inside this portal; anything else becomes the home page. */
export function safePlace(place: unknown): string {
  return typeof place === 'string' && /^\/(?![/\\])/.test(place) ? place : '/'
}
