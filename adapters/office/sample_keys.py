"""The keys of the sample persons: derived in public, so that `up` and `demo` can write them and `live` refuses them."""

from __future__ import annotations

from hashlib import sha256

from domain.office.office import Person


def sample_key(person_id: str) -> str:
    """Return the public personal key of a sample person."""
    return "piyao-sample-" + sha256(f"piyao sample key:{person_id}".encode()).hexdigest()[:32]


def is_sample_digest(person: Person) -> bool:
    """Return whether a person's key is the public sample key."""
    return person.key_digest == sha256(sample_key(person.id).encode()).hexdigest()
