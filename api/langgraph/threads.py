"""Threads: make, find, change and delete them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header
from starlette.responses import Response

from agent.store.records import Page
from agent.threads.records import Thread
from agent.threads.service import SortBy
from api.langgraph import answers
from api.langgraph.bodies import ThreadBody, ThreadFilter, ThreadPatch, ThreadSearch
from api.langgraph.documents import selected, thread_document
from api.langgraph.pages import page_headers
from api.langgraph.plain_answer import PlainAnswer
from api.langgraph.refusals import OF_SEARCHES, OF_THREADS, refuse
from api.openapi import LANGGRAPH
from api.schemas.problems import problems
from api.state import Context, ContextDep, OwnerDep
from api.strict_route import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=[LANGGRAPH], prefix="/threads")
_SEARCHES: Final = problems(400, 413, 415, 422, 503)
_NOTHING_BACK: Final = "return=minimal"


@router.post("", response_model=answers.ThreadDocument, responses=problems(400, 409, 413, 415, 422, 503))
async def create_thread(context: ContextDep, owner_id: OwnerDep, body: ThreadBody | None = None) -> Response:
    """Make a thread."""
    asked = body or ThreadBody()
    refuse(asked, OF_THREADS)
    thread = await context.service.threads.create(
        owner_id=owner_id,
        thread_id=asked.thread_id,
        metadata=asked.metadata,
        if_exists=asked.if_exists or "raise",
    )
    return _answer(thread)


@router.post("/search", response_model=list[answers.ThreadDocument], responses=_SEARCHES)
async def search_threads(context: ContextDep, owner_id: OwnerDep, body: ThreadSearch | None = None) -> Response:
    """List threads; `metadata` finds those of an assistant by its `graph_id` or `assistant_id`."""
    asked = body or ThreadSearch()
    offset = asked.offset or 0
    page = await _found(
        context,
        owner_id,
        asked,
        limit=asked.limit or 10,
        offset=offset,
        with_values=_shows_values(asked),
        **_order(asked),
    )
    documents = (thread_document(one) for one in page.items)
    rows = [selected(one, asked.select) for one in documents]
    return PlainAnswer(rows, headers=page_headers(page.total, offset, len(rows)))


@router.post("/count", response_model=int, responses=_SEARCHES)
async def count_threads(context: ContextDep, owner_id: OwnerDep, body: ThreadFilter | None = None) -> Response:
    """Count threads."""
    page = await _found(context, owner_id, body or ThreadFilter(), limit=1, offset=0, with_values=False)
    return PlainAnswer(page.total)


@router.get("/{thread_id}", response_model=answers.ThreadDocument, responses=problems(404, 503))
async def get_thread(thread_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Show a thread."""
    return _answer(await context.service.threads.get(thread_id, owner_id=owner_id))


@router.patch(
    "/{thread_id}",
    response_model=answers.ThreadDocument,
    responses={
        204: {"description": "Changed; `Prefer: return=minimal` asked for nothing back."},
        **problems(400, 404, 413, 415, 422, 503),
    },
)
async def patch_thread(
    thread_id: str, body: ThreadPatch, context: ContextDep, owner_id: OwnerDep, prefer: Annotated[str, Header()] = ""
) -> Response:
    """Merge metadata into a thread's own."""
    refuse(body, OF_THREADS)
    thread = await context.service.threads.update(thread_id, owner_id=owner_id, metadata=body.metadata or {})
    return Response(status_code=204) if prefer == _NOTHING_BACK else _answer(thread)


@router.delete("/{thread_id}", status_code=204, responses=problems(404, 503))
async def delete_thread(thread_id: str, context: ContextDep, owner_id: OwnerDep) -> Response:
    """Delete a thread with its runs and its states; a run under way is ended first."""
    await context.service.threads.delete(thread_id, owner_id=owner_id)
    return Response(status_code=204)


def _answer(thread: Thread) -> Response:
    return PlainAnswer(thread_document(thread))


async def _found(
    context: Context, owner_id: str, asked: ThreadFilter, *, limit: int, offset: int, **further: Any
) -> Page[Thread]:
    refuse(asked, OF_SEARCHES)
    return await context.service.threads.search(
        owner_id=owner_id,
        metadata=asked.metadata,
        status=asked.status,
        ids=asked.ids,
        limit=limit,
        offset=offset,
        **further,
    )


def _shows_values(asked: ThreadSearch) -> bool:
    return not asked.select or "values" in asked.select


def _order(asked: ThreadSearch) -> dict[str, Any]:
    by: SortBy = "updated_at"
    if asked.sort_by is not None and asked.sort_by != "state_updated_at":
        by = asked.sort_by
    return {"sort_by": by, "descending": asked.sort_order != "asc"}
