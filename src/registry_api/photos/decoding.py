"""Runs the decoder beside the event loop, a bounded number at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from registry_api.photos.decoder import DecodedPhoto

AT_ONCE = 2
"""A picture of 24 million pixels takes some 100 MB while it is decoded, whoever sends it."""
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="photo")


async def in_thread(decoder: Callable[[bytes], DecodedPhoto], content: bytes) -> DecodedPhoto:
    """The picture; raises PhotoRefused as the decoder does. Others wait their turn."""
    return await asyncio.get_running_loop().run_in_executor(_threads, decoder, content)
