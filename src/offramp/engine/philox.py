"""Random numbers by address: Philox4x32-10 of a key (seed, draw) and a counter that names the event.

Source: Salmon, Moraes, Dror and Shaw (2011). A number depends on what it is for and on nothing else, so results do not
depend on workers, chunks or order, and every policy of a draw sees the same numbers.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (numba's intrinsics are untyped)
from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import intrinsic

from offramp.model.compiled import inlined, part

(
    FIELD,
    PERSON,
    OUTCOME,
    SERVED,
    CALL_UP,
    GROUP_EXIT,
    BREAKPOINT,
    SAMPLE,
    BUDGET,
    DETECTED,
    POLITICS,
    ESTIMATE,
) = range(12)
"""Purposes: candidate field, traits of a soldier, outcome of an attempt, attempt from the queue, call-up, window opened by
a mate's exit, breakpoint of a unit, sample for the reproduction number, last place that a budget pays for, being found out
while waiting, whether what was announced is enacted, error of the coalition's estimate of collapse."""

LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_32 = np.uint64(32)
_24 = np.float32(1.0 / 16777216.0)


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four 32-bit words, each held in a uint64. Counter words c0..c3 and key words k0, k1 are uint64 below 2^32."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & LOW, (p0 >> _32) ^ c3 ^ k1, p0 & LOW
        k0 = (k0 + _W0) & LOW
        k1 = (k1 + _W1) & LOW
    return c0, c1, c2, c3


@inlined
def uniform(word: Any) -> float:
    """A 32-bit word as a number in (0, 1)."""
    return (np.float64(word) + 0.5) * (1.0 / 4294967296.0)


@part
def address(seed: int, draw: int, purpose: int, index: int, other: int) -> Any:
    """Four uniforms in (0, 1) for the event `index` (and a second party `other`) of a purpose."""
    i = np.uint64(index)
    x0, x1, x2, x3 = philox(
        i & LOW, i >> _32, np.uint64(purpose), np.uint64(other), np.uint64(seed), np.uint64(draw)
    )
    return uniform(x0), uniform(x1), uniform(x2), uniform(x3)


@intrinsic
def _bits(typingctx: Any, x: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(types.uint32))

    return types.uint32(types.float32), codegen


@intrinsic
def _from_bits(typingctx: Any, x: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(types.float32))

    return types.float32(types.uint32), codegen


@intrinsic
def _prefetch(typingctx: Any, array: Any, index: Any) -> Any:
    """Ask the processor for the element that is number `index` in memory of a C-ordered array before it is needed."""
    signature = types.void(array, types.int64)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir
        from numba.core import cgutils
        from numba.np import arrayobj

        data = arrayobj.make_array(signature.args[0])(context, builder, args[0]).data
        byte = ir.IntType(8).as_pointer()
        pointer = builder.bitcast(builder.gep(data, [args[1]]), byte)
        word = ir.IntType(32)
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0"
        )
        builder.call(function, [pointer, ir.Constant(word, 0), ir.Constant(word, 3), ir.Constant(word, 1)])
        return context.get_dummy_value()

    return signature, codegen


# The intrinsics as a caller sees them: the typing context is numba's affair.
prefetch: Callable[[Any, Any], None] = cast("Any", _prefetch)
bits: Callable[[Any], Any] = cast("Any", _bits)
from_bits: Callable[[Any], Any] = cast("Any", _from_bits)


@inlined
def parts(x: Any) -> Any:
    """z and e of a positive float32 x = (1 + z) 2^e, with 1 + z between the square roots of 1/2 and 2."""
    ix = bits(x)
    exponent = np.int32(ix - np.uint32(0x3F3504F3)) >> np.int32(23)
    z = from_bits(np.uint32(np.int32(ix) - (exponent << np.int32(23)))) - np.float32(1.0)
    return z, np.float32(exponent)


@inlined
def rough_log(x: Any) -> Any:
    """As `fast_log`, but to 1e-4 and for half of the work: a polynomial of degree 4 that spreads its error evenly."""
    z, e = parts(x)
    y = np.float32(-0.22848189) * z + np.float32(0.35871032)
    y = y * z + np.float32(-0.5024653)
    y = y * z + np.float32(0.99935232)
    return y * z + e * np.float32(0.69314718)


@inlined
def fast_log(x: Any) -> Any:
    """Natural logarithm of a positive float32 to about one part in 1e7, branch-free, so that a block of them is vectorised.

    Minimax polynomial of the Cephes library (S. Moshier); no call of the system's mathematics, so the same bits everywhere.
    """
    z, e = parts(x)
    y = np.float32(7.0376836292e-2)
    y = y * z + np.float32(-1.1514610310e-1)
    y = y * z + np.float32(1.1676998740e-1)
    y = y * z + np.float32(-1.2420140846e-1)
    y = y * z + np.float32(1.4249322787e-1)
    y = y * z + np.float32(-1.6668057665e-1)
    y = y * z + np.float32(2.0000714765e-1)
    y = y * z + np.float32(-2.4999993993e-1)
    y = y * z + np.float32(3.3333331174e-1)
    square = z * z
    y = y * z * square + e * np.float32(-2.12194440e-4) - np.float32(0.5) * square
    return z + y + e * np.float32(0.693359375)


BLOCK = 1024
AHEAD = 16


@part
def fill_block(
    seed: int, draw: int, base: int, gap: Any, slot: Any, mark: Any, bound: Any, choice: Any
) -> None:
    """Candidates base .. base + BLOCK of the frozen field.

    gap: Exp(1) time to the candidate in units of the field's total rate; slot, mark: 32-bit words that pick the soldier and the
    kind of event; choice: the uniform u of the decision; bound: ln(u / (1 - u)) to 2e-4, against which a cheap
    first test is made.
    """
    k0 = np.uint64(seed)
    k1 = np.uint64(draw)
    # Two loops, not one: integers are vectorised four wide, single-precision numbers eight wide.
    for j in range(BLOCK):
        index = np.uint64(base + j)
        x0, x1, x2, x3 = philox(index & LOW, index >> _32, np.uint64(0), np.uint64(0), k0, k1)
        gap[j] = np.float32(np.int32(x0 >> np.uint64(8)))
        slot[j] = np.uint32(x1)
        mark[j] = np.uint32(x2)
        choice[j] = np.float32(np.int32(x3 >> np.uint64(8)))
    for j in range(BLOCK):
        gap[j] = -fast_log((gap[j] + np.float32(0.5)) * _24)
        w = (choice[j] + np.float32(0.5)) * _24
        choice[j] = w
        bound[j] = rough_log(w) - rough_log(np.float32(1.0) - w)
