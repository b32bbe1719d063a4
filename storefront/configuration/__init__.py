"""The shared configuration folder (EFS in the cloud): page templates, changed without a deploy."""

from storefront.configuration.blocks import (
    Block,
    Campaign,
    Categories,
    Columns,
    Hero,
    Item,
    Link,
    Picture,
    PictureFile,
    PictureText,
    Points,
    Products,
    Quote,
    Show,
    Template,
    Text,
)
from storefront.configuration.checking import Problem, check_template, json_schema
from storefront.configuration.folder import Configuration
from storefront.configuration.words import Words

__all__ = [
    "Block",
    "Campaign",
    "Categories",
    "Columns",
    "Configuration",
    "Hero",
    "Item",
    "Link",
    "Picture",
    "PictureFile",
    "PictureText",
    "Points",
    "Problem",
    "Products",
    "Quote",
    "Show",
    "Template",
    "Text",
    "Words",
    "check_template",
    "json_schema",
]
