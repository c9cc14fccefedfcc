import { call } from '@registry/shared/api/client'

/** The JPEG of a photo of one's own. */
export function readPhoto(id: string, signal: AbortSignal): Promise<Blob> {
  return call('get', '/api/v1/doctor/photos/{photo_id}', { path: { photo_id: id }, signal })
}
