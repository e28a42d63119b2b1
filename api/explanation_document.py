"""An explanation as a wire document; see `api.schemas.runs.Explanation`."""

from typing import Any

from agent.runs.explain import Explanation


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return what ``POST /explain`` answers and ``ict explain --json`` prints."""
    nodes = [
        {"node": one.node, "reached": one.reached, "summary": one.summary, "rules": list(one.rules)}
        for one in explanation.nodes
    ]
    return {
        "run_id": explanation.run_id,
        "decision": explanation.decision,
        "summary": explanation.summary,
        "nodes": nodes,
        "why_not": explanation.why_not.to_dict(),
    }
