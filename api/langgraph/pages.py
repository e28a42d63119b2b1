"""Where a reader of a list is, in the headers that LangGraph's clients read."""


def page_headers(total: int, offset: int, rows: int) -> dict[str, str]:
    """Say how many match in all and, while more follow, from where."""
    headers = {"X-Pagination-Total": str(total)}
    following = offset + rows
    return headers | ({"X-Pagination-Next": str(following)} if rows and following < total else {})
