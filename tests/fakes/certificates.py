"""Certificates for tests: an authority, and what it vouches for. Each is made anew, in PEM files of a folder."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate and its key."""

    cert_file: Path
    key_file: Path

    @property
    def certificate(self) -> bytes:
        """Gives the certificate."""
        return self.cert_file.read_bytes()

    @property
    def key(self) -> bytes:
        """Gives the key."""
        return self.key_file.read_bytes()


class Authority:
    """Vouches for servers and clients."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        """Makes its own certificate."""
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.cert_file = folder / f"{name}.pem"
        certificate = self._build(self._name, self._key, authority=True)
        self.cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    @property
    def certificate(self) -> bytes:
        """Gives its certificate."""
        return self.cert_file.read_bytes()

    def pair(self, name: str) -> Pair:
        """Makes a certificate for 127.0.0.1, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        pair = Pair(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        pair.cert_file.write_bytes(self._build(subject, key).public_bytes(serialization.Encoding.PEM))
        pair.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return pair

    def _build(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - LIFE)
            .not_valid_after(now + LIFE)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
