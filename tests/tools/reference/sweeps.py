"""Sweeps: every pool that was taken and closed back inside, told as an event."""

from tests.tools.reference.bars import NOT_YET, Row


def sweeps(pools: list[Row]) -> list[Row]:
    """Return one row for each swept pool of the reference's own."""
    found = []
    for pool in pools:
        if pool["swept_index"] != NOT_YET:
            event = {"formed_index": pool["taken_index"], "confirmed_index": pool["swept_index"]}
            found.append(
                {**event, "direction": -pool["side"], **{name: pool[name] for name in ("side", "kind", "price")}}
            )
    return found
