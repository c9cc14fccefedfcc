"""The command line: `registry COMMAND`."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from asyncpg import ForeignKeyViolationError
from pydantic import ValidationError

from registry_api.kit.settings import Settings
from registry_api.licences.commands import add_licence_commands


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and gives its exit status."""
    options = _parser().parse_args(arguments)
    run: Any = options.run
    try:
        return int(run(options) or 0)
    except ValidationError as fault:
        if fault.title != "Settings":
            raise
        for error in fault.errors():
            print(f"Settings: {error['msg']} (docs/operating.md)", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="registry", description="中医（专长）医师电子化注册")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        return command

    add("run", _run, "set up and run everything on this machine, for development")
    add("serve", _serve, "serve the API and the portals")
    add("worker", _worker, "deliver events, chain the audit log")
    add("migrate", _migrate, "bring the database and the reference tables up to date")
    seed = add("seed", _seed, "fill an empty database with synthetic content")
    seed.add_argument("--doctors", type=int, default=3000)
    seed.add_argument("--applications-per-doctor", type=int, default=1)
    seed.add_argument("--if-empty", action="store_true")
    demo = add("demo", _demo, "drive one application through the running server, as three people")
    demo.add_argument("--origin", default="")
    openapi = add("openapi", _openapi, "write the contract to a file")
    openapi.add_argument("path", type=Path)
    client = add("create-client", _create_client, "enter a program of an office; prints its secret once")
    client.add_argument("name")
    client.add_argument("office", choices=("institution", "authority"))
    client.add_argument("office_id", type=UUID)
    client.add_argument("--scope", action="append", default=[])
    admin = add(
        "create-admin", _create_admin, "invite the first administrator of an authority; prints the link once"
    )
    admin.add_argument("authority", help="id, or division code, of an authority that has no superior")
    admin.add_argument("--name", required=True)
    admin.add_argument("--id-number", required=True)
    admin.add_argument("--phone", required=True)
    admin.add_argument("--email")
    admin.add_argument(
        "--again", action="store_true", help="one more although there is one; asks for confirmation"
    )
    add_licence_commands(add, _settings_beside_a_run)
    add("renew-licences", _renew_licences, "issue anew every licence that today's keys do not verify")
    add("verify-audit", _verify_audit, "check the hash chain of the audit log")
    replay = add("replay", _replay, "compare the register with what its entries make")
    replay.add_argument("--registration", type=UUID, help="one registration by its id; all if left out")
    return parser


def _settings_beside_a_run() -> Settings:
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415

    return settings_beside_a_run()


def _run(_options: argparse.Namespace) -> int:
    from registry_api.launcher.run import run  # noqa: PLC0415 (each command loads only what it needs)

    return run(Settings())


def _serve(_options: argparse.Namespace) -> None:
    import uvicorn  # noqa: PLC0415

    from registry_api.app import create_app  # noqa: PLC0415
    from registry_api.kit.logs import configure_logging  # noqa: PLC0415

    settings = Settings()
    configure_logging(settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=32 * 1024,
    )


def _worker(_options: argparse.Namespace) -> None:
    from registry_api.kit.logs import configure_logging  # noqa: PLC0415
    from registry_api.worker import run_worker  # noqa: PLC0415

    settings = Settings()
    configure_logging(settings.log_level)
    asyncio.run(run_worker(settings))


def _migrate(_options: argparse.Namespace) -> None:
    from registry_api.migrate import migrate  # noqa: PLC0415

    migrate(Settings().owner_dsn)


def _seed(options: argparse.Namespace) -> int:
    from registry_api.demo.progress import ProgressLine  # noqa: PLC0415
    from registry_api.demo.seed import SeedRefused, seed  # noqa: PLC0415

    progress = ProgressLine(options.doctors, "doctors")
    try:
        asyncio.run(
            seed(
                Settings(),
                doctors=options.doctors,
                applications_per_doctor=options.applications_per_doctor,
                if_empty=options.if_empty,
                progress=progress,
            )
        )
    except SeedRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _demo(options: argparse.Namespace) -> int:
    from registry_api.demo.desk import DriveFailed  # noqa: PLC0415
    from registry_api.demo.drive import drive  # noqa: PLC0415
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415

    settings = settings_beside_a_run()
    try:
        asyncio.run(drive(settings, origin=options.origin or settings.origin))
    except DriveFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def _openapi(options: argparse.Namespace) -> None:
    from registry_api.contract import export  # noqa: PLC0415

    options.path.write_text(export(), encoding="utf-8")


