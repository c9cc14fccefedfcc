/**
 * Keeps the check of licences at hand without a network: its page, its files, the published keys and the status lists.
 * Its scope is `/v`, so that it concerns no other page. What it fetched last answers only when the network does not.
 */
const KEPT = 'licence-check'
const PAGE = '/v'
const FILES = '/assets/'
const FRESH = /^\/(?:v|\.well-known\/jwks\.json|api\/v1\/licences\/status-lists(?:\/\d+)?)$/
const PATIENCE_MS = 6000

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('message', (event) => event.waitUntil(keep(event.data.files)))
self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url)
  if (event.request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith(FILES)) event.respondWith(file(event.request))
  else if (FRESH.test(pathname)) event.respondWith(fresh(event.request, pathname))
})

/** Keeps the files that the page is made of, and lets go of those of an older release. */
async function keep(files) {
  const kept = await caches.open(KEPT)
  const missing = await Promise.all(files.map(async (one) => ((await kept.match(one)) && one !== PAGE ? null : one)))
  await kept.addAll(missing.filter(Boolean))
  for (const { url } of await kept.keys()) {
    const { pathname } = new URL(url)
    if (pathname.startsWith(FILES) && !files.includes(pathname)) await kept.delete(pathname)
  }
}

/** A file's name changes with its content. */
async function file(request) {
  return (await caches.match(request, { cacheName: KEPT })) ?? fetch(request)
}

async function fresh(request, pathname) {
  const kept = await caches.open(KEPT)
  try {
    const answer = await Promise.race([fetch(request), late()])
    if (answer.ok) await kept.put(pathname, answer.clone())
    return answer
  } catch (fault) {
    const known = await kept.match(pathname)
    if (known) return known
    throw fault
  }
}

function late() {
  return new Promise((_, fail) => setTimeout(() => fail(new Error('the network is too slow')), PATIENCE_MS))
}
