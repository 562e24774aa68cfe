"""A client made with Python's "websockets", against our echo server: python3 client.py ws[s]://host:port/path CERTIFICATES"""
import asyncio
import random
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

URI, CERTIFICATES = sys.argv[1:3]
TLS = ssl.create_default_context(cafile=CERTIFICATES) if URI.startswith("wss") else None

FACTORIES = [
    ClientPerMessageDeflateFactory(),
    ClientPerMessageDeflateFactory(client_max_window_bits=True),
    ClientPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True),
    ClientPerMessageDeflateFactory(client_max_window_bits=9, compress_settings={"memLevel": 1}),
    ClientPerMessageDeflateFactory(compress_settings={"level": 0}),
]


def message(rng):
    """A message in pieces, of which some are empty."""
    size = int(10 ** rng.uniform(0, 4.5)) - 1
    if rng.random() < 0.5:
        whole = "".join(rng.choices("ab cü€𝄞\0", k=size))
    else:
        whole = bytes(rng.choices(range(rng.choice([2, 256])), k=size))
    cuts = sorted(rng.choices(range(size + 1), k=rng.randrange(6)))
    return whole, [whole[i:j] for i, j in zip([0] + cuts, cuts + [size])]


async def talk(**options):
    async with websockets.connect(URI, ssl=TLS, max_size=None, **options) as socket:
        for pieces in (["", "hello"], ["hello", ""], ["", "", ""], [b"", b"hello"]):
            await socket.send(pieces)
            assert await socket.recv() == type(pieces[0])().join(pieces)
        rng = random.Random(7692)
        for _ in range(200):
            whole, pieces = message(rng)
            await socket.send(whole if len(pieces) == 1 else pieces)
            assert await socket.recv() == whole, (len(whole), [len(piece) for piece in pieces])
        # Many at once, answered in order.
        sent = [message(rng) for _ in range(200)]

        async def send():
            for _, pieces in sent:
                await socket.send(pieces)

        sending = asyncio.create_task(send())
        for whole, _ in sent:
            assert await socket.recv() == whole
        await sending
        await (await socket.ping())


async def main():
    await talk()  # the defaults, which compress
    await talk(compression=None)
    for factory in FACTORIES:
        await talk(compression=None, extensions=[factory])
    print("interop: ok")


asyncio.run(main())
