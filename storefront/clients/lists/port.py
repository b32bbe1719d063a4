"""What the shop may ask of the lists service, and the refusals to expect."""

from datetime import datetime
from typing import Protocol

from storefront.clients.lists.models import ListRef, MyList, NewList, SharedList, WishList


class Lists(Protocol):
    """Wish lists. Every method raises UpstreamUnavailable and UpstreamInvalid.

    Those that take a `ref` raise NotFound where it opens nothing, Gone for a list that ended (`list_merged`,
    `list_expired`) or whose owner did (`customer_deleted`), and Unauthorized for a token that does not hold.
    Putting, removing, sharing may be repeated: they say what shall be.
    """

    def create_list(self, *, idempotency_key: str) -> NewList:
        """A guest's new, empty list."""
        ...

    def open_my_list(self, *, token: str, guest: ListRef | None) -> MyList:
        """The customer's list, with the guest's put into it once; nothing of either is lost.

        May be repeated, and is told the same. A guest's list that is gone counts as none. Raises Conflict
        `list_full` when both don't fit together (neither is touched then), Gone `customer_deleted`, and
        Unauthorized.
        """
        ...

    def get_list(self, *, ref: ListRef) -> WishList:
        """The list as it is now."""
        ...

    def put_item(
        self, *, ref: ListRef, handle: str, sku: str | None, added_at: datetime | None = None
    ) -> WishList:
        """Have a product (or a variant) on the list; `added_at` puts it back in its place.

        Raises Conflict `list_full` for the 201st, and Invalid.
        """
        ...

    def remove_item(self, *, ref: ListRef, item_id: str) -> WishList:
        """Have it there no longer."""
        ...

    def share_list(self, *, ref: ListRef) -> WishList:
        """Let whoever has its token look at the list."""
        ...

    def unshare_list(self, *, ref: ListRef) -> WishList:
        """End that."""
        ...

    def get_shared_list(self, *, share: str) -> SharedList:
        """A shared list. Raises NotFound for one that is not, or no longer."""
        ...
