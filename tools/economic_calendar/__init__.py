"""Where scheduled economic events come from: the calendar port, its adapters, and a cache over any of them."""
