"""The order of keys in a practice file, read off the models: where a new key belongs."""

from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from scripts.faults import KeyPath
from scripts.practice import Practice


def keys_at(path: KeyPath) -> tuple[str, ...]:
    """Return the keys of the block at a path in the models' order; () where any key may stand."""
    kind: Any = Practice
    for part in path:
        kind = _inside(_model(kind) or kind, part)
    model = _model(kind)
    return _keys(model) if model is not None else ()


@lru_cache(maxsize=64)
def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _inside(kind: Any, part: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    parts = [each for each in get_args(_bare(kind)) if each is not Ellipsis]
    return parts[-1] if parts else None


def _model(kind: Any) -> type[BaseModel] | None:
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return bare
    return None


def _bare(kind: Any) -> Any:
    """Return a type without Annotated, and without the None of an optional one."""
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind = get_args(kind)[0]
        elif origin in (Union, UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        else:
            return kind
