"""Passkeys by the library `webauthn`: options for browsers, and the check of what devices answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.access.passkeys import Passkey
from domain.ports.passkeys import BadPasskey, NewCredential

HELD = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
)
"""The device keeps whose passkey it is, and asks for a finger, a face or a PIN each time."""


class WebPasskeys:
    """The passkeys of one address; they work at that address only, whoever copies its pages."""

    def __init__(self, base_url: str, name: str) -> None:
        parts = urlsplit(base_url)
        self._host, self._origin, self._name = parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name
        self._secure = parts.scheme == "https" or self._host == "localhost"

    @property
    def offered(self) -> bool:
        """Return whether browsers use passkeys here."""
        try:
            ip_address(self._host)
        except ValueError:
            return self._secure
        return False

    def to_register(self, challenge: str, person: str, name: str, known: Sequence[str]) -> str:
        """Return the options for making a passkey; see `PasskeyChecks`."""
        return options_to_json(
            generate_registration_options(
                rp_id=self._host,
                rp_name=self._name,
                user_id=hashlib.sha256(person.encode()).digest(),
                user_name=person,
                user_display_name=name,
                challenge=base64url_to_bytes(challenge),
                authenticator_selection=HELD,
                exclude_credentials=_descriptors(known),
            )
        )

    def registered(self, answer: str, challenge: str) -> NewCredential:
        """Return what a device made; see `PasskeyChecks`."""
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as wrong:
            raise BadPasskey(type(wrong).__name__) from wrong
        return NewCredential(
            bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count
        )

    def to_prove(self, challenge: str, known: Sequence[str]) -> str:
        """Return the options for proving a passkey; see `PasskeyChecks`."""
        return options_to_json(
            generate_authentication_options(
                rp_id=self._host,
                challenge=base64url_to_bytes(challenge),
                allow_credentials=_descriptors(known),
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def named(self, answer: str) -> str:
        """Return the id of the passkey an answer was made with; see `PasskeyChecks`."""
        try:
            return bytes_to_base64url(parse_authentication_credential_json(answer).raw_id)
        except (WebAuthnException, ValueError) as wrong:
            raise BadPasskey(type(wrong).__name__) from wrong

    def proved(self, answer: str, challenge: str, passkey: Passkey) -> int:
        """Return the number of uses that the device tells; see `PasskeyChecks`."""
        try:
            proof = verify_authentication_response(
                credential=answer,
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=passkey.uses,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as wrong:
            raise BadPasskey(type(wrong).__name__) from wrong
        return proof.new_sign_count


def _descriptors(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]
