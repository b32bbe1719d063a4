"""The lists service: wish lists of guests and customers, and lists that were shared."""

from storefront.clients.lists.client import ListsClient
from storefront.clients.lists.models import (
    MOST_ITEMS,
    Item,
    ListRef,
    Merged,
    MyList,
    NewList,
    SharedItem,
    SharedList,
    WishList,
)
from storefront.clients.lists.port import Lists

__all__ = [
    "MOST_ITEMS",
    "Item",
    "ListRef",
    "Lists",
    "ListsClient",
    "Merged",
    "MyList",
    "NewList",
    "SharedItem",
    "SharedList",
    "WishList",
]
