"""From typed fields to the registers that change: what goes into an entry's ``set``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ntm_tui.locale import N_, translate
from ntm_tui.model.faults import Fault, Refusal
from ntm_tui.model.fields import Field, RegisterValue, Scalar, is_joint
from ntm_tui.model.records import Kind

UNKNOWN_FIELD = Fault(
    "R03",
    N_("The kind “{kind}” has no field “{field}”; nothing was recorded."),
    N_("Known fields: {known}."),
)
MISSING_FIELD = Fault(
    "R06",
    N_("“{label}” is required here; nothing was recorded."),
    N_("Fill it in and save again."),
)


def registers_from(
    kind: Kind, values: Mapping[str, Scalar], current: Mapping[str, RegisterValue]
) -> dict[str, RegisterValue]:
    """Return the registers that ``values`` (stored forms by field) change against ``current``.

    Fields of a joint register that are not given keep what the register holds; one whose last
    field is cleared is cleared (``None``). Raises
    :class:`Refusal` (R03 unknown field, R06 a required field of a touched register is empty).
    """
    for name in values:
        if name not in kind.by_name:
            raise Refusal(UNKNOWN_FIELD, kind=kind.name, field=name, known=", ".join(kind.by_name))
    changed: dict[str, RegisterValue] = {}
    for register, fields in kind.registers.items():
        if not any(one.name in values for one in fields):
            continue
        held = current.get(register)
        before = held if isinstance(held, dict) else {fields[0].name: held}
        after = {one.name: values.get(one.name, before.get(one.name)) for one in fields}
        _require(fields, after)
        changed[register] = _stored(fields, after)
    return changed


def _stored(fields: tuple[Field, ...], after: dict[str, Scalar]) -> RegisterValue:
    if not is_joint(fields):
        return after[fields[0].name]
    return None if all(value is None for value in after.values()) else after


def _require(fields: Iterable[Field], after: Mapping[str, Scalar]) -> None:
    if all(value is None for value in after.values()):
        return  # clearing a register is always possible
    for one in fields:
        if one.required and after[one.name] is None:
            raise Refusal(MISSING_FIELD, label=translate(one.label))