def _create_client(options: argparse.Namespace) -> int:
    from registry_api.clients.service import SCOPES, create_client  # noqa: PLC0415
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415

    made = create_client(
        settings_beside_a_run().owner_dsn,
        options.name,
        options.office,
        options.office_id,
        options.scope or list(SCOPES),
    )
    try:
        client_id, secret = asyncio.run(made)
    except (ValueError, ForeignKeyViolationError) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(json.dumps({"client_id": str(client_id), "client_secret": secret}))
    return 0


def _create_admin(options: argparse.Namespace) -> int:
    from registry_api.kit.problems import InvalidBody, problem_document  # noqa: PLC0415
    from registry_api.kit.work import Work  # noqa: PLC0415
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415
    from registry_api.parts import make_system, read_calendar  # noqa: PLC0415
    from registry_api.staff.first_administrator import CannotAppoint, appoint, find_authority, person_of  # noqa: PLC0415

    if (
        options.again
        and input("To confirm one more administrator, type the authority again: ") != options.authority
    ):
        print("Not confirmed; nothing was done.", file=sys.stderr)
        return 1
    settings = settings_beside_a_run()
    system = make_system(settings, dsn=settings.owner_dsn)

    async def invite() -> Any:
        person = person_of(options.name, options.id_number, options.phone, options.email)
        await system.database.open()
        try:
            async with system.database.transaction() as tx:
                work = Work(
                    system=system,
                    tx=tx,
                    now=system.clock.now(),
                    language="zh-CN",
                    request_id="create-admin",
                    address=None,
                    calendar=await read_calendar(tx.connection),
                )
                office = await find_authority(work, options.authority)
                return office, await appoint(work, office, person, again=options.again)
        finally:
            await system.database.close()

    try:
        office, invitation = asyncio.run(invite())
    except CannotAppoint as refused:
        print(refused, file=sys.stderr)
        return 1
    except InvalidBody as fault:
        for error in problem_document(fault, "en")["errors"]:
            print(f"{error['pointer'].strip('/')}: {error['message']}", file=sys.stderr)
        return 1
    until = invitation.expires_at.isoformat(timespec="minutes")
    print(f"{office.name}\n{invitation.link}\nGood once, until {until}; also sent to {invitation.sent_to}.")
    return 0


def _verify_audit(_options: argparse.Namespace) -> int:
    from registry_api.audit.chain import find_break  # noqa: PLC0415
    from registry_api.kit.db import Database  # noqa: PLC0415
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415

    async def verify() -> int | None:
        database = Database(settings_beside_a_run().worker_dsn, connections=2, connect_timeout=5)
        await database.open()
        try:
            return await find_break(database)
        finally:
            await database.close()

    broken = asyncio.run(verify())
    print(json.dumps({"intact": broken is None, "broken_at": broken}))
    return 0 if broken is None else 1


def _renew_licences(_options: argparse.Namespace) -> None:
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415
    from registry_api.licences.reissuing import Reissued, reissue  # noqa: PLC0415
    from registry_api.parts import make_system  # noqa: PLC0415
    from registry_api.worker import open_work  # noqa: PLC0415

    settings = settings_beside_a_run()
    system = make_system(settings, dsn=settings.worker_dsn)

    async def renew() -> Reissued:
        await system.database.open()
        try:
            return await reissue(system, open_work)
        finally:
            await system.database.close()

    done = asyncio.run(renew())
    print(json.dumps({"valid": done.valid, "issued_anew": done.anew}))


def _replay(options: argparse.Namespace) -> int:
    from registry_api.launcher.development import settings_beside_a_run  # noqa: PLC0415
    from registry_api.register.replay import replay  # noqa: PLC0415

    return asyncio.run(replay(settings_beside_a_run().owner_dsn, options.registration))


if __name__ == "__main__":
    sys.exit(main())
