"""Handing a whole run from function to function by its address.

Compiled functions take a tuple apart and hand over every array in it, seven machine words each: with all inputs and the state
of a run that is some thousand words for every call, and as much code. `by_reference` puts the tuple into memory once and hands
over its address; `run.state.ids` then reads the one field that is asked for. In Python the tuple itself is used, unchanged.
"""

# pyright: reportUnknownParameterType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingParameterType=false, reportUntypedFunctionDecorator=false
# pyright: reportUntypedClassDecorator=false
# (numba's extension interface is untyped)

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast

from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model

T = TypeVar("T")


class Reference(types.Type):
    """The address of a named tuple that outlives the callee."""

    def __init__(self, content: Any) -> None:
        self.content = content
        super().__init__(name=f"Reference({content})")

    def field(self, name: str) -> tuple[int, Any]:
        """Position and type of a field; a named tuple within is referred to as well."""
        position = self.content.fields.index(name)
        content = self.content.types[position]
        return position, Reference(content) if isinstance(content, types.BaseNamedTuple) else content


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, dmm.lookup(fe_type.content).get_value_type().as_pointer())


@infer_getattr
class _ReferenceAttribute(AttributeTemplate):
    key = Reference

    def generic_resolve(self, typ: Any, attr: str) -> Any:
        return typ.field(attr)[1] if attr in typ.content.fields else None


@lower_getattr_generic(Reference)
def _read_field(context: Any, builder: Any, typ: Any, value: Any, attr: str) -> Any:
    position, content = typ.field(attr)
    place = cgutils.gep_inbounds(builder, value, 0, position)
    return place if isinstance(content, Reference) else builder.load(place)


@intrinsic
def _by_reference(typingctx: Any, content: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return cgutils.alloca_once_value(builder, args[0])

    return Reference(content)(content), codegen


class _ByReference(Protocol):
    def __call__(self, content: T, /) -> T: ...


by_reference = cast("_ByReference", _by_reference)
