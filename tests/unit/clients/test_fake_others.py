"""The smaller twins: content, stores, customers, lists, payments."""

import pytest

from storefront.clients.content.fake import FakeContent
from storefront.clients.customers import AddressInput
from storefront.clients.customers.fake import FakeCustomers
from storefront.clients.lists import ListRef
from storefront.clients.payments import Payment
from storefront.clients.payments.fake import FakePayments
from storefront.clients.stores import Position
from storefront.clients.stores.fake import FakeStores
from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    ManualClock,
    NotFound,
    OrderId,
    PreconditionFailed,
    StoreId,
    Unauthorized,
)
from tests import samples

IN = {"market": "eu", "locale": "en"}
ME = samples.ROBIN_TOKEN
HOME = AddressInput(label="Home", name="Robin Byrne", address=samples.ADDRESS)


def test_content_is_there_or_not_found() -> None:
    content = samples.fake_content()
    assert content.get_home(**IN) == samples.HOME
    assert content.get_menu(name="footer", **IN) == samples.FOOTER
    assert content.get_page(slug="delivery", **IN) == samples.DELIVERY_PAGE
    for ask in (
        lambda: content.get_menu(name="header", **IN),
        lambda: content.get_page(slug="no-such", **IN),
        lambda: content.get_home(market="mars", locale="en"),
        lambda: FakeContent().get_home(**IN),
    ):
        with pytest.raises(NotFound):
            ask()


def test_stores_come_by_city_or_nearest_first() -> None:
    fields = {name: getattr(samples.GALWAY, name) for name in samples.GALWAY.__struct_fields__}
    dublin = type(samples.GALWAY)(
        **fields
        | {
            "id": StoreId("sto_dublin01"),
            "name": "Dublin",
            "position": Position(latitude=53.35, longitude=-6.26),
        }
    )
    stores = FakeStores([samples.GALWAY, dublin])
    assert [store.name for store in stores.list_stores(**IN).items] == ["Dublin", "Galway"]
    near = Position(latitude=53.3, longitude=-9)
    first = stores.list_stores(near=near, limit=1, **IN)
    assert [store.name for store in first.items] == ["Galway"]
    assert [s.name for s in stores.list_stores(near=near, cursor=first.next_cursor, **IN).items] == ["Dublin"]
    assert stores.get_store(store_id="sto_dublin01", **IN) == dublin
    with pytest.raises(NotFound):
        stores.get_store(store_id="sto_nowhere1", **IN)
    with pytest.raises(Invalid, match="bad_cursor"):
        stores.list_stores(cursor="elsewhere", **IN)


def test_no_stores_are_an_empty_page() -> None:
    assert FakeStores().list_stores(**IN).items == ()


def test_customers_are_known_by_their_token() -> None:
    customers = samples.fake_customers()
    assert customers.get_me(token=ME) == samples.ROBIN
    with pytest.raises(Unauthorized):
        customers.get_me(token="somebody-else")
    changed = customers.change_me(token=ME, name="Robin B.", phone=None, version=1)
    assert (changed.name, changed.version) == ("Robin B.", 2)
    with pytest.raises(PreconditionFailed):
        customers.change_me(token=ME, name="Robin C.", phone=None, version=1)
    with pytest.raises(Invalid):
        customers.change_me(token=ME, name="", phone=None, version=2)


def test_an_address_book_keeps_changes_and_forgets() -> None:
    customers = samples.fake_customers()
    first = customers.add_address(token=ME, address=HOME, idempotency_key="first-key")
    assert customers.add_address(token=ME, address=HOME, idempotency_key="first-key") == first
    second = customers.add_address(token=ME, address=HOME, idempotency_key="second-key")
    assert customers.list_addresses(token=ME).items == (second, first)
    work = AddressInput(label="Work", name="Robin Byrne", address=samples.ADDRESS)
    with pytest.raises(Invalid, match="idempotency_key_reused"):
        customers.add_address(token=ME, address=work, idempotency_key="first-key")
    changed = customers.change_address(token=ME, address_id=first.id, address=work, version=1)
    assert (changed.label, changed.version) == ("Work", 2)
    with pytest.raises(PreconditionFailed):
        customers.change_address(token=ME, address_id=first.id, address=work, version=1)
    customers.remove_address(token=ME, address_id=first.id)
    assert customers.list_addresses(token=ME).items == (second,)
    with pytest.raises(NotFound):
        customers.remove_address(token=ME, address_id=first.id)


def test_an_address_book_is_full_at_fifty() -> None:
    customers = samples.fake_customers()
    for number in range(50):
        customers.add_address(token=ME, address=HOME, idempotency_key=f"key-{number:04d}")
    with pytest.raises(Conflict, match="address_limit"):
        customers.add_address(token=ME, address=HOME, idempotency_key="one-too-many")


