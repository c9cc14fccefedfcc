import { call } from '@registry/shared/api/client'
import { shallowRef } from 'vue'
import { readKeys, type Keys } from './message'
import { readStatusList, type StatusList } from './statusList'
import { STATUS_LISTS_PATH } from './token'

/** What a check without the network needs: the published keys and the status lists, as fresh as they could be had. */
const keys = shallowRef<Keys | null>(null)
const lists = shallowRef<readonly StatusList[]>([])

/** Whether this browser has what the check computes with; it takes a secure context. */
export function canJudge(): boolean {
  return Boolean(globalThis.crypto?.subtle) && 'DecompressionStream' in globalThis
}

export function useKept() {
  return { keys, lists }
}

/** Fetches keys and lists; without a network the service worker gives those of the last time. Keeps what it has. */
export async function refreshKept(): Promise<void> {
  if (!canJudge()) return
  const set = await call('get', '/.well-known/jwks.json', {})
  keys.value = await readKeys(await set.text())
  const { status_lists: addresses } = await call('get', '/api/v1/licences/status-lists', {})
  const found = await Promise.all(addresses.map(fetchList))
  lists.value = found
}

async function fetchList(address: string): Promise<StatusList> {
  const id = Number(address.slice(address.lastIndexOf(STATUS_LISTS_PATH) + STATUS_LISTS_PATH.length))
  const list = await call('get', '/api/v1/licences/status-lists/{list_id}', { path: { list_id: id } })
  return readStatusList(new Uint8Array(await list.arrayBuffer()), keys.value!)
}
