"""Imports the modules it is given in a fresh interpreter and prints what they did besides. Run as a program."""

import importlib
import os
import sys
import threading

FORBIDDEN = {
    "_thread.start_new_thread",
    "os.fork",
    "os.mkdir",
    "os.posix_spawn",
    "os.putenv",
    "os.remove",
    "os.rename",
    "os.unsetenv",
    "socket.__new__",
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "sqlite3.connect",
    "subprocess.Popen",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
effects: list[str] = []
importing = ["nothing"]


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Notes what an import has no business to do."""
    if event in FORBIDDEN:
        effects.append(f"{importing[0]}: {event}{arguments!r}")
    elif event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & WRITING:
            effects.append(f"{importing[0]}: writes {path!r}")


def main() -> int:
    """Imports one module after the other."""
    sys.addaudithook(watch)
    for module in sys.argv[1:]:
        importing[0] = module
        importlib.import_module(module)
        if threading.active_count() > 1:
            effects.append(f"{module}: a thread runs")
            break
    sys.stdout.write("\n".join(effects))
    return 0


if __name__ == "__main__":
    sys.exit(main())
