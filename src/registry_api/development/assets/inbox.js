// Shows new messages without a reload: a part of the page is replaced only when it says something else, so that a
// selection or the focus stays where it is.
const PAUSE_MILLISECONDS = 2000
const PARTS = ['messages', 'authenticators']

async function refresh() {
  const answer = await fetch('/development/inbox', { cache: 'no-store' })
  if (!answer.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const id of PARTS) {
    const shown = document.getElementById(id)
    const found = fresh.getElementById(id)
    if (shown && found && shown.innerHTML !== found.innerHTML) shown.replaceWith(document.adoptNode(found))
  }
}

document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null
  if (!button) return
  await navigator.clipboard.writeText(button.dataset.copy)
  document.getElementById('told').textContent = `${document.body.dataset.copied} ${button.dataset.copy}`
})

async function keepFresh() {
  try {
    if (!document.hidden) await refresh()
  } catch {
    // The service restarts; the next round asks again.
  }
  setTimeout(keepFresh, PAUSE_MILLISECONDS)
}

setTimeout(keepFresh, PAUSE_MILLISECONDS)
