"""Keeps the cycle collector out of the way of requests: what the start made stays for ever and need not be searched."""

import gc

YOUNG_OBJECTS = 20_000
YOUNG_COLLECTIONS = 20
MIDDLE_COLLECTIONS = 50


def settle_garbage() -> None:
    """Collects what the start left behind, sets the rest aside, and looks for new cycles less often.

    Requests leave almost no cycles, so there is little to find: with the default thresholds the collector would still
    search everything the start made, and pause all requests meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_COLLECTIONS, MIDDLE_COLLECTIONS)
