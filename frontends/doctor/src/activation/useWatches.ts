import { call } from '@registry/shared/api/client'
import { useForm } from '@registry/shared/ui/useForm'
import { useLoad } from '@registry/shared/ui/useLoad'
import { ref } from 'vue'

/** The certificates that the doctor waits for until the register has them. */
export function useWatches() {
  const form = useForm(['qualification_code'])
  const list = useLoad((signal) => call('get', '/api/v1/me/qualification-watches', { signal }))
  /** The number that was entered last. */
  const added = ref('')

  /** Waits for one more; true when that was entered. */
  async function add(code: string, fault = ''): Promise<boolean> {
    added.value = ''
    const done = await form.submit({ qualification_code: fault }, () =>
      call('post', '/api/v1/me/qualification-watches', { body: { qualification_code: code } }),
    )
    if (!done) return false
    added.value = code
    await list.reload()
    return true
  }

  async function stop(id: string) {
    added.value = ''
    await form.submit({}, () => call('delete', '/api/v1/me/qualification-watches/{watch_id}', { path: { watch_id: id } }))
    await list.reload()
  }

  return { form, list, added, add, stop }
}

export type Watches = ReturnType<typeof useWatches>

