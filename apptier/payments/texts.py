"""The words of the hosted page in the languages of the shop; English where a text is missing."""

from types import MappingProxyType
from typing import Final

from apptier.kit.money import money_text

RIGHT_TO_LEFT: Final = frozenset({"ar"})

_TEXTS: Final = MappingProxyType(
    {
        "notice": {
            "en": "Test payment page: no money moves",
            "de": "Test-Zahlungsseite: es fließt kein Geld",
            "ar": "صفحة دفع تجريبية: لا تُنقل أي أموال",
        },
        "title": {"en": "Payment", "de": "Zahlung", "ar": "الدفع"},
        "pay": {"en": "Pay {merchant}", "de": "An {merchant} zahlen", "ar": "الدفع إلى {merchant}"},
        "merchant": {"en": "Merchant", "de": "Händler", "ar": "التاجر"},
        "order": {"en": "Order", "de": "Bestellung", "ar": "الطلب"},
        "method": {"en": "Paying by", "de": "Zahlungsart", "ar": "طريقة الدفع"},
        "amount": {"en": "Amount", "de": "Betrag", "ar": "المبلغ"},
        "card": {"en": "Card", "de": "Karte", "ar": "بطاقة"},
        "bank": {"en": "Bank", "de": "Bank", "ar": "البنك"},
        "wallet": {"en": "Digital wallet", "de": "Digitale Geldbörse", "ar": "محفظة رقمية"},
        "choose": {
            "en": "Choose how this payment shall end.",
            "de": "Wählen Sie, wie diese Zahlung enden soll.",
            "ar": "اختر كيف تنتهي عملية الدفع هذه.",
        },
        "approve": {"en": "Approve", "de": "Bestätigen", "ar": "موافقة"},
        "decline": {"en": "Decline", "de": "Ablehnen", "ar": "رفض"},
        "challenge": {"en": "Ask for a challenge", "de": "Nach einem Code fragen", "ar": "طلب رمز تحقق"},
        "leave": {
            "en": "Leave without answering",
            "de": "Ohne Antwort verlassen",
            "ar": "المغادرة دون إجابة",
        },
        "confirm_title": {"en": "Confirm", "de": "Bestätigung", "ar": "تأكيد"},
        "confirm_error": {"en": "Error: code", "de": "Fehler: Code", "ar": "خطأ: الرمز"},
        "confirm_head": {
            "en": "Confirm that it is you",
            "de": "Bestätigen Sie, dass Sie es sind",
            "ar": "أكد أنك صاحب الطلب",
        },
        "code": {"en": "Six-digit code", "de": "Sechsstelliger Code", "ar": "رمز من ستة أرقام"},
        "code_hint": {
            "en": "On this test page the code is {code}.",
            "de": "Auf dieser Testseite ist der Code {code}.",
            "ar": "الرمز في هذه الصفحة التجريبية هو {code}.",
        },
        "one_try": {
            "en": "That is not the code. 1 try left.",
            "de": "Das ist nicht der Code. Noch 1 Versuch.",
            "ar": "هذا ليس الرمز. بقيت محاولة واحدة.",
        },
        "more_tries": {
            "en": "That is not the code. {count} tries left.",
            "de": "Das ist nicht der Code. Noch {count} Versuche.",
            "ar": "هذا ليس الرمز. عدد المحاولات المتبقية: {count}.",
        },
        "confirm": {"en": "Confirm", "de": "Bestätigen", "ar": "تأكيد"},
        "back": {"en": "Back to the payment", "de": "Zurück zur Zahlung", "ar": "العودة إلى الدفع"},
        "left_title": {"en": "Left", "de": "Verlassen", "ar": "تمت المغادرة"},
        "left_head": {
            "en": "You may close this page",
            "de": "Sie können diese Seite schließen",
            "ar": "يمكنك إغلاق هذه الصفحة",
        },
        "left_text": {
            "en": "The payment is neither approved nor declined. The shop will give it up after a while.",
            "de": "Die Zahlung wurde weder bestätigt noch abgelehnt. Der Shop gibt sie nach einer Weile auf.",
            "ar": "لم تتم الموافقة على الدفع ولم يُرفض. سيلغيه المتجر بعد فترة.",
        },
        "missing_title": {"en": "Not found", "de": "Nicht gefunden", "ar": "غير موجود"},
        "missing_head": {
            "en": "There is no such payment",
            "de": "Diese Zahlung gibt es nicht",
            "ar": "لا توجد عملية دفع كهذه",
        },
        "missing_text": {
            "en": "Go back to the shop and try again from your cart.",
            "de": "Gehen Sie zurück zum Shop und versuchen Sie es vom Warenkorb aus noch einmal.",
            "ar": "عد إلى المتجر وحاول مرة أخرى من سلتك.",
        },
    }
)


def text(locale: str, name: str, **values: object) -> str:
    """A text in a locale, its places filled in. Not escaped."""
    known = _TEXTS[name]
    return known.get(locale, known["en"]).format(**values)


def amount_text(locale: str, amount: int, currency: str) -> str:
    """Minor units as the language writes them: `102.95 EUR`, in German `102,95 EUR`."""
    words = money_text(amount, currency)
    return words.translate(_SWAPPED) if locale == "de" else words


_SWAPPED: Final = str.maketrans(",.", ".,")
