"""A form as a practice file writes it, so that what came from elsewhere can be put into one."""

from collections.abc import Mapping
from typing import Any

import yaml

from scripts.questions import Form, ValueSet


def form_yaml(form: Form, value_sets: Mapping[str, ValueSet]) -> str:
    """Return a form, and the lists of answers it names, as YAML that the loader reads back."""
    written: dict[str, Any] = {}
    if value_sets:
        written["value_sets"] = {
            name: [_plain(option) for option in value_set.options]
            for name, value_set in value_sets.items()
        }
    written["form"] = _plain(form)
    text: str = yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=100)
    return text


def _plain(model: Any) -> Any:
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
