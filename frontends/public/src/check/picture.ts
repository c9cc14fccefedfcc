import decodeQr from 'qr/decode.js'

/** Pixels: a code of 25 modules or 100 is found in this, and an old phone's memory holds it. */
const LONGEST_SIDE = 1600
/** Tries a part of a second; somebody waits for it. */
const TRY_MS = 1500

/** What the code in a picture says; null if there is none. Throws DOMException for a file that is no picture. */
export async function readCode(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  // A code on a transparent ground is one on paper.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(picture, 0, 0, width, height)
  picture.close()
  try {
    return decodeQr(context.getImageData(0, 0, width, height), { timeLimit: TRY_MS })
  } catch {
    return null
  }
}