def test_payments_are_those_it_was_told_of() -> None:
    payments = FakePayments()
    payment = Payment(
        id="pay_00000001",
        order_id=OrderId("ord_00000001"),
        method="card",
        status="pending",
        amount=samples.eur(10295),
        refunded=samples.eur(0),
        redirect_url="http://payments.invalid/hosted/pay_00000001",
        version=1,
        updated_at=samples.UPDATED,
    )
    with pytest.raises(NotFound):
        payments.get_payment(payment_id=payment.id)
    payments.put(payment)
    assert payments.get_payment(payment_id=payment.id) == payment


def test_a_removed_address_comes_back_in_its_place_for_a_quarter_of_an_hour() -> None:
    clock = ManualClock()
    customers = FakeCustomers({ME: samples.ROBIN}, clock)
    first, second = (
        customers.add_address(token=ME, address=HOME, idempotency_key=f"key-{n:04d}") for n in range(2)
    )
    customers.remove_address(token=ME, address_id=first.id)
    assert customers.export_me(token=ME).removed_addresses == (first,)
    clock.advance(899)
    for _ in range(2):
        assert customers.restore_address(token=ME, address_id=first.id) == first
    assert customers.list_addresses(token=ME).items == (second, first)
    customers.remove_address(token=ME, address_id=first.id)
    clock.advance(900)
    assert customers.export_me(token=ME).removed_addresses == ()
    with pytest.raises(NotFound):
        customers.restore_address(token=ME, address_id=first.id)


def test_preferences_keep_when_somebody_agreed() -> None:
    clock = ManualClock()
    customers = FakeCustomers({ME: samples.ROBIN}, clock)
    assert customers.get_preferences(token=ME).marketing_email_at is None
    said = {"token": ME, "language": "de", "marketing_email": True}
    first = customers.change_preferences(country="IE", version=1, **said)
    clock.advance(60)
    second = customers.change_preferences(country="DE", version=2, **said)
    assert second.marketing_email_at == first.marketing_email_at != second.updated_at
    with pytest.raises(PreconditionFailed):
        customers.change_preferences(country="DE", version=2, **said)
    with pytest.raises(Invalid):
        customers.change_preferences(country="JP", version=3, **said)


def test_who_is_deleted_stays_so() -> None:
    customers = samples.fake_customers()
    customers.add_address(token=ME, address=HOME, idempotency_key="first-key")
    for _ in range(2):
        customers.delete_me(token=ME)
    assert customers.deleted == {samples.ROBIN.id}
    for ask in (customers.get_me, customers.list_addresses, customers.get_preferences, customers.export_me):
        with pytest.raises(Gone, match="customer_deleted"):
            ask(token=ME)


def test_a_list_opens_to_its_secret_or_its_owner_and_is_merged_once() -> None:
    lists, mine = samples.fake_lists(), ListRef(access_token=ME)
    made = lists.create_list(idempotency_key="first-key")
    assert lists.create_list(idempotency_key="first-key") == made
    lists.put_item(ref=made.ref, handle="tide-rug", sku=None)
    lists.put_item(ref=mine, handle="ember-vase", sku=None)
    for ref in (ListRef(made.list.id, "x" * 43), ListRef("lst_" + "0" * 26, made.secret)):
        with pytest.raises(NotFound):
            lists.get_list(ref=ref)
    with pytest.raises(Unauthorized):
        lists.get_list(ref=ListRef(access_token="somebody-else"))
    merged = lists.open_my_list(token=ME, guest=made.ref)
    assert merged.merged is not None
    assert merged.merged.added == 1
    assert {item.handle for item in merged.list.items} == {"tide-rug", "ember-vase"}
    assert lists.open_my_list(token=ME, guest=made.ref) == merged
    with pytest.raises(Gone, match="list_merged"):
        lists.put_item(ref=made.ref, handle="late", sku=None)


def test_a_list_holds_two_hundred_and_is_shared_until_that_ends() -> None:
    lists = samples.fake_lists()
    ref = lists.create_list(idempotency_key="first-key").ref
    for number in range(200):
        lists.put_item(ref=ref, handle=f"thing-{number}", sku=None)
    with pytest.raises(Conflict, match="list_full"):
        lists.put_item(ref=ref, handle="one-more", sku=None)
    first = lists.share_list(ref=ref).share or ""
    assert lists.share_list(ref=ref).share == first
    assert len(lists.get_shared_list(share=first).items) == 200
    assert lists.unshare_list(ref=ref).share is None
    with pytest.raises(NotFound):
        lists.get_shared_list(share=first)
    assert lists.share_list(ref=ref).share != first
    assert first not in repr(lists.get_list(ref=ref))
    assert ref.secret not in repr(ref)
