"""Asks the lists service for what a guest's secret, a customer's token or a share opens."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from storefront.clients.calls import bearer, checked_key, secret
from storefront.clients.lists.models import ListRef, MyList, NewList, SharedList, WishList
from storefront.clients.lists.port import Lists
from storefront.http import RestClient

_NOTHING: Mapping[str, str] = MappingProxyType({})


class ListsClient(Lists):
    """The real service."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    def create_list(self, *, idempotency_key: str) -> NewList:
        """POST /lists."""
        key = checked_key(self._rest, "POST /lists", idempotency_key)
        return self._rest.send("POST", "/lists", idempotency_key=key, type=NewList).value

    def open_my_list(self, *, token: str, guest: ListRef | None) -> MyList:
        """POST /mine."""
        path = "/mine"
        given = {"list_id": guest.id, "secret": guest.secret} if guest else None
        headers = bearer(self._rest, f"POST {path}", token)
        return self._rest.send("POST", path, headers=headers, json={"guest": given}, type=MyList).value

    def get_list(self, *, ref: ListRef) -> WishList:
        """GET /lists/{list_id}."""
        path = "/lists/{list_id}"
        headers = self._opening(f"GET {path}", ref)
        return self._rest.get(path, {"list_id": ref.id}, headers=headers, type=WishList)

    def put_item(
        self, *, ref: ListRef, handle: str, sku: str | None, added_at: datetime | None = None
    ) -> WishList:
        """PUT /lists/{list_id}/items."""
        since = {} if added_at is None else {"added_at": added_at}
        return self._on_list("PUT", "/items", ref, json={"handle": handle, "sku": sku, **since})

    def remove_item(self, *, ref: ListRef, item_id: str) -> WishList:
        """DELETE /lists/{list_id}/items/{item_id}."""
        return self._on_list("DELETE", "/items/{item_id}", ref, {"item_id": item_id})

    def share_list(self, *, ref: ListRef) -> WishList:
        """PUT /lists/{list_id}/share."""
        return self._on_list("PUT", "/share", ref)

    def unshare_list(self, *, ref: ListRef) -> WishList:
        """DELETE /lists/{list_id}/share."""
        return self._on_list("DELETE", "/share", ref)

    def get_shared_list(self, *, share: str) -> SharedList:
        """GET /shared/{token}."""
        return self._rest.get("/shared/{token}", {"token": share}, type=SharedList)

    def _on_list(
        self,
        method: str,
        rest: str,
        ref: ListRef,
        names: Mapping[str, str] = _NOTHING,
        json: Any = msgspec.UNSET,
    ) -> WishList:
        path = "/lists/{list_id}" + rest
        return self._rest.send(
            method,
            path,
            {"list_id": ref.id, **names},
            headers=self._opening(f"{method} {path}", ref),
            json=json,
            type=WishList,
        ).value

    def _opening(self, operation: str, ref: ListRef) -> Mapping[str, str]:
        if ref.access_token:
            return bearer(self._rest, operation, ref.access_token)
        return secret(self._rest, operation, "List-Secret", ref.secret)
