"""`frontdesk practice import-form` and `export-form`: forms from and to an EHR's Questionnaire.

A form is written where it was asked for; what is told about it goes to the other stream, so that
one can be piped on.
"""

import json
import sys
from pathlib import Path

from console.practice.files import read_text, write_text
from scripts.calltypes import CallType
from scripts.faults import PracticeFileError
from scripts.fhir.notes import BadQuestionnaire
from scripts.fhir.questionnaire_in import read_questionnaire
from scripts.fhir.questionnaire_out import write_questionnaire
from scripts.loader import load_practice
from scripts.yaml_out import form_yaml

_REFUSED = 1


def import_form(source: Path, output: Path | None) -> int:
    """Write a Questionnaire as a form of a practice file; tell what could not be carried."""
    try:
        imported = read_questionnaire(read_text(source))
    except BadQuestionnaire as error:
        for fault in error.faults:
            print(f"{source.name}: {fault}", file=sys.stderr)
        return _REFUSED
    write_text(form_yaml(imported.form, imported.value_sets), output)
    for note in imported.notes:
        print(f"{source.name}: {note}", file=sys.stderr)
    count = len(imported.form.questions())
    told = f"{len(imported.notes)} to look at" if imported.notes else "nothing left out"
    print(f"{count} {'item' if count == 1 else 'items'} read, {told}", file=sys.stderr)
    return 0


def export_form(source: Path, call_type: str, output: Path | None) -> int:
    """Write the form of one call type as a Questionnaire; refuse a file with faults."""
    try:
        practice = load_practice(source)
    except PracticeFileError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    resource = write_questionnaire(practice, CallType(call_type))
    write_text(f"{json.dumps(resource, ensure_ascii=False, indent=2)}\n", output)
    return 0
