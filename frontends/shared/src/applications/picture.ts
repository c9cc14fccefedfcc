/** 2 寸 at 300 dpi; what the register prints. */
export const FRAME = { width: 413, height: 579 }
const TOLERANCE = 0.03
const QUALITY = 0.92

export interface Picture {
  image: HTMLImageElement
  width: number
  height: number
}

/** How the frame lies over the picture: `zoom` 1 just covers it; x and y from 0 to 1 move over what is left. */
export interface Crop {
  zoom: number
  x: number
  y: number
}

/** Opens a file as a picture; null when it is none. The browser turns it upright by its EXIF data. */
export async function openPicture(file: Blob): Promise<Picture | null> {
  const address = URL.createObjectURL(file)
  const image = new Image()
  image.src = address
  try {
    await image.decode()
    return { image, width: image.naturalWidth, height: image.naturalHeight }
  } catch {
    URL.revokeObjectURL(address)
    return null
  }
}

/** Whether a picture has the frame's shape and at least half its size, so that it needs no cropping. */
export function fitsFrame({ width, height }: Pick<Picture, 'width' | 'height'>): boolean {
  return Math.abs(width / height - FRAME.width / FRAME.height) <= TOLERANCE
}

/** The part of the picture inside the frame, in its own pixels. */
export function cropArea(picture: Pick<Picture, 'width' | 'height'>, crop: Crop) {
  const scale = Math.max(FRAME.width / picture.width, FRAME.height / picture.height) * crop.zoom
  const width = FRAME.width / scale
  const height = FRAME.height / scale
  return { left: (picture.width - width) * crop.x, top: (picture.height - height) * crop.y, width, height }
}

/** Draws what is inside the frame. */
export function drawCrop(canvas: HTMLCanvasElement, picture: Picture, crop: Crop): void {
  Object.assign(canvas, FRAME)
  const area = cropArea(picture, crop)
  const context = canvas.getContext('2d')
  if (!context) return
  context.imageSmoothingQuality = 'high'
  context.drawImage(
    picture.image,
    area.left,
    area.top,
    area.width,
    area.height,
    0,
    0,
    FRAME.width,
    FRAME.height,
  )
}

/** What was drawn, as a JPEG. */
export function encode(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}

export type CropAdvice = 'too_small' | 'low_resolution' | 'not_white_background'

const SMALLEST = { width: 295, height: 413 }
const ADVISED = { width: 350, height: 440 }
const LIGHT = 200
const LIGHT_SHARE = 0.8
const MARGIN = 24

/** Whether the margin above and, in the upper half, beside the head is light: measured as the service measures it. */
function hasLightMargin(canvas: HTMLCanvasElement): boolean {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return true
  const { width } = FRAME
  const middle = Math.floor(FRAME.height / 2)
  const strips: [left: number, top: number, width: number, height: number][] = [
    [0, 0, width, MARGIN],
    [0, 0, MARGIN, middle],
    [width - MARGIN, 0, MARGIN, middle],
  ]
  let light = 0
  let total = 0
  for (const strip of strips) {
    const { data } = context.getImageData(...strip)
    for (let place = 0; place < data.length; place += 4) {
      total += 1
      if (Math.min(data[place]!, data[place + 1]!, data[place + 2]!) >= LIGHT) light += 1
    }
  }
  return light >= LIGHT_SHARE * total
}

/** What had better be different about what is inside the frame now; the service judges again, the institution decides. */
export function adviseCrop(canvas: HTMLCanvasElement, area: { width: number; height: number }): CropAdvice[] {
  const advice: CropAdvice[] = []
  const below = (size: typeof FRAME) => Math.round(area.width) < size.width || Math.round(area.height) < size.height
  if (below(SMALLEST)) advice.push('too_small')
  else if (below(ADVISED)) advice.push('low_resolution')
  if (!hasLightMargin(canvas)) advice.push('not_white_background')
  return advice
}
