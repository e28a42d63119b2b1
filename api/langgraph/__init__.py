"""The wire of LangGraph's own clients, at the root: their SDKs, `useStream`, chat front ends and `RemoteGraph`."""
