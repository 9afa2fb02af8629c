import socket

import pytest

from engine.adapters.asterisk.ports import free_ports


def test_two_holders_get_different_blocks_and_a_closed_one_is_free_again() -> None:
    with free_ports() as one, free_ports() as two:
        assert one.first != two.first
        assert one.rtp[1] < one.exchange_rtp[0] <= one.exchange_rtp[1] < one.first + 1000
        taken = one.first
    with free_ports() as again:
        assert again.first == taken


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_block_with_a_port_in_use_is_passed_over(kind: socket.SocketKind) -> None:
    with free_ports() as block:
        sip = block.sip
    with socket.socket(socket.AF_INET, kind) as squatter:
        squatter.bind(("127.0.0.1", sip))
        if kind == socket.SOCK_STREAM:
            squatter.listen()
        with free_ports() as other:
            assert other.sip != sip


def test_lines_have_ports_of_their_own_and_there_are_sixteen() -> None:
    with free_ports() as block:
        assert (
            len({block.line(n) for n in range(16)} | set(block.spare) | {block.sip, block.ami}) == 16 + 70 + 2
        )
        with pytest.raises(ValueError, match="16"):
            block.line(16)
