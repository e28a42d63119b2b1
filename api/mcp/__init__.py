"""The toolbox for other people's models: a server of the Model Context Protocol, on stdio and over HTTP."""
