"""The pool's side of SRP-6a, written from the RFCs and not from our client: it checks our proofs.

RFC 3526, section 4 (the group of 3,072 bits), RFC 5054 (the exchange), RFC 5869 (the key), and what Cognito
adds to them: user ids inside the hash, a timestamp inside the proof.
"""

import base64
import hashlib
import hmac
import secrets


def group() -> int:
    """N = 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314), with pi by Machin's formula."""
    return 2**3072 - 2**3008 - 1 + 2**64 * (_pi_times_two_to_the(2942) + 1690314)


def _pi_times_two_to_the(bits: int) -> int:
    one = 1 << (bits + 64)

    def arctan_of_inverse(x: int) -> int:
        power = total = one // x
        n, sign = 3, -1
        while power:
            power //= x * x
            total += sign * (power // n)
            n, sign = n + 2, -sign
        return total

    return (16 * arctan_of_inverse(5) - 4 * arctan_of_inverse(239)) >> 64


N = group()
G = 2


def number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def octets(value: int) -> bytes:
    """Two's complement, as Java writes a BigInteger: a leading zero where the first bit would be a sign."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


K = number(octets(N), octets(G))


class SrpServer:
    """One user's verifier, and one exchange at a time."""

    def __init__(self, pool_name: str, user_id: str, password: str, salt: bytes | None = None) -> None:
        self.pool_name = pool_name
        self.user_id = user_id
        self.salt = int.from_bytes(salt or secrets.token_bytes(16), "big")
        inner = hashlib.sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
        self.verifier = pow(G, number(octets(self.salt), inner), N)
        self.block = secrets.token_bytes(64)
        self.secret = secrets.randbits(256)
        self.public = (K * self.verifier + pow(G, self.secret, N)) % N
        self.client_public = 0

    def challenge(self, client_public: str, username: str | None = None) -> dict[str, str]:
        """The parameters of PASSWORD_VERIFIER for a client's A (hexadecimal)."""
        self.client_public = int(client_public, 16)
        assert self.client_public % N
        return {
            "SALT": f"{self.salt:x}",
            "SRP_B": f"{self.public:x}",
            "SECRET_BLOCK": base64.b64encode(self.block).decode(),
            "USER_ID_FOR_SRP": self.user_id,
            "USERNAME": username or self.user_id,
        }

    def accepts(self, responses: dict[str, str]) -> bool:
        """Whether the responses prove the password."""
        u = number(octets(self.client_public), octets(self.public))
        shared = pow(self.client_public * pow(self.verifier, u, N), self.secret, N)
        extracted = hmac.new(octets(u), octets(shared), hashlib.sha256).digest()
        key = hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]
        message = (self.pool_name + self.user_id).encode() + self.block + responses["TIMESTAMP"].encode()
        expected = hmac.new(key, message, hashlib.sha256).digest()
        return hmac.compare_digest(expected, base64.b64decode(responses["PASSWORD_CLAIM_SIGNATURE"]))
