"""Drawn placeholder portraits: plainly no photographs of anybody, in the format of the real ones."""

import io

from PIL import Image, ImageDraw

from registry_api.demo.chance import Chance

SIZE = (413, 579)
"""Two inches at 300 dpi (docs on photos: JPEG, 413×579)."""

_SKINS = ("#f1d0b5", "#e8c19f", "#ddb08a", "#f5dcc6")
_HAIR = ("#1d1b1a", "#2e2623", "#4a4441", "#8d8987")
_COATS = ("#ffffff", "#f4f7fb", "#e7eef6", "#2f4a6d", "#5a6b4f", "#7a3b3b")


def portrait(chance: Chance, sex: str, background: str = "#fdfdfd") -> bytes:
    """A JPEG of a drawn head; `sex` is a GB/T 2261.1 code, `background` white unless it is to be refused."""
    width, height = SIZE
    image = Image.new("RGB", (width * 2, height * 2), background)
    draw = ImageDraw.Draw(image)
    skin, hair, coat = chance.pick(_SKINS), chance.pick(_HAIR), chance.pick(_COATS)
    center, top = width + chance.between(-12, 12), 250 + chance.between(-18, 18)
    half, tall = 150 + chance.between(-14, 14), 400 + chance.between(-24, 24)

    if sex == "2":
        draw.rounded_rectangle((center - half - 48, top - 20, center + half + 48, top + tall + 70), 150, hair)
    draw.rounded_rectangle((center - 76, top + tall - 80, center + 76, top + tall + 150), 40, skin)
    shoulder = 330 + chance.between(-30, 30)
    draw.rounded_rectangle(
        (center - shoulder, top + tall + 80, center + shoulder, height * 2 + 200), 150, coat
    )
    draw.rounded_rectangle(
        (center - shoulder, top + tall + 80, center + shoulder, height * 2 + 200),
        150,
        outline="#c8ced8",
        width=4,
    )
    draw.polygon(
        [(center - 90, top + tall + 82), (center + 90, top + tall + 82), (center, top + tall + 190)],
        fill=skin,
    )
    draw.ellipse((center - half, top, center + half, top + tall), fill=skin)
    draw.chord((center - half - 16, top - 50, center + half + 16, top + 250), 180, 360, fill=hair)
    draw.rectangle((center - half - 16, top + 96, center - half + 22, top + 170), fill=hair)
    draw.rectangle((center + half - 22, top + 96, center + half + 16, top + 170), fill=hair)

    eye_line, eye = top + 190 + chance.between(-8, 8), 62 + chance.between(-6, 6)
    for side in (-1, 1):
        at = center + side * eye
        draw.ellipse((at - 24, eye_line - 11, at + 24, eye_line + 11), fill="#ffffff")
        draw.ellipse((at - 11, eye_line - 11, at + 11, eye_line + 11), fill="#2a211d")
        draw.line((at - 34, eye_line - 36, at + 34, eye_line - 40), fill=hair, width=10)
        if half > 156:  # some wear glasses
            draw.ellipse((at - 44, eye_line - 36, at + 44, eye_line + 36), outline="#3b4250", width=6)
    draw.line((center, eye_line + 20, center - 12, eye_line + 86), fill="#b98f70", width=6)
    mouth = top + 300 + chance.between(-8, 8)
    draw.arc((center - 52, mouth - 40, center + 52, mouth + 12), 25, 155, fill="#a4574f", width=9)

    file = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "JPEG", quality=85, dpi=(300, 300))
    return file.getvalue()
