/** Hands a file to the browser's downloads under a name, which holds no personal data: it stays on the computer. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  Object.assign(document.createElement('a'), { href: address, download: name }).click()
  // The browser has taken hold of the file once the click is done.
  setTimeout(() => URL.revokeObjectURL(address))
}
