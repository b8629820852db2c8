"""The filter of system calls, run instruction by instruction as the kernel does."""

from __future__ import annotations

import errno
import struct

import pytest

from paper_implementer.tools.running.sandbox.seccomp import program

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSED = 0x00050000 | errno.EPERM
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def verdict(code: bytes, number: int, architecture: int, *arguments: int) -> int:
    """What the filter gives for a system call."""
    data = struct.pack("<iIQ6Q", number, architecture, 0, *(list(arguments) + [0] * 6)[:6])
    accumulator, at = 0, 0
    while True:
        operation, yes, no, constant = struct.unpack_from("HBBI", code, 8 * at)
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, constant)
            case 0x15:
                at += yes if accumulator == constant else no
            case 0x35:
                at += yes if accumulator >= constant else no
            case 0x45:
                at += yes if accumulator & constant else no
            case 0x06:
                return int(constant)
            case _:
                raise AssertionError(f"operation {operation:#x}")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_what_training_needs_is_allowed(machine: str) -> None:
    code = program(machine)
    assert code is not None
    architecture = ARCHITECTURES[machine]
    clone, socket, ioctl, read = (56, 41, 16, 0) if machine == "x86_64" else (220, 198, 29, 63)
    assert verdict(code, read, architecture) == ALLOW
    assert verdict(code, clone, architecture, 0x3D0F00) == ALLOW
    assert [verdict(code, socket, architecture, family) for family in (1, 2, 10, 16)] == [ALLOW] * 4
    assert verdict(code, ioctl, architecture, 0, 0x5401) == ALLOW


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_what_opens_the_machine_is_refused(machine: str) -> None:
    code = program(machine)
    assert code is not None
    architecture = ARCHITECTURES[machine]
    ptrace, mount, bpf, unshare = (101, 165, 321, 272) if machine == "x86_64" else (117, 40, 280, 97)
    clone, socket, ioctl = (56, 41, 16) if machine == "x86_64" else (220, 198, 29)
    assert {verdict(code, number, architecture) for number in (ptrace, mount, bpf, unshare, 425)} == {REFUSED}
    assert verdict(code, clone, architecture, 0x10000000) == REFUSED
    assert verdict(code, socket, architecture, 40) == 0x00050000 | errno.EAFNOSUPPORT
    assert verdict(code, ioctl, architecture, 0, 0x5412) == REFUSED
    assert verdict(code, 435, architecture) == 0x00050000 | errno.ENOSYS


def test_another_architecture_ends_the_process_and_x32_does_not_exist() -> None:
    code = program("x86_64")
    assert code is not None
    assert verdict(code, 0, 0x40000003) == KILL
    assert verdict(code, 0x40000000 | 101, ARCHITECTURES["x86_64"]) == 0x00050000 | errno.ENOSYS


def test_a_machine_that_is_not_listed_has_no_filter() -> None:
    assert program("riscv64") is None
