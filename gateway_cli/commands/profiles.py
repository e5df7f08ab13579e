"""`weir profiles`: the gateways one administers, by name. It never shows a token and dials nobody."""

import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
import typer

from gateway_cli.environment import read_environment
from gateway_cli.remote.command import output_of
from gateway_cli.remote.destination import PROFILE_VARIABLE, sendable_token
from gateway_cli.remote.options import OutputOption
from gateway_cli.remote.output import Format
from gateway_cli.remote.profiles import Profile, ProfileBook, place_of, read_book, write_book
from gateway_core.records.secret import MASK

ProfileName: TypeAlias = Annotated[str, typer.Argument(metavar="PROFILE", help="The profile, such as prod.")]


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the gateways one administers, by name.")
    group.command("list")(list_profiles)
    for run in (show, use, remove):
        group.command(run.__name__)(run)
    group.command("set")(set_profile)
    app.add_typer(group, name="profiles")


def list_profiles(output: OutputOption = Format.TABLE) -> None:
    """Lists the profiles, and which one is in use.

    Example: weir profiles list
    """
    environment = read_environment()
    book = read_book(place_of(environment))
    chosen = environment.get(PROFILE_VARIABLE) or book.current
    writer = output_of(output, environment)
    if writer.is_table:
        rows = [(name, "yes" if name == chosen else "", shown["admin"]) for name, shown in all_shown(book)]
        writer.show_rows(("PROFILE", "IN USE", "ADDRESS"), rows)
    else:
        writer.show_content([{"name": name, "current": name == chosen, **shown} for name, shown in all_shown(book)])


def show(
    name: Annotated[str, typer.Argument(metavar="[PROFILE]", help="The profile; else the one in use.")] = "",
    *,
    output: OutputOption = Format.TABLE,
) -> None:
    """Shows a profile. A token that is in it is masked.

    Example: weir profiles show prod
    """
    environment = read_environment()
    book = read_book(place_of(environment))
    wanted = name or environment.get(PROFILE_VARIABLE) or book.current
    if not wanted:
        raise typer.BadParameter("no profile is in use: name one, or choose one with `weir profiles use`")
    content = {"name": wanted, **shown_profile(book.find(wanted))}
    writer = output_of(output, environment)
    if writer.is_table:
        writer.show_rows(("FIELD", "VALUE"), [(field, value) for field, value in content.items() if value])
    else:
        writer.show_content(content)


def use(name: ProfileName) -> None:
    """Uses a profile from now on, where no option and no variable says otherwise.

    Example: weir profiles use prod
    """
    path = place_of(read_environment())
    book = read_book(path)
    book.find(name)
    write_book(path, msgspec.structs.replace(book, current=name))
    typer.echo(f"profile {name} is in use")


def remove(name: ProfileName) -> None:
    """Removes a profile.

    Example: weir profiles remove prod
    """
    path = place_of(read_environment())
    book = read_book(path)
    book.find(name)
    others = {known: profile for known, profile in book.profiles.items() if known != name}
    write_book(path, ProfileBook(current="" if book.current == name else book.current, profiles=others))
    typer.echo(f"profile {name} removed")


def set_profile(  # noqa: PLR0913 -- each is an option of the command line
    name: ProfileName,
    *,
    admin: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where the admin service is.")] = None,
    token_env: Annotated[str | None, typer.Option(metavar="NAME", help="The variable that holds the token.")] = None,
    token_file: Annotated[Path | None, typer.Option(metavar="FILE", help="The file that holds the token.")] = None,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the token from stdin and keep it.")] = False,
    ca_file: Annotated[Path | None, typer.Option(metavar="FILE", help="The CA to trust, for TLS.")] = None,
    cert_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Our certificate, for TLS.")] = None,
    key_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Its private key.")] = None,
) -> None:
    """Makes a profile or changes one: what is not given stays as it is. The first one is in use at once.

    Example: weir profiles set prod --admin https://weir.example.com:50052 --token-env WEIR_PROD_TOKEN
    """
    path = place_of(read_environment())
    book = read_book(path)
    profile = book.profiles.get(name, Profile())
    given = {"admin": admin, "ca_file": kept(ca_file), "cert_file": kept(cert_file), "key_file": kept(key_file)}
    profile = msgspec.structs.replace(profile, **{field: value for field, value in given.items() if value is not None})
    if sum((token_env is not None, token_file is not None, token_stdin)) > 1:
        raise typer.BadParameter("the token is in one place: give one of --token-env, --token-file, --token-stdin")
    if token_env or token_file or token_stdin:
        profile = msgspec.structs.replace(
            profile,
            token=sendable_token(sys.stdin.read(), "stdin") if token_stdin else None,
            token_env=token_env or "",
            token_file=kept(token_file) or "",
        )
    write_book(path, ProfileBook(book.current or name, {**book.profiles, name: profile}))
    typer.echo(f"profile {name} kept in {path}")


def all_shown(book: ProfileBook) -> list[tuple[str, dict[str, str]]]:
    """Gives all profiles as they may be shown, by name."""
    return [(name, shown_profile(profile)) for name, profile in sorted(book.profiles.items())]


def shown_profile(profile: Profile) -> dict[str, str]:
    """Gives what a profile says, the token masked."""
    token = MASK if profile.token is not None else ""
    return {**msgspec.structs.asdict(profile), "token": token}


def kept(path: Path | None) -> str | None:
    """Gives a path as it is kept: it must mean the same from every folder."""
    return None if path is None else str(path.expanduser().resolve())
