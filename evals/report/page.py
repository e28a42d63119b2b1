"""The report of a run as one page: what it scored, beside the baselines, and every failure with its chart."""

from pathlib import Path
from typing import Any, Final

import orjson

from evals.report.confidence import calibration_body, outcomes_body
from evals.report.failures import failures_body, passed_body
from evals.report.families import family_sections
from evals.report.headline import headline_tables
from evals.report.material import Beside
from evals.report.section import Section, contents
from evals.report.slices import slices_body, suites_body
from evals.report.tables import Content, table
from evals.runs.results import Results
from evals.scoring.summary import is_of_intent, summarise
from tools.picture.markup import element, text
from tools.picture.palette import asset, style_sheet
from tools.picture.policy import content_policy

ASSETS: Final = Path(__file__).with_name("assets")
_ALONE: Final = Beside()


def report_page(results: Results, beside: Beside = _ALONE) -> str:
    """Return the report of a run as one HTML page that needs nothing else; the same run gives the same bytes.

    Args:
        results: what came of the run.
        beside: what it does not hold: the charts of failed cases, and the baselines.
    """
    styles = style_sheet("auto", "picture.css", "picture_colours.css")
    styles += style_sheet("auto", "marked.css", "marked_colours.css")
    styles += style_sheet("auto", "report.css", "report_colours.css", ASSETS)
    script = '"use strict";(()=>{' + asset("report.js", ASSETS) + "})();"
    policy = content_policy(styles, script)
    subject = str(results.subject.get("subject", "subject"))
    title = f"Evaluation of {subject}"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<link rel="icon" href="data:,">'
        f"<title>{text(title)}</title>"
    ) + element("style", styles)
    sections = _sections(results, beside, subject)
    body = element("a", "Skip to the scores", href="#scores", class_="skip")
    body += element("header", element("h1", text(title)) + _passed(results))
    body += contents(sections) + element("main", "".join(one.markup() for one in sections))
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}<script>{script}</script></body></html>\n'


def _sections(results: Results, beside: Beside, subject: str) -> list[Section]:
    rows, summary = results.rows, summarise(results.rows)
    defined = [row for row in rows if not is_of_intent(row)]
    families, absent = family_sections(summary, defined)
    sections = [Section("scores", "Main scores", headline_tables(rows, subject, beside.baselines))]
    sections.append(Section("suites", "Suites", suites_body(summary["suites"])))
    sections += families
    sections.append(Section("calibration", "Calibration", calibration_body(summary["calibration"])))
    outcomes = outcomes_body(defined)
    if outcomes is not None:
        sections.append(Section("outcomes", "Outcomes", outcomes))
    sections.append(Section("slices", "Slices", slices_body(summary["slices"])))
    sections.append(Section("failed", "Failed cases", failures_body(rows, beside)))
    sections.append(Section("passed", "Passed cases", passed_body(rows)))
    sections.append(Section("about", "About this run", _about(results, summary, absent)))
    return sections


def _passed(results: Results) -> str:
    passed = sum(bool(row["passed"]) for row in results.rows)
    errors = sum(row["error"] is not None for row in results.rows)
    suites = "1 suite" if len(results.suites) == 1 else f"{len(results.suites)} suites"
    told = f"{passed:,} of {len(results.rows):,} cases of {suites} passed"
    return element("p", text(f"{told}, {errors:,} ended in an error." if errors else f"{told}."))


def _about(results: Results, summary: dict[str, Any], absent: list[str]) -> str:
    lines: list[list[Content]] = [[name, _plain(value)] for name, value in sorted(results.subject.items())]
    body = table("The subject, by everything that could change what it finds", ["", "value"], lines, sorts=False)
    seals: list[list[Content]] = [[name, seal] for name, seal in sorted(results.suites.items())]
    body += table("The suites and their seals (SHA-256)", ["Suite", "seal"], seals, sorts=False)
    notes = [
        f"Intervals are of {summary['level']:.0%}: Wilson’s for shares of independent cases, else of "
        f"{summary['resamples']:,} bootstrap resamples of whole clusters of sibling cases, corrected for bias and "
        f"skewness and for how few clusters there are (seed {summary['seed']}).",
        "Beside each main score stands the end of its interval that flatters least: at least (≥), or at most (≤) where "
        "less is better.",
    ]
    if absent:
        notes.append(f"Nothing is labelled of: {', '.join(absent)}.")
    if summary["not_looked_for"]:
        named = ", ".join(f"{kind.replace('_', ' ')} ({count})" for kind, count in summary["not_looked_for"].items())
        notes.append(f"Labels not held against the subject, which does not look for such: {named}.")
    if summary["unclear"]:
        notes.append(f"{summary['unclear']:,} biases are labelled unclear and not judged.")
    return body + "".join(element("p", text(note)) for note in notes)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
