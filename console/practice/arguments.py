"""The arguments of `frontdesk practice ...`. Each command imports what it needs when chosen."""

import argparse
from pathlib import Path

from scripts.calltypes import CallType

_CALL_TYPES = tuple(call_type.value for call_type in CallType)


def add_practice(parser: argparse.ArgumentParser) -> None:
    """Add every practice command to the command line."""
    work = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_check(work.add_parser("check", help="say what is wrong in practice files"))
    _add_diff(work.add_parser("diff", help="say what differs between two practice files"))
    _add_rehearse(work.add_parser("rehearse", help="say which calls a change would end otherwise"))
    _add_shapes(work.add_parser("shapes", help="write the shapes of calls had, for rehearse"))
    _add_import_form(work.add_parser("import-form", help="read an EHR's Questionnaire (FHIR R4)"))
    _add_export_form(work.add_parser("export-form", help="write a form as a Questionnaire"))


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, help="practice files, or folders of them")
    parser.set_defaults(command=_check)


def _add_diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, help="practice file as it was")
    parser.add_argument("new", type=Path, help="practice file as it is to be")
    parser.add_argument("--json", action="store_true", help="write the differences as JSON")
    parser.set_defaults(command=_diff)


def _add_rehearse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, help="practice file as it was")
    parser.add_argument("new", type=Path, help="practice file as it is to be")
    parser.add_argument("--shapes", type=Path, metavar="FILE",
                        help="calls to replay; without, every way through the forms")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write the differences as JSON")
    parser.set_defaults(command=_rehearse)


def _add_shapes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("practice", type=Path, help="practice file the calls were answered with")
    parser.add_argument("--records", type=Path, required=True, help="path of the records file")
    parser.add_argument("--calls", type=int, default=2000, metavar="N", help="the latest N (2000)")
    _add_output(parser)
    parser.set_defaults(command=_shapes)


def _add_import_form(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="Questionnaire (FHIR R4, JSON)")
    _add_output(parser)
    parser.set_defaults(command=_import_form)


def _add_export_form(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("practice", type=Path, help="practice file")
    parser.add_argument("call_type", choices=_CALL_TYPES, metavar="CALL_TYPE",
                        help=", ".join(_CALL_TYPES))  # fmt: skip
    _add_output(parser)
    parser.set_defaults(command=_export_form)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, metavar="FILE", help="write here, not on screen")


def _check(arguments: argparse.Namespace) -> int:
    from console.practice.check import check

    return check(arguments.paths)


def _diff(arguments: argparse.Namespace) -> int:
    from console.practice.diff import diff

    return diff(arguments.old, arguments.new, as_json=arguments.json)


def _rehearse(arguments: argparse.Namespace) -> int:
    from console.practice.rehearse import rehearse

    return rehearse(arguments.old, arguments.new, arguments.shapes, as_json=arguments.json)


def _shapes(arguments: argparse.Namespace) -> int:
    from console.practice.shapes import shapes

    return shapes(arguments.practice, arguments.records, arguments.output, calls=arguments.calls)


def _import_form(arguments: argparse.Namespace) -> int:
    from console.practice.forms import import_form

    return import_form(arguments.file, arguments.output)


def _export_form(arguments: argparse.Namespace) -> int:
    from console.practice.forms import export_form

    return export_form(arguments.practice, arguments.call_type, arguments.output)
