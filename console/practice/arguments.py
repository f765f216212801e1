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
    _add_import(work.add_parser("import", help="save a file in the records as a new version"))
    _add_export(work.add_parser("export", help="write a version out of the records"))
    _add_versions(work.add_parser("versions", help="list a practice's versions"))
    _add_sign(work.add_parser("sign", help="have a version hold, now or from a time on"))
    _add_pin(work.add_parser("pin", help="print the hash of a provider's PIN, for the file"))
    _add_import_form(work.add_parser("import-form", help="read an EHR's Questionnaire (FHIR R4)"))
    _add_export_form(work.add_parser("export-form", help="write a form as a Questionnaire"))


def _add_pin(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=_pin)


def _pin(_arguments: argparse.Namespace) -> int:
    from console.practice.pin import ask_pin

    return ask_pin()


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
    parser.add_argument(
        "--records",
        required=True,
        help="the records: a path, or postgresql://user@host/database",
    )
    parser.add_argument("--calls", type=int, default=2000, metavar="N", help="the latest N (2000)")
    _add_output(parser)
    parser.set_defaults(command=_shapes)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="practice file")
    parser.add_argument("--author", help="who wrote it; your name in the settings if left out")
    parser.add_argument("--note", help="why it was changed")
    parser.add_argument("--sign", metavar="NAME", help="who signs it; without, it is not in force")
    _add_when(parser)
    _add_records(parser)
    parser.set_defaults(command=_import)


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_id(parser)
    parser.add_argument(
        "--version", type=int, metavar="N", help="its number; the newest if left out"
    )
    _add_output(parser)
    _add_records(parser)
    parser.set_defaults(command=_export)


def _add_versions(parser: argparse.ArgumentParser) -> None:
    _add_id(parser)
    _add_records(parser)
    parser.set_defaults(command=_versions)


def _add_sign(parser: argparse.ArgumentParser) -> None:
    _add_id(parser)
    parser.add_argument("version", type=int, nargs="?", help="its number; the newest if left out")
    parser.add_argument("--by", metavar="NAME", required=True, help="who signs")
    _add_when(parser)
    _add_records(parser)
    parser.set_defaults(command=_sign)


def _add_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("practice", help="the practice's id")


def _add_when(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--at", metavar="TIME", help="from when it holds, such as “2026-11-30 08:00”"
    )


def _add_records(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", help="the records: a path, or postgresql://user@host/database")
    parser.add_argument("--settings", type=Path, help="settings file (TOML)")


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
    from console.records.opening import opening

    return shapes(
        arguments.practice,
        opening(arguments),
        arguments.output,
        calls=arguments.calls,
    )


def _import_form(arguments: argparse.Namespace) -> int:
    from console.practice.forms import import_form

    return import_form(arguments.file, arguments.output)


def _export_form(arguments: argparse.Namespace) -> int:
    from console.practice.forms import export_form

    return export_form(arguments.practice, arguments.call_type, arguments.output)


def _import(arguments: argparse.Namespace) -> int:
    from console.practice.versions import Signing, import_file, moment
    from console.records.opening import opening
    from console.settings import load_settings

    settings = load_settings(arguments.settings)
    at = moment(arguments.at) if arguments.at else None
    return import_file(
        arguments.file,
        opening(arguments),
        author=arguments.author or settings.agent_name,
        note=arguments.note,
        signing=Signing(arguments.sign, at) if arguments.sign else None,
    )


def _export(arguments: argparse.Namespace) -> int:
    from console.practice.versions import export
    from console.records.opening import opening

    records = opening(arguments)
    return export(arguments.practice, records, number=arguments.version, output=arguments.output)


def _versions(arguments: argparse.Namespace) -> int:
    from console.practice.versions import list_versions
    from console.records.opening import opening

    return list_versions(arguments.practice, opening(arguments))


def _sign(arguments: argparse.Namespace) -> int:
    from console.practice.versions import Signing, moment, sign
    from console.records.opening import opening

    signing = Signing(arguments.by, moment(arguments.at) if arguments.at else None)
    return sign(arguments.practice, opening(arguments), number=arguments.version, signing=signing)
