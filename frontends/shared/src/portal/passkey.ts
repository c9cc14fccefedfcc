/** Passkeys through `navigator.credentials`: the service speaks JSON with base64url, the browser speaks bytes. */

type Json = Record<string, unknown>

/** Whether this browser can use passkeys here; they need a secure context. */
export function canUsePasskeys(): boolean {
  // A passkey belongs to a name: under an address, such as 127.0.0.1, browsers make none.
  const isAddress = /^[\d.]+$|:/.test(location.hostname)
  return !isAddress && typeof PublicKeyCredential === 'function' && typeof navigator.credentials?.get === 'function'
}

/** Asks for a passkey that is known. Throws DOMException when the person declines or none fits. */
export async function usePasskey(options: Json): Promise<Json> {
  const publicKey = { ...inner(options), challenge: bytes(inner(options).challenge) } as Json
  publicKey.allowCredentials = known(inner(options).allowCredentials)
  const found = await navigator.credentials.get({ publicKey: publicKey as unknown as PublicKeyCredentialRequestOptions })
  return written(found as PublicKeyCredential)
}

/** Makes a new passkey. Throws DOMException when the person declines. */
export async function makePasskey(options: Json): Promise<Json> {
  const asked = inner(options)
  const user = asked.user as Json
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: known(asked.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions
  return written((await navigator.credentials.create({ publicKey })) as PublicKeyCredential)
}

function inner(options: Json): Json {
  return (options.publicKey ?? options) as Json
}

function known(list: unknown): Json[] {
  return ((list ?? []) as Json[]).map((one) => ({ ...one, id: bytes(one.id) }))
}

function written(credential: PublicKeyCredential): Json {
  const { response } = credential
  const told: Json = { clientDataJSON: text(response.clientDataJSON) }
  if (response instanceof AuthenticatorAttestationResponse) {
    told.attestationObject = text(response.attestationObject)
    told.transports = response.getTransports?.() ?? []
  } else {
    const { authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse
    Object.assign(told, { authenticatorData: text(authenticatorData), signature: text(signature) })
    told.userHandle = userHandle ? text(userHandle) : null
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  }
}

function bytes(value: unknown): Uint8Array {
  const letters = atob(String(value).replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
}

function text(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
