"""The same script on every host by asyncssh, in one process: HOSTS SCRIPT PORT USER KEY KNOWN_HOSTS FORKS SECONDS."""

import asyncio
import sys

import asyncssh


async def ask(host, script, options, slots):
    async with slots:
        try:
            async with asyncssh.connect(host, **options) as connection:
                result = await connection.run("/bin/sh -s", input=script)
                print(host, result.stdout.rstrip().rsplit("\n", 1)[-1], flush=True)
        except (OSError, asyncssh.Error, asyncio.TimeoutError) as error:
            print(host, type(error).__name__, flush=True)


async def main(hosts_file, script_file, port, user, key, known_hosts, forks, seconds):
    with open(hosts_file) as file:
        hosts = file.read().split()
    with open(script_file) as file:
        script = file.read()
    options = {
        "port": int(port),
        "username": user,
        "client_keys": [key],
        "known_hosts": known_hosts,
        "agent_path": None,
        "config": None,
        "connect_timeout": int(seconds),
        "login_timeout": int(seconds),
    }
    slots = asyncio.Semaphore(int(forks))
    await asyncio.gather(*(ask(host, script, options, slots) for host in hosts))


asyncio.run(main(*sys.argv[1:]))
