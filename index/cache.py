"""Where derived files live that can be made again at any time: the user's cache, or BAOGAO_CACHE."""

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """The cache folder, made if need be."""
    folder = Path(os.environ.get("BAOGAO_CACHE") or user_cache_path("baogaotong", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
