"""What the living page of components holds. Critical: nothing; header and footer around it are the shop's."""

from dataclasses import dataclass, field

from storefront.styleguide.samples import Samples

THEMES = ("light", "dark")
DIRECTIONS = ("ltr", "rtl")

COLOURS = (
    *(
        "paper",
        "raised",
        "tile",
        "ink",
        "ink-soft",
        "rule",
        "rule-strong",
        "accent",
        "accent-deep",
        "accent-wash",
    ),
    *("on-accent", "danger", "danger-wash", "good", "good-wash", "care", "care-wash", "star"),
)
TYPE = ("4xl", "3xl", "2xl", "xl", "l", "m", "s", "xs")
SPACE = ("1", "2", "3", "4", "5", "6", "7", "8")


@dataclass(frozen=True, slots=True)
class GuidePage:
    """The living page. `theme` is "" for the reader's own; `direction` of the samples is "ltr" or "rtl".

    `colours`, `type` and `space` are names of tokens (static/css/tokens.css), `icons` ids of img/icons.svg.
    """

    title: str
    description: str
    theme: str
    direction: str
    samples: Samples = field(default_factory=Samples)
    colours: tuple[str, ...] = COLOURS
    type: tuple[str, ...] = TYPE
    space: tuple[str, ...] = SPACE
    icons: tuple[str, ...] = (
        *("menu", "search", "bag", "close", "down", "filter", "parcel", "back", "lock", "check"),
        *("alert", "info", "help", "globe"),
    )


def build_guide(*, theme: str, direction: str) -> GuidePage:
    """The page; a theme or direction it does not know counts as none."""
    return GuidePage(
        title="Style guide",
        description="Every component of the shop in every state.",
        theme=theme if theme in THEMES else "",
        direction=direction if direction in DIRECTIONS else "ltr",
    )
