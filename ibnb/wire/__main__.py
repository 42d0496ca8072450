"""Show what is known of a message and the code that runs for it; explain a recording frame by frame.

python -m ibnb.wire show NAME [--server N] [--proto] [--encode]
python -m ibnb.wire list
python -m ibnb.wire docs > docs/protocol.md
python -m ibnb.wire decode FILE [--full]
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from ibnb.wire import catalogue as m
from ibnb.wire import versions as V
from ibnb.wire.codec import PROTO_OFFSET, decoder_code, encoder_code
from ibnb.wire.schema import MessageSpec


def find(name: str) -> MessageSpec | None:
    """Return the message of a class name (in any case) or an official method name."""
    wanted = name.lower()
    for spec in m.SPECS.values():
        if wanted in (spec.name.lower(), spec.source.partition(".")[2].lower()):
            return spec
    return None


def describe(spec: MessageSpec, version: int) -> str:
    """Return the heading of a message: direction, ids, versions, witness, fields."""
    text = "no text" if spec.text is None else f"text id {spec.msg_id}"
    wire_id = spec.msg_id + PROTO_OFFSET
    proto = "no protobuf" if spec.proto is None else f"protobuf id {wire_id} from server {spec.proto_since}"
    lines = [
        f"{spec.name}: {spec.direction.value}, {text}, {proto}",
        f"  servers from {spec.min_version}, witness {spec.source}",
        f"  {(spec.cls.__doc__ or '').splitlines()[0]}",
    ]
    lines += [f"    {name}: {kind_text(spec.types[name])}" for name in spec.names]
    if version < spec.min_version:
        lines.append(f"  server {version} does not know it")
    return "\n".join(lines)


def kind_text(kind: Any) -> str:
    """Return what a field holds, in words."""
    if isinstance(kind, list):
        return f"list of {kind_text(kind[0])}"
    record = getattr(kind, "record", kind)
    return getattr(record, "name", repr(record))


def show(spec: MessageSpec, version: int, proto: bool, encode: bool) -> str:
    """Return the description of a message and the source of one of its codecs."""
    if (spec.proto if proto else spec.text) is None:
        return f"{describe(spec, version)}\n\n{spec.name} has no {'protobuf' if proto else 'text'} form"
    code = (encoder_code if encode else decoder_code)(spec.cls, proto, version)
    return f"{describe(spec, version)}\n\n# {code.filename}\n{code.source}"


def decode(path: Path, full: bool) -> int:
    """Print what a recording holds; return 2 for a file that cannot be read or is none."""
    from ibnb.wire.explain import lines
    from ibnb.wire.recording import BadRecording, read

    try:
        recording = read(path.read_bytes())
    except (OSError, BadRecording) as error:
        sys.stderr.write(f"{path}: {getattr(error, 'strerror', None) or error}\n")
        return 2
    try:
        for line in lines(recording, full=full):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 2 for a name that no message has, or a file that is no recording."""
    parser = argparse.ArgumentParser(prog="python -m ibnb.wire", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("show", help="one message with its generated code")
    one.add_argument("name")
    one.add_argument("--server", type=int, default=V.MAX_VERSION, help="server version")
    one.add_argument("--proto", action="store_true", help="the protobuf form (default: what that server uses)")
    one.add_argument("--text", action="store_true", help="the text form")
    one.add_argument("--encode", action="store_true", help="the encoder instead of the decoder")
    commands.add_parser("list", help="all messages")
    commands.add_parser("docs", help="the page of the documentation, all messages with their layouts")
    file = commands.add_parser("decode", help="a recording, frame by frame")
    file.add_argument("file", type=Path)
    file.add_argument("--full", action="store_true", help="defaults and every bar too")
    options = parser.parse_args(argv)
    if options.command == "decode":
        return decode(options.file, options.full)
    if options.command == "docs":
        from ibnb.wire.docs import page

        sys.stdout.write(page())
        return 0
    if options.command == "list":
        for spec in sorted(m.SPECS.values(), key=lambda s: (s.direction.name, s.msg_id)):
            sys.stdout.write(f"{spec.direction.name.lower():8} {spec.msg_id:4} {spec.name}\n")
        return 0
    found = find(options.name)
    if found is None:
        sys.stderr.write(f"no message is called {options.name!r}; `python -m ibnb.wire list` shows all\n")
        return 2
    proto = options.proto or (found.uses_proto(options.server) and not options.text)
    sys.stdout.write(show(found, options.server, proto, options.encode) + "\n")
    return 0


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main())
