"""JSON with a checksum: whatever becomes of it is found."""

import pytest

from core.sealed import seal, unseal

CONTENT = {"name": "a “run”", "metrics": {"loss": 0.1, "steps": 12}, "sizes": [1, None, True]}


@pytest.mark.parametrize("indent", [None, 2])
def test_what_was_sealed_is_read_back(indent):
    assert unseal(seal(CONTENT, indent)) == CONTENT


def test_every_flipped_bit_and_every_cut_is_found():
    whole = seal(CONTENT)
    for bit in range(8 * len(whole)):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError, match=r"This is no JSON|checksum is another"):
            unseal(bytes(data))
    for end in range(len(whole)):
        with pytest.raises(ValueError, match="This is no JSON"):
            unseal(whole[:end])


def test_what_has_no_checksum_is_taken_as_it_is():
    assert unseal(b'{"name": "of version 0.3"}') == {"name": "of version 0.3"}
