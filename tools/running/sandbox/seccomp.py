"""The system calls that code in the sandbox is refused: a classic BPF program, as the kernel wants it (seccomp(2)).

Namespaces already take files, network and other processes away; this takes away the parts of the kernel that sandboxes were
escaped through and that no training code needs.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterator
from contextlib import contextmanager

_LD_W_ABS, _JEQ, _JGE, _RET, _JSET = 0x20, 0x15, 0x35, 0x06, 0x45
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENT = 0, 4, 16
"""Offsets in `struct seccomp_data`; an argument takes eight bytes, the low half first."""

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
_FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6 and routing sockets: all of them end in the empty network of the sandbox."""
_TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX put keys into the terminal of whoever started us."""

_CALLS: dict[str, dict[str, int]] = {
    "x86_64": {
        "clone": 56,
        "clone3": 435,
        "socket": 41,
        "ioctl": 16,
    },
    "aarch64": {
        "clone": 220,
        "clone3": 435,
        "socket": 198,
        "ioctl": 29,
    },
}
_REFUSED: dict[str, tuple[int, ...]] = {
    # In this order: ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd; keys; bpf, perf_event_open, userfaultfd;
    # mounts old and new; unshare, setns, chroot, pivot_root; kexec and modules; reboot, swap, acct, quotactl, syslog; clocks;
    # handles of files; io_uring; ports.
    "x86_64": (
        *(101, 310, 311, 312, 438),
        *(248, 249, 250),
        *(321, 298, 323),
        *(165, 166, 428, 429, 430, 431, 432, 433, 442),
        *(272, 308, 161, 155),
        *(246, 320, 175, 313, 176),
        *(169, 167, 168, 163, 179, 103),
        *(164, 227, 159, 305),
        *(303, 304),
        *(425, 426, 427),
        *(172, 173),
    ),
    "aarch64": (
        *(117, 270, 271, 272, 438),
        *(217, 218, 219),
        *(280, 241, 282),
        *(40, 39, 428, 429, 430, 431, 432, 433, 442),
        *(97, 268, 51, 41),
        *(104, 294, 105, 273, 106),
        *(142, 224, 225, 89, 60, 116),
        *(170, 112, 171, 266),
        *(264, 265),
        *(425, 426, 427),
    ),
}


def program(machine: str | None = None) -> bytes | None:
    """The filter for this kind of machine; None for one whose system calls are not listed here."""
    machine = machine or platform.machine()
    if machine not in _MACHINES:
        return None
    calls = _CALLS[machine]
    refuse = _ERRNO | errno.EPERM
    code = _Program()
    code.load(_ARCH)
    code.unless_equal(_MACHINES[machine], _KILL)
    code.load(_NUMBER)
    if machine == "x86_64":
        code.if_at_least(_X32, _ERRNO | errno.ENOSYS)
    for number in _REFUSED[machine]:
        code.if_equal(number, refuse)
    # The C library falls back to clone, whose flags can be looked at.
    code.if_equal(calls["clone3"], _ERRNO | errno.ENOSYS)
    with code.when(calls["clone"]):
        code.load(_ARGUMENT)
        code.if_any_bit(_NAMESPACES, refuse)
    with code.when(calls["ioctl"]):
        code.load(_ARGUMENT + 8)
        for request in _TERMINAL_INPUT:
            code.if_equal(request, refuse)
    with code.when(calls["socket"]):
        code.load(_ARGUMENT)
        code.unless_one_of(_FAMILIES, _ERRNO | errno.EAFNOSUPPORT)
    code.give(_ALLOW)
    return code.bytes()


class _Program:
    """Instructions of classic BPF: operation, jump if true, jump if false, constant."""

    def __init__(self) -> None:
        self._code: list[tuple[int, int, int, int]] = []

    def load(self, offset: int) -> None:
        self._code.append((_LD_W_ABS, 0, 0, offset))

    def give(self, verdict: int) -> None:
        self._code.append((_RET, 0, 0, verdict))

    def if_equal(self, value: int, verdict: int) -> None:
        self._code += [(_JEQ, 0, 1, value), (_RET, 0, 0, verdict)]

    def unless_equal(self, value: int, verdict: int) -> None:
        self._code += [(_JEQ, 1, 0, value), (_RET, 0, 0, verdict)]

    def if_at_least(self, value: int, verdict: int) -> None:
        self._code += [(_JGE, 0, 1, value), (_RET, 0, 0, verdict)]

    def if_any_bit(self, bits: int, verdict: int) -> None:
        self._code += [(_JSET, 0, 1, bits), (_RET, 0, 0, verdict)]

    def unless_one_of(self, values: tuple[int, ...], verdict: int) -> None:
        for at, value in enumerate(values):
            self._code.append((_JEQ, len(values) - at, 0, value))
        self._code.append((_RET, 0, 0, verdict))

    @contextmanager
    def when(self, number: int) -> Iterator[None]:
        """Look at the arguments of one system call, and allow what no look has a verdict on."""
        at = len(self._code)
        self._code.append((_JEQ, 0, 0, number))
        yield
        self.give(_ALLOW)
        self._code[at] = (_JEQ, 0, len(self._code) - at - 1, number)

    def bytes(self) -> bytes:
        return b"".join(struct.pack("HBBI", *one) for one in self._code)
