import { ref, watchEffect } from 'vue'

const KEY = 'doctor.text-size'
const large = ref(stored() === 'large')

watchEffect(() => {
  document.documentElement.dataset.text = large.value ? 'large' : 'normal'
  try {
    localStorage.setItem(KEY, large.value ? 'large' : 'normal')
  } catch {
    // A browser that refuses storage still enlarges the text, for this visit.
  }
})

/** Whether the text is a quarter larger; kept on this device. */
export function useTextSize() {
  return large
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
