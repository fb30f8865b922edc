"""Asking the memory for a row that will be needed soon.

Netting a long chain of items waits for memory most of the time: the rows of an item's parents lie anywhere. Asked for a
dozen edges ahead, they are there when their turn comes, which halves the time.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_LINE = 64
_READ, _KEEP, _DATA = 0, 3, 1


@intrinsic
def prefetch_row(context: Any, rows: Any, index: Any) -> Any:  # noqa: ANN401, ARG001 - numba's types
    """Starts loading ``rows[index]`` (two-dimensional, contiguous, up to 256 bytes a row) into the cache."""

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        array = target.make_array(signature.args[0])(target, builder, arguments[0])
        byte, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
        stride = builder.extract_value(array.strides, 0)
        row = builder.gep(builder.bitcast(array.data, byte), [builder.mul(arguments[1], stride)])
        kind = ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        hints = [ir.Constant(whole, hint) for hint in (_READ, _KEEP, _DATA)]
        for offset in range(0, 4 * _LINE, _LINE):
            line = builder.gep(row, [ir.Constant(ir.IntType(64), offset)])
            builder.call(prefetch, [line, *hints])
        return target.get_dummy_value()

    return types.void(rows, types.intp), generate
