"""Where the embedded engine puts what a query cannot hold in memory: rows in clear, so into a private folder on tmpfs.

TRICKY: chDB 26.9 takes the setting ``tmp_path``, shows it in ``system.server_settings`` and ignores it: such files always stand in
``<store>/tmp``. It opens each by that path when it needs one, so the path may be a link.
"""

import os
import shutil
from pathlib import Path

__all__ = ["SHARE", "most_bytes", "spill_into"]

SHARE = 5
"""What one query spills takes this part of the tmpfs at most: four may run at once, and salts need room there too."""


def spill_into(store: Path, folder: Path | None) -> None:
    """From now on the open ``store`` spills into ``folder``, which is emptied; ``None`` is its own folder, on disk.

    Only for whoever holds the store open: what a process that died left behind is deleted.
    """
    own = store / "tmp"
    if own.is_symlink():
        own.unlink()
    else:
        shutil.rmtree(own, ignore_errors=True)
    if folder is None:
        own.mkdir(mode=0o700)
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    own.symlink_to(folder, target_is_directory=True)


def most_bytes(folder: Path | None) -> int:
    """How much one query may spill there; 0 is no limit. Over it a query fails by name; on a full tmpfs it would fail in riddles."""
    if folder is None:
        return 0
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = os.statvfs(folder)
    return room.f_blocks * room.f_frsize // SHARE
