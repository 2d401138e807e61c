"""Converts decoded pixels of any mode to the web's colours."""

from io import BytesIO

from PIL import Image, ImageCms

# Colour profiles of cameras and presses have up to 2 MB; a larger one is not valid.
MAX_PROFILE_BYTES = 4 * 1024 * 1024
SIXTEEN_BITS_TO_EIGHT = 1 / 256


def flatten(image: Image.Image) -> Image.Image:
    """Return the image as RGB in sRGB, or as RGBA if it has transparency."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * SIXTEEN_BITS_TO_EIGHT).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and len(profile) <= MAX_PROFILE_BYTES and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return image.convert(mode)
