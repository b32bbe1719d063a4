"""What the order service says to shoppers, in the languages of the shop; English where a text is missing.

Whole sentences with named places, so that a language may order its words as it likes.
"""

from types import MappingProxyType
from typing import Final

from apptier.kit.money import money_text

_SENTENCES: Final = MappingProxyType(
    {
        "price_changed": {
            "en": "The price was {price} when you added it.",
            "de": "Der Preis war {price}, als Sie den Artikel hinzugefügt haben.",
            "ar": "كان السعر {price} عندما أضفته.",
        },
        "unavailable": {
            "en": "It can't be bought at the moment.",
            "de": "Der Artikel ist zurzeit nicht erhältlich.",
            "ar": "لا يمكن شراؤه في الوقت الحالي.",
        },
        "one_left": {"en": "Only 1 is left.", "de": "Nur noch 1 ist da.", "ar": "بقيت قطعة واحدة فقط."},
        "few_left": {
            "en": "Only {count} are left.",
            "de": "Nur noch {count} sind da.",
            "ar": "بقي {count} فقط.",
        },
        "pickup": {"en": "Pick up in store", "de": "Abholung im Geschäft", "ar": "استلام من المتجر"},
        "promotion_gained": {
            "en": "Applied: {label}.",
            "de": "Wird angewendet: {label}.",
            "ar": "تم التطبيق: {label}.",
        },
        "promotion_lost": {
            "en": "No longer applied: {label}.",
            "de": "Wird nicht mehr angewendet: {label}.",
            "ar": "لم يعد مطبقًا: {label}.",
        },
        "minimum_not_reached": {
            "en": "It applies when your goods cost {missing} more.",
            "de": "Er gilt, sobald Ihre Waren {missing} mehr kosten.",
            "ar": "يسري عندما تزيد قيمة بضائعك بمقدار {missing}.",
        },
        "no_matching_items": {
            "en": "Nothing in your cart is part of this offer.",
            "de": "Nichts in Ihrem Warenkorb gehört zu diesem Angebot.",
            "ar": "لا يشمل هذا العرض أي شيء في سلتك.",
        },
        "not_combinable": {
            "en": "It can't be combined with what saves you more.",
            "de": "Er lässt sich nicht mit dem Angebot verbinden, das Ihnen mehr spart.",
            "ar": "لا يمكن جمعه مع العرض الذي يوفر لك أكثر.",
        },
        "no_matching_items_of": {
            "en": "It takes nothing off your cart yet. It is for: {label}.",
            "de": "Er bringt für Ihren Warenkorb noch nichts. Er gilt für: {label}.",
            "ar": "لا يخصم شيئًا من سلتك بعد. وهو لعرض: {label}.",
        },
        "not_combinable_with": {
            "en": "It can't be combined with this offer, which saves you more: {label}.",
            "de": "Er lässt sich nicht mit diesem Angebot verbinden, das Ihnen mehr spart: {label}.",
            "ar": "لا يمكن جمعه مع هذا العرض الذي يوفر لك أكثر: {label}.",
        },
        "code_expired": {"en": "It has ended.", "de": "Er ist abgelaufen.", "ar": "لقد انتهى."},
        "code_used_up": {
            "en": "It has been used as often as it may be.",
            "de": "Er wurde so oft eingelöst, wie es geht.",
            "ar": "استُخدم العدد الأقصى من المرات.",
        },
        "stock_gone": {
            "en": "The payment arrived after the stock had gone. All of it goes back to you.",
            "de": "Die Zahlung kam an, als nichts mehr da war. Sie bekommen alles zurück.",
            "ar": "وصل الدفع بعد نفاد المخزون. سيعود إليك المبلغ كاملًا.",
        },
        "given_up": {
            "en": "The order had been given up when the payment arrived. All of it goes back to you.",
            "de": "Die Bestellung war schon aufgegeben, als die Zahlung ankam. Sie bekommen alles zurück.",
            "ar": "كان الطلب قد أُلغي عندما وصل الدفع. سيعود إليك المبلغ كاملًا.",
        },
        "nothing_left": {
            "en": "Nothing of the order can be sent. All of it goes back to you: {amount}.",
            "de": "Nichts von der Bestellung kann geliefert werden. Sie bekommen alles zurück: {amount}.",
            "ar": "لا يمكن إرسال أي شيء من الطلب. سيعود إليك المبلغ كاملًا: {amount}.",
        },
        "short_refund": {
            "en": "Not available: {items}. {amount} goes back to you.",
            "de": "Nicht lieferbar: {items}. {amount} gehen an Sie zurück.",
            "ar": "غير متوفر: {items}. سيعود إليك {amount}.",
        },
        "backordered": {
            "en": "Comes later: {items}.",
            "de": "Kommt später: {items}.",
            "ar": "يصل لاحقًا: {items}.",
        },
        "backordered_until": {
            "en": "Comes later: {items}. Expected on {day}.",
            "de": "Kommt später: {items}. Erwartet am {day}.",
            "ar": "يصل لاحقًا: {items}. متوقع في {day}.",
        },
        "refunded": {"en": "{amount} paid back.", "de": "{amount} zurückgezahlt.", "ar": "أُعيد {amount}."},
        "tracked": {"en": "{carrier}, {number}", "de": "{carrier}, {number}", "ar": "{carrier}، {number}"},
        "item": {"en": "{count} × {title}", "de": "{count} × {title}", "ar": "{count} × {title}"},
    }
)
LONGEST_DETAIL: Final = 300


def say(locale: str, sentence: str, **values: object) -> str:
    """A sentence of the table in a locale, its places filled in; cut where the contract's bound is."""
    texts = _SENTENCES[sentence]
    return texts.get(locale, texts["en"]).format(**values)[:LONGEST_DETAIL]


def amount_words(locale: str, amount: int, currency: str) -> str:
    """Minor units as the language writes them: 123450, EUR is `1,234.50 EUR`, in German `1.234,50 EUR`."""
    text = money_text(amount, currency)
    return text.translate(_SWAPPED) if locale == "de" else text


_SWAPPED: Final = str.maketrans(",.", ".,")
