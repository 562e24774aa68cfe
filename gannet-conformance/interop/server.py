"""An echo server made with Python's "websockets", for our client: python3 server.py [CERTIFICATE KEY]; prints its port.

What it sends back is in pieces, of which some are empty.
"""
import asyncio
import random
import ssl
import sys

import websockets

TLS = None
if len(sys.argv) > 1:
    TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    TLS.load_cert_chain(*sys.argv[1:3])


async def echo(socket, *_):
    rng = random.Random(7692)
    async for whole in socket:
        if whole == "close 4444":
            await socket.close(4444, "as you wish")
        elif whole == "ping":
            await (await socket.ping())
            await socket.send("pong")
        else:
            cuts = sorted(rng.choices(range(len(whole) + 1), k=rng.randrange(6)))
            await socket.send([whole[i:j] for i, j in zip([0] + cuts, cuts + [len(whole)])])


async def main():
    async with websockets.serve(
        echo, "127.0.0.1", 0, ssl=TLS, max_size=None, subprotocols=["v1"]
    ) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
