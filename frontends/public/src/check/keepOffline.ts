interface WorkerAddresses {
  createScriptURL: (address: string) => unknown
}
interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => WorkerAddresses
}

const ADDRESS = '/sw.js'
const SCOPE = '/v'

/**
 * Lets this page open without a network: a service worker for it alone keeps its files, the keys and the status lists.
 * Where that cannot be, the page checks without a network as long as it is open.
 */
export async function keepOffline(): Promise<void> {
  const workers = navigator.serviceWorker
  if (!workers) return
  try {
    await workers.register(trusted() as string, { scope: SCOPE })
    const { active } = await workers.ready
    active?.postMessage({ files: ownFiles() })
  } catch {
    // A private window, or storage that is refused.
  }
}

let policy: WorkerAddresses | undefined

/** The one address that the policy lets through; the content security policy asks for it (`kit/spa.py`). */
function trusted(): unknown {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes
  // Of each name there may be one.
  policy ??= types?.createPolicy('offline-worker', { createScriptURL: () => ADDRESS })
  return policy?.createScriptURL(ADDRESS) ?? ADDRESS
}

function ownFiles(): string[] {
  const loaded = performance.getEntriesByType('resource').map((one) => new URL(one.name))
  const assets = loaded.filter((one) => one.origin === location.origin && one.pathname.startsWith('/assets/'))
  return [SCOPE, '/favicon.svg', ...new Set(assets.map((one) => one.pathname))]
}
