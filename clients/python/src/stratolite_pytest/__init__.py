"""A local AWS region for tests: `Daemon` runs the binary, `Stratolite` is one isolated world in it. The fixtures are in `plugin`."""

from .daemon import Daemon, StratoliteError, find_binary
from .world import Clock, Stratolite

__all__ = ["Clock", "Daemon", "Stratolite", "StratoliteError", "find_binary"]
