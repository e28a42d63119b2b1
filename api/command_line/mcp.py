"""``ict mcp``: the tools that read, for any client of the Model Context Protocol."""


def mcp() -> None:
    """Serve the reading tools to a model's client, by the Model Context Protocol on standard input and output."""
    from api.commands.mcp import serve_on_stdio
    from api.commands.opening import read_environment

    serve_on_stdio(read_environment())
