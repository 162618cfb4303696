"""Payloads on their way: nothing walks over them in vain, nothing is written twice, and what is signed is sent."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
from collections.abc import Sequence

import temporalio.bridge.worker
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.converter import PayloadCodec

from domain.decisions import Note
from temporal import plain_payloads
from temporal.converter import data_converter, sent_digest

OPTIONS = {"decode_headers": True, "storage_concurrency_limit": 1}


class Backwards(PayloadCodec):
    """A codec whose work is easy to see."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata=one.metadata, data=one.data[::-1]) for one in payloads]

    decode = encode


def activation() -> WorkflowActivation:
    found = WorkflowActivation()
    found.jobs.add().signal_workflow.input.add().data = b"abc"
    return found


async def test_the_payloads_of_a_task_are_left_alone_without_a_codec() -> None:
    task = activation()

    await plain_payloads._decode_activation(task, data_converter, **OPTIONS)

    assert task == activation()


async def test_the_payloads_of_a_task_are_decoded_with_a_codec() -> None:
    task, converter = activation(), dataclasses.replace(data_converter, payload_codec=Backwards())

    await plain_payloads._decode_activation(task, converter, **OPTIONS)

    assert task.jobs[0].signal_workflow.input[0].data == b"cba"


def test_the_sdk_still_has_what_is_left_out() -> None:
    for replaced in (plain_payloads._decode, plain_payloads._encode):
        assert list(inspect.signature(replaced).parameters)[1] == "data_converter"
    plain_payloads.leave_out_codecs()
    assert temporalio.bridge.worker.encode_completion is plain_payloads._encode_completion


def test_what_is_signed_is_what_is_sent() -> None:
    note, other = Note(text="a"), Note(text="b")
    written = data_converter.payload_converter.to_payload

    digest = sent_digest(note)

    assert hashlib.sha256(written(other).data).digest() != digest
    assert hashlib.sha256(written(note).data).digest() == digest
    assert written(note) == written(note.model_copy())
