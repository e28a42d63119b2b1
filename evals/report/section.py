"""A part of the report that the table of contents names."""

from dataclasses import dataclass

from tools.picture.markup import element, text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it.

    Attributes:
        id: what a link to it names.
        title: the heading.
        body: markup.
    """

    id: str
    title: str
    body: str

    def markup(self) -> str:
        """Return it with its heading."""
        return element("section", element("h2", text(self.title)) + self.body, id=self.id)


def contents(sections: "list[Section]") -> str:
    """Return the table of contents."""
    links = "".join(element("li", element("a", text(one.title), href=f"#{one.id}")) for one in sections)
    return element("nav", element("h2", "Contents") + element("ol", links), aria_label="Contents")
